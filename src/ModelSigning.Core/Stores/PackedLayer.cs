using System.Security.Cryptography;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Streams;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores.Zstandard;

namespace ModelSigning.Core.Stores;

/// <summary>How a layer is packed.</summary>
internal enum LayerPacking
{
    /// <summary>A file as it is.</summary>
    Raw,

    /// <summary>A tar.</summary>
    Tar,

    /// <summary>A tar compressed by gzip.</summary>
    Gzip,

    /// <summary>A tar compressed by Zstandard.</summary>
    Zstd,
}

/// <summary>A layer that is a tar of files. It is read once, from front to back: blob, archive and files are hashed on the way, and nothing is written.</summary>
/// <param name="Blob">The layer.</param>
/// <param name="Packing">How it is packed.</param>
/// <param name="Below">The file or folder that all its names must be or lie in; empty for any.</param>
/// <param name="MayBeFile">Whether <paramref name="Below"/> may be a file. Of what ORAS unpacks it is a folder.</param>
/// <param name="IsImage">Whether it is of a container's image, whose layers can remove files of those below.</param>
/// <param name="DiffId">The digest that the configuration gives what it unpacks to; null where it gives none.</param>
internal sealed record PackedLayer(Blob Blob, LayerPacking Packing, string Below, bool MayBeFile, bool IsImage, string? DiffId)
{
    /// <summary>What the layers of any model may unpack to together, and what they may for each of their own bytes; no model's weights compress so well.</summary>
    public const long FreeBytes = 1L << 30, BytesForByte = 200;

    // What Zstandard's own tool takes without being told.
    private const long LongestWindow = 128L << 20;

    private const string WhiteoutPrefix = ".wh.";

    private const int GzipHeader = 10, GzipFlags = 3, GzipExtra = 4, GzipName = 8, GzipComment = 16, LongestGzipName = 128;

    // RFC 8878, section 3.1.1.
    private static ReadOnlySpan<byte> ZstdFrame => [0x28, 0xB5, 0x2F, 0xFD];

    /// <summary>Reads the layer.</summary>
    /// <param name="options">How its files are hashed and read, unless they are only listed.</param>
    /// <param name="found">Where the files and their digests go.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="StoreErrors"/>.</exception>
    public void Read(ModelFilesOptions options, FoundFiles found, CancellationToken cancellationToken)
    {
        Serialization? reading = options.Reading;
        string source = $"{Blob.Descriptor.Digest} in {Blob.Path}";
        BlobStream blob = Blob.OpenStream(options.Progress);
        using ReadAheadStream raw = blob.ReadAhead(cancellationToken);
        using IncrementalHash? diff = DiffId is not null && Packing is LayerPacking.Gzip or LayerPacking.Zstd ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;
        using ReadAheadStream unpacked = Unpack(raw, found, diff is null ? null : diff.AppendData, cancellationToken);
        TarReader tar = new(unpacked, source, cancellationToken, folder =>
        {
            RefuseWhiteout(folder);
            found.AddFolder(folder);
        });
        using StreamHasher? hasher = reading is null ? null : StreamHasher.Create(reading.HashType);
        try
        {
            while (tar.Next() is { } file)
            {
                RequireBelow(file.Name);
                RefuseWhiteout(file.Name);
                found.Add(file);
                options.ReadOnce?.Invoke(file, new TarFileStream(tar));
                Hash(tar, file, reading, hasher, found, cancellationToken);
            }
        }
        catch (ModelSigningException refusal) when (refusal.Definition != StoreErrors.BlobUnreadable)
        {
            RequireIntact(cancellationToken);
            throw;
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException)
        {
            RequireIntact(cancellationToken);
            throw StoreErrors.TarDamaged.At($"'{source}' cannot be unpacked: {fault.Message}", Blob.Path, fault);
        }

        // The compressed stream may end before the blob does.
        raw.CopyTo(Stream.Null);
        blob.Check(cancellationToken);
        if (diff is not null)
        {
            DiffIds.Require(DiffId, "sha256:" + Hexadecimal.Write(diff.GetHashAndReset()), Blob.Descriptor, Blob.Path);
        }
    }

    // What is wrong with bytes that are not the publisher's says nothing of the model: that they were changed is the reason then.
    private void RequireIntact(CancellationToken cancellationToken) => Blob.Check(new HashProgress(), cancellationToken);

