using System.Runtime.InteropServices;
using ModelSigning.Core.Errors;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>
/// A loaded module. PKCS#11 initialises a library once for the whole process (C_Initialize), so every user of the same file shares it,
/// and the last one ends it: another runspace must not lose its session because this one is done.
/// </summary>
internal sealed class Pkcs11Module : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, (IPkcs11Library Library, nint Handle, int Users)> Loaded = new(StringComparer.Ordinal);

    private bool _disposed;

    private Pkcs11Module(string path, IPkcs11Library library)
    {
        FilePath = path;
        Library = library;
    }

    /// <summary>The module's file.</summary>
    public string FilePath { get; }

    /// <summary>The library.</summary>
    public IPkcs11Library Library { get; }

    /// <summary>Loads a module, or shares it where it is loaded.</summary>
    /// <exception cref="ModelSigningException"><see cref="Pkcs11Errors.ModuleUnusable"/>.</exception>
    public static Pkcs11Module Load(string path)
    {
        DynamicLoader.Install();
        lock (Gate)
        {
            try
            {
                if (!Loaded.TryGetValue(path, out (IPkcs11Library Library, nint Handle, int Users) entry))
                {
                    entry = Initialise(path);
                }

                Loaded[path] = entry with { Users = entry.Users + 1 };
                return new Pkcs11Module(path, entry.Library);
            }
            catch (Exception exception) when (exception is UnmanagedException or Pkcs11Exception or LibraryArchitectureException
                or EntryPointNotFoundException or DllNotFoundException or BadImageFormatException)
            {
                throw Pkcs11Errors.ModuleUnusable.At($"'{path}' cannot be loaded as a PKCS#11 module: {exception.Message}", path, exception);
            }
        }
    }

    /// <summary>Ends the module where nobody else uses it.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            (IPkcs11Library library, nint handle, int users) = Loaded[FilePath];
            if (users > 1)
            {
                Loaded[FilePath] = (library, handle, users - 1);
                return;
            }

            Loaded.Remove(FilePath);
            try
            {
                library.Dispose();
            }
            catch (Exception exception) when (exception is Pkcs11Exception or UnmanagedException)
            {
                // The module reports that it is ended already, or fails to end. What the caller has, or the error that led here, matters more.
                return;
            }
            finally
            {
                NativeLibrary.Free(handle);
            }
        }
    }

    private static (IPkcs11Library Library, nint Handle, int Users) Initialise(string path)
    {
        nint handle = DynamicLoader.LoadSafely(path);
        try
        {
            Pkcs11InteropFactories factories = new();
            return (factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, path, AppType.MultiThreaded), handle, 0);
        }
        catch
        {
            NativeLibrary.Free(handle);
            throw;
        }
    }
}
