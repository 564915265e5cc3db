using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ModelSigning.Core.Input;

/// <summary>
/// SHA-256 over fields, each preceded by its length in bytes as an unsigned 64-bit number with the highest byte first, so that no two lists of fields have
/// the same bytes. Texts are UTF-8, numbers decimal digits.
/// </summary>
internal sealed class FieldDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    // Millions of fields are short: each call of the system's library would cost more than its bytes.
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _length;

    /// <summary>Adds a field.</summary>
    public void Append(ReadOnlySpan<byte> field)
    {
        if (_buffer.Length - _length < sizeof(ulong) + field.Length)
        {
            Flush();
        }

        BinaryPrimitives.WriteUInt64BigEndian(_buffer.AsSpan(_length), (ulong)field.Length);
        _length += sizeof(ulong);
        if (field.Length > _buffer.Length - _length)
        {
            Flush();
            _hash.AppendData(field);
            return;
        }

        field.CopyTo(_buffer.AsSpan(_length));
        _length += field.Length;
    }

    /// <summary>Adds a text.</summary>
    public void Append(string text)
    {
        Span<byte> utf8 = stackalloc byte[512];
        Append(Encoding.UTF8.TryGetBytes(text, utf8, out int length) ? utf8[..length] : Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Adds a number.</summary>
    public void Append(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        number.TryFormat(digits, out int length, default, CultureInfo.InvariantCulture);
        Append(digits[..length]);
    }

    /// <summary>The digest: 32 bytes.</summary>
    public byte[] Finish()
    {
        Flush();
        return _hash.GetHashAndReset();
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Flush()
    {
        _hash.AppendData(_buffer.AsSpan(0, _length));
        _length = 0;
    }
}
