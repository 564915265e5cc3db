using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Formats;

/// <summary>
/// Reads the values at the start of a binary file one after the other, and never further than the bound: a count is compared with what the file still
/// has before anything is allocated for it.
/// </summary>
/// <param name="stream">The file, at its start.</param>
/// <param name="fileLength">The file's length in bytes.</param>
/// <param name="bound">The most bytes that are read.</param>
/// <param name="source">Where the file comes from, for the errors.</param>
/// <param name="cancellationToken">Ends the reading.</param>
internal sealed class HeaderReader(Stream stream, long fileLength, long bound, string source, CancellationToken cancellationToken)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<IncrementalHash> _digests = [];
    private int _start, _end;

    /// <summary>How many bytes have been read.</summary>
    public long Position { get; private set; }

    /// <summary>How many bytes of the file have not been read.</summary>
    public long Remaining => fileLength - Position;

    /// <summary>Whether the numbers have their most significant byte first.</summary>
    public bool IsBigEndian { get; set; }

    public byte Byte() => Take(1)[0];

    public ushort UInt16()
    {
        ReadOnlySpan<byte> bytes = Take(2);
        return IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint UInt32()
    {
        ReadOnlySpan<byte> bytes = Take(4);
        return IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong UInt64()
    {
        ReadOnlySpan<byte> bytes = Take(8);
        return IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Digests what is read meanwhile.</summary>
    /// <param name="read">Reads from this reader.</param>
    /// <returns>The digest, in lower-case hexadecimal.</returns>
    public string DigestOf(Action read)
    {
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _digests.Add(digest);
        try
        {
            read();
        }
        finally
        {
            _digests.Remove(digest);
        }

        return Hexadecimal.Write(digest.GetHashAndReset());
    }

    /// <summary>A text in UTF-8 after its length of 64 bits, without zero bytes: ggml compares and returns texts up to the first one.</summary>
    /// <param name="most">The most bytes that it may have.</param>
    public string Text(int most) => Decode(TextLength(most), Utf8) is var text && !text.Contains('\0', StringComparison.Ordinal) ? text
        : throw FormatErrors.GgufInvalid.At(Invariant($"'{source}' is not a valid GGUF file: the text that ends at byte {Position} has a zero byte, where some programs end it."), source);

    /// <summary>As <see cref="Text"/>, for one of many, such as a vocabulary's token, which may be a part of a character or a zero byte.</summary>
    /// <inheritdoc cref="Text"/>
    public string PartOfText(int most) => Decode(TextLength(most), Encoding.UTF8);

    /// <summary>Passes over a text.</summary>
    /// <inheritdoc cref="Text"/>
    public void SkipText(int most) => Skip((ulong)TextLength(most));

    /// <summary>Passes over bytes.</summary>
    public void Skip(ulong count)
    {
        RequireWithinBounds(count);
        for (long left = (long)count; left > 0;)
        {
            left -= TakeSome((int)Math.Min(left, _buffer.Length)).Length;
        }
    }

    private int TextLength(int most)
    {
        ulong length = UInt64();
        if (length > (ulong)most)
        {
            throw FormatErrors.GgufTooLarge.At(Invariant($"A text of '{source}' at byte {Position} has {length} bytes; the limit is {most}."), source);
        }

        return (int)length;
    }

    /// <summary>Bytes, in an array of their own.</summary>
    public byte[] Bytes(int count)
    {
        RequireWithinBounds((ulong)count);
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            ReadOnlySpan<byte> some = TakeSome(count - done);
            some.CopyTo(bytes.AsSpan(done));
            done += some.Length;
        }

        return bytes;
    }

    private string Decode(int length, Encoding encoding)
    {
        try
        {
            return encoding.GetString(length <= _buffer.Length ? Take(length) : Bytes(length));
        }
        catch (DecoderFallbackException error)
        {
            throw FormatErrors.GgufInvalid.At(Invariant($"'{source}' is not a valid GGUF file: the text that ends at byte {Position} is not valid UTF-8."), source, error);
        }
    }

    private void RequireWithinBounds(ulong count)
    {
        if (count > (ulong)Remaining)
        {
            throw FormatErrors.GgufInvalid.At(Invariant($"'{source}' is not a valid GGUF file: {count} bytes are announced at byte {Position}, and the file has {Remaining} more."), source);
        }

        if (count > (ulong)(bound - Position))
        {
            throw FormatErrors.GgufTooLarge.At(Invariant($"The header of '{source}' is longer than {bound} bytes, which is the limit."), source);
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        RequireWithinBounds((ulong)count);
        if (_end - _start < count)
        {
            Fill(count);
        }

        _start += count;
        Position += count;
        foreach (IncrementalHash digest in _digests)
        {
            digest.AppendData(_buffer, _start - count, count);
        }

        return _buffer.AsSpan(_start - count, count);
    }

    private ReadOnlySpan<byte> TakeSome(int most)
    {
        if (_end == _start)
        {
            Fill(1);
        }

        return Take(Math.Min(most, _end - _start));
    }

    private void Fill(int least)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        try
        {
            _end += stream.ReadAtLeast(_buffer.AsSpan(_end), least - _end, throwOnEndOfStream: true);
        }
        catch (EndOfStreamException error)
        {
            throw FormatErrors.GgufInvalid.At(Invariant($"'{source}' is not a valid GGUF file: it ends at byte {Position + _end}, in its header."), source, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw FormatErrors.FormatUnreadable.At($"'{source}' cannot be read: {error.Message}", source, error);
        }
    }
}
