using System.Security.Cryptography;

namespace ModelSigning.Core.Hashing.Streams;

/// <summary>BLAKE2b-512, unkeyed, of one stream (RFC 7693) by the system's libcrypto, which is a third faster than managed code.</summary>
internal sealed unsafe class LibcryptoBlake2bStream : StreamHasher
{
    private readonly LibcryptoBlake2b _library;
    private void* _context;

    public LibcryptoBlake2bStream(LibcryptoBlake2b library)
    {
        _library = library;
        _context = library.New();
        Check(library.TryBegin(_context));
    }

    public override void Append(ReadOnlySpan<byte> bytes) => Check(_library.TryAppend(_context, bytes));

    public override void Finish(Span<byte> digest)
    {
        Check(_library.TryFinish(_context, digest));
        Check(_library.TryBegin(_context));
    }

    public override void Dispose()
    {
        if (_context is not null)
        {
            _library.Free(_context);
            _context = null;
        }

        base.Dispose();
    }

    // Never without a digest that is right.
    private static void Check(bool done)
    {
        if (!done)
        {
            throw new CryptographicException("libcrypto's BLAKE2b failed after it had worked.");
        }
    }
}