    private static void Hash(TarReader tar, ModelFile file, Serialization? reading, StreamHasher? hasher, FoundFiles found, CancellationToken cancellationToken)
    {
        if (hasher is null || reading is null)
        {
            return;
        }

        long shard = reading.ShardSize ?? long.MaxValue;
        for (long start = 0; start < file.Length || (start == 0 && reading.ShardSize is null); start += shard)
        {
            long left = Math.Min(shard, file.Length - start);
            while (left > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadOnlySpan<byte> piece = tar.Take(left);
                hasher.Append(piece);
                left -= piece.Length;
            }

            byte[] digest = new byte[reading.HashType.DigestLength()];
            hasher.Finish(digest);
            found.Digests[(file.Name, start)] = digest;
            if (shard > file.Length - start)
            {
                break;
            }
        }
    }

    private ReadAheadStream Unpack(ReadAheadStream raw, FoundFiles found, Action<ReadOnlySpan<byte>>? observe, CancellationToken cancellationToken)
    {
        if (Packing is LayerPacking.Gzip or LayerPacking.Zstd)
        {
            found.AddPacked(Blob.Descriptor);
        }

        switch (Packing)
        {
            case LayerPacking.Gzip:
                return new ReadAheadStream(new Bounded(this, found, new GzipLayer(Packed(raw, cancellationToken))), cancellationToken, observe);
            case LayerPacking.Zstd:
                return new ReadAheadStream(new Bounded(this, found, new ZstdStream(Packed(raw, cancellationToken), RefuseWindow, cancellationToken)), cancellationToken, observe);
            default:
                return raw;
        }
    }

    // Other programs go by the first bytes and not by the type. Those of Zstandard may be of a frame that is skipped, and either header may hold that of a tar: GNU tar and Python would unpack that one.
    private FollowedStream Packed(ReadAheadStream raw, CancellationToken cancellationToken)
    {
        byte[] start = new byte[TarReader.BlockLength];
        int length = raw.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (FileKinds.IsTar(start.AsSpan(0, length)) || (Packing == LayerPacking.Zstd ? !start.AsSpan().StartsWith(ZstdFrame) : HasText(start.AsSpan(0, length))))
        {
            RequireIntact(cancellationToken);
            throw StoreErrors.TarDamaged.At($"The layer {Blob.Descriptor.Digest} begins with what some programs take for another archive than the compressed one.", Blob.Path);
        }

        return new(new MemoryStream(start, 0, length, writable: false), raw);
    }

    // RFC 1952, section 2.3.1: an extra field, a comment, or a name as long as none is, in which there is room for the header of a tar.
    private static bool HasText(ReadOnlySpan<byte> gzip) =>
        gzip.Length > GzipHeader && ((gzip[GzipFlags] & (GzipExtra | GzipComment)) != 0 || ((gzip[GzipFlags] & GzipName) != 0 && gzip[GzipHeader..].IndexOf((byte)0) is < 0 or > LongestGzipName));

    private void RefuseWindow(long length)
    {
        if (length > LongestWindow)
        {
            throw StoreErrors.LayerBomb.At($"The layer {Blob.Descriptor.Digest} needs more than 128 MiB of memory to be unpacked.", Blob.Path);
        }
    }

    private void RefuseBomb(FoundFiles found)
    {
        if (found.Unpacked > FreeBytes && found.Unpacked / BytesForByte > found.Packed)
        {
            throw StoreErrors.LayerBomb.At(Invariant($"The layers up to {Blob.Descriptor.Digest}, {found.Packed} bytes together, unpack to more than {found.Unpacked} bytes."), Blob.Path);
        }
    }

    private void RequireBelow(string name)
    {
        if (Below.Length > 0 && !(MayBeFile && name == Below) && !name.StartsWith(Below + "/", StringComparison.Ordinal))
        {
            throw StoreErrors.StoredNameInvalid.At($"The layer {Blob.Descriptor.Digest} belongs to '{Below}', but contains '{name}'.", Blob.Path);
        }
    }

    // By its name alone (image specification, layer.md), as a folder too and whatever lies in it; in any other tar it is a file like all.
    private void RefuseWhiteout(string name)
    {
        if (IsImage && name.Split('/').Any(component => component.StartsWith(WhiteoutPrefix, StringComparison.Ordinal)))
        {
            throw StoreErrors.LayerWhiteout.At($"The layer {Blob.Descriptor.Digest} contains '{name}', which removes files of the layers below it.", Blob.Path);
        }
    }

    // Counts what comes out, also where it is skipped.
    private sealed class Bounded(PackedLayer layer, FoundFiles found, Stream inner) : ForwardStream
    {
        private long _count;

        public override long Position
        {
            get => _count;
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            int read = inner.Read(buffer);
            _count += read;
            found.Unpacked += read;
            layer.RefuseBomb(found);
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
