using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace ModelSigning.Core.Hashing.Streams;

/// <summary>
/// BLAKE2b-512 of OpenSSL's libcrypto (EVP_blake2b512), on the systems whose .NET uses that library itself: Linux. It is the one that .NET has loaded, found
/// by the version that .NET says; another version beside it would be a second OpenSSL in one process.
/// </summary>
internal sealed unsafe class LibcryptoBlake2b
{
    private readonly delegate* unmanaged<void*> _new;
    private readonly delegate* unmanaged<void*, void> _free;
    private readonly delegate* unmanaged<void*, void*, void*, int> _begin;
    private readonly delegate* unmanaged<void*, byte*, nuint, int> _append;
    private readonly delegate* unmanaged<void*, byte*, uint*, int> _finish;
    private readonly void* _algorithm;

    private LibcryptoBlake2b(nint library)
    {
        _new = (delegate* unmanaged<void*>)NativeLibrary.GetExport(library, "EVP_MD_CTX_new");
        _free = (delegate* unmanaged<void*, void>)NativeLibrary.GetExport(library, "EVP_MD_CTX_free");
        _begin = (delegate* unmanaged<void*, void*, void*, int>)NativeLibrary.GetExport(library, "EVP_DigestInit_ex");
        _append = (delegate* unmanaged<void*, byte*, nuint, int>)NativeLibrary.GetExport(library, "EVP_DigestUpdate");
        _finish = (delegate* unmanaged<void*, byte*, uint*, int>)NativeLibrary.GetExport(library, "EVP_DigestFinal_ex");
        _algorithm = ((delegate* unmanaged<void*>)NativeLibrary.GetExport(library, "EVP_blake2b512"))();
    }

    /// <summary>The library; null where .NET uses none, or where it refuses the algorithm (a FIPS provider).</summary>
    public static LibcryptoBlake2b? Instance { get; } = Find();

    /// <summary>Makes a digest context, to be freed with <see cref="Free"/>.</summary>
    /// <exception cref="CryptographicException">The library has no memory.</exception>
    public void* New()
    {
        void* context = _new();
        return context is null ? throw new CryptographicException("libcrypto has no memory.") : context;
    }

    public void Free(void* context) => _free(context);

    /// <summary>Begins a stream.</summary>
    /// <returns>Whether the library does the algorithm.</returns>
    public bool TryBegin(void* context) => _begin(context, _algorithm, null) == 1;

    /// <returns>Whether it was done; nothing that a caller does makes it fail.</returns>
    public bool TryAppend(void* context, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return _append(context, start, (nuint)bytes.Length) == 1;
        }
    }

    /// <returns>Whether it was done; nothing that a caller does makes it fail.</returns>
    public bool TryFinish(void* context, Span<byte> digest)
    {
        fixed (byte* start = digest)
        {
            return _finish(context, start, null) == 1;
        }
    }

    private static LibcryptoBlake2b? Find()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            // The version's highest four bits are its major number; 1.1 names its library 1.1, 3 and later by that number alone.
            long major = SafeEvpPKeyHandle.OpenSslVersion >>> 28;
            if (!NativeLibrary.TryLoad(major == 1 ? "libcrypto.so.1.1" : $"libcrypto.so.{major}", out nint library))
            {
                return null;
            }

            LibcryptoBlake2b found = new(library);
            void* context = found.New();
            bool works = found._algorithm is not null && found.TryBegin(context);
            found.Free(context);
            return works ? found : null;
        }
        catch (Exception fault) when (fault is PlatformNotSupportedException or TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }
}
