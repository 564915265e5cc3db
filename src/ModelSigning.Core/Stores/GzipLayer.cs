using System.IO.Compression;
using System.Security.Cryptography;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Stores;

/// <summary>
/// A layer's gzip, unpacked to its last byte: members one after the other and nothing else. <see cref="GZipStream"/> ends without a word at what is not a member,
/// and where the sums at a member's end are cut off; other programs go on, or refuse. So a member of random bytes follows the layer: they come out only if all before them was read.
/// Its header is longer than any that begins in the layer could take, so that none does take it for a part of itself.
/// </summary>
/// <param name="packed">The layer.</param>
internal sealed class GzipLayer(Stream packed) : ForwardStream
{
    private const int MarkLength = 16, ShortHeader = 10, LongestField = ushort.MaxValue, SumsLength = 8;

    private readonly byte[] _mark = RandomNumberGenerator.GetBytes(MarkLength);
    private readonly byte[] _held = new byte[MarkLength];
    private GZipStream? _members;
    private int _holds;

    public override int Read(Span<byte> buffer)
    {
        _members ??= new(new FollowedStream(packed, new MemoryStream(Packed(_mark), writable: false)), CompressionMode.Decompress);
        Span<byte> both = stackalloc byte[2 * MarkLength];
        while (!buffer.IsEmpty)
        {
            int read = _members.Read(buffer);
            if (read == 0)
            {
                return _holds == MarkLength && _held.AsSpan().SequenceEqual(_mark) ? 0 : throw new InvalidDataException("Its last member is cut off, or something else follows it.");
            }

            // The last bytes are held back: they may be the mark.
            int given = Math.Max(_holds + read - MarkLength, 0);
            if (read < MarkLength)
            {
                _held.AsSpan(0, _holds).CopyTo(both);
                buffer[..read].CopyTo(both[_holds..]);
                both[..given].CopyTo(buffer);
                both[given..(_holds + read)].CopyTo(_held);
            }
            else
            {
                _held.AsSpan(0, _holds).CopyTo(both);
                buffer[(read - MarkLength)..read].CopyTo(_held);
                buffer[..(read - MarkLength)].CopyTo(buffer[_holds..]);
                both[.._holds].CopyTo(buffer);
            }

            _holds = Math.Min(_holds + read, MarkLength);
            if (given > 0)
            {
                return given;
            }
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _members?.Dispose();
        }

        base.Dispose(disposing);
    }

    // An extra field of the greatest length, and no zero before the packed bytes: another extra field ends in it, and a name or a comment ends behind where the packed bytes begin.
    // Whatever goes on to unpack at a byte of ones is damaged, because no block begins so.
    private static byte[] Packed(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.NoCompression, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        byte[] header = new byte[ShortHeader + sizeof(ushort) + LongestField];
        Array.Fill(header, byte.MaxValue);
        ReadOnlySpan<byte> start = [0x1F, 0x8B, 8, 4];
        start.CopyTo(header);
        // One stored block, the last one: its length, the same inverted, and the bytes.
        byte length = (byte)bytes.Length, inverted = (byte)(byte.MaxValue - length);
        return [.. header, 1, length, 0, inverted, byte.MaxValue, .. bytes, .. packed.ToArray().AsSpan((int)packed.Length - SumsLength)];
    }
}
