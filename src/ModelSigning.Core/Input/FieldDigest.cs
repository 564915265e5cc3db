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

    /// <summary>Adds a field.</summary>
    public void Append(ReadOnlySpan<byte> field)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)field.Length);
        _hash.AppendData(length);
        _hash.AppendData(field);
    }

    /// <summary>Adds a text.</summary>
    public void Append(string text) => Append(Encoding.UTF8.GetBytes(text));

    /// <summary>Adds a number.</summary>
    public void Append(long number) => Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The digest: 32 bytes.</summary>
    public byte[] Finish() => _hash.GetHashAndReset();

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();
}
