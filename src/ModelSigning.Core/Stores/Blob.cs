using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Stores;

/// <summary>The bytes of a blob: a file, or a part of the tar that holds the store.</summary>
/// <param name="Path">The full path of the file.</param>
/// <param name="Offset">Where the blob begins in it.</param>
/// <param name="Descriptor">What the store says about the blob; its length is the file's, its digest is still to be checked.</param>
internal sealed record Blob(string Path, long Offset, OciDescriptor Descriptor)
{
    /// <summary>Opens the blob for reading at any position.</summary>
    public FileReader Open() => new Part(FileReader.Open(Path, Descriptor.Size, followLinks: false), Offset, Descriptor.Size);

    /// <summary>Opens the blob as a stream from front to back, whose digest is computed on the way.</summary>
    /// <param name="progress">Where the bytes are counted; null for nowhere.</param>
    public BlobStream OpenStream(HashProgress? progress = null) => new(this, progress);

    /// <summary>Reads a small blob whole, and checks its digest.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.BlobTooLarge"/>, <see cref="StoreErrors.BlobMismatch"/>, <see cref="StoreErrors.BlobUnreadable"/>.</exception>
    public byte[] Read(int most, CancellationToken cancellationToken)
    {
        if (Descriptor.Size > most)
        {
            throw StoreErrors.BlobTooLarge.At(Invariant($"The manifest or index {Descriptor.Digest} has {Descriptor.Size} bytes; the limit is {most}."), Path);
        }

        byte[] bytes = new byte[Descriptor.Size];
        using BlobStream stream = OpenStream();
        for (int done = 0; done < bytes.Length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = stream.Read(bytes, done, bytes.Length - done);
            done += read > 0 ? read : throw stream.Mismatch();
        }

        stream.Check(cancellationToken);
        return bytes;
    }

    /// <summary>Checks the digest of the whole blob.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.BlobMismatch"/>, <see cref="StoreErrors.BlobUnreadable"/>.</exception>
    public void Check(HashProgress progress, CancellationToken cancellationToken)
    {
        using BlobStream stream = OpenStream(progress);
        stream.Check(cancellationToken);
    }

    /// <summary>The refusal of a blob that is not what the store says.</summary>
    public ModelSigningException Mismatch() => StoreErrors.BlobMismatch.At($"The blob {Descriptor.Digest} in '{Path}' does not have this digest.", Path);

    private sealed class Part(FileReader inner, long start, long length) : FileReader
    {
        public override int Read(Span<byte> destination, long offset) => offset >= length ? AtEnd(destination, offset)
            : inner.Read(destination[..(int)Math.Min(destination.Length, length - offset)], start + offset);

        public override void Dispose() => inner.Dispose();

        // A file of its own that has grown is found out; what follows in a tar is another blob.
        private int AtEnd(Span<byte> destination, long offset) => start > 0 ? 0 : inner.Read(destination, offset);
    }
}

/// <summary>A blob from front to back. Whoever has read what he wants lets it check the digest, which reads the rest.</summary>
internal sealed class BlobStream : ForwardStream
{
    private readonly Blob _blob;
    private readonly HashProgress? _progress;
    private readonly FileStream _file;
    private readonly IncrementalHash _hash;
    private long _left;
    private bool _isReadAhead;

    /// <summary>Opens a blob, links not followed.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.BlobUnreadable"/>.</exception>
    public BlobStream(Blob blob, HashProgress? progress)
    {
        (_blob, _progress) = (blob, progress);
        _left = blob.Descriptor.Size;
        _hash = IncrementalHash.CreateHash(blob.Descriptor.Digest.StartsWith("sha512:", StringComparison.Ordinal) ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);
        try
        {
            _file = RegularFile.Open(blob.Path, followLinks: false);
            _file.Position = blob.Offset;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            _hash.Dispose();
            throw Unreadable(fault);
        }
    }

    public override long Length => _blob.Descriptor.Size;

    public override long Position
    {
        get => Length - _left;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        try
        {
            int read = _file.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            if (!_isReadAhead)
            {
                _hash.AppendData(buffer[..read]);
            }

            _left -= read;
            _progress?.Add(read);
            return read;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(fault);
        }
    }

    /// <summary>
    /// Reads and hashes on two threads while a third one uses the bytes, as neither of the three should wait for the work of another. This stream is disposed with that
    /// one, which must be read to its end before <see cref="Check"/>.
    /// </summary>
    public ReadAheadStream ReadAhead(CancellationToken cancellationToken)
    {
        _isReadAhead = true;
        return new(this, cancellationToken, bytes => _hash.AppendData(bytes));
    }

    /// <summary>Reads the rest and compares length and digest with what the store says.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.BlobMismatch"/>, <see cref="StoreErrors.BlobUnreadable"/>.</exception>
    public void Check(CancellationToken cancellationToken)
    {
        byte[] rest = new byte[256 * 1024];
        while (Read(rest, 0, rest.Length) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        string digest = _blob.Descriptor.Digest;
        if (_left > 0 || Hexadecimal.Write(_hash.GetHashAndReset()) != digest[(digest.IndexOf(':', StringComparison.Ordinal) + 1)..])
        {
            throw Mismatch();
        }
    }

    /// <inheritdoc cref="Blob.Mismatch"/>
    public ModelSigningException Mismatch() => _blob.Mismatch();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }

    private ModelSigningException Unreadable(Exception fault) =>
        StoreErrors.BlobUnreadable.At($"The blob {_blob.Descriptor.Digest} cannot be read from '{_blob.Path}': {fault.Message}", _blob.Path, fault);
}
