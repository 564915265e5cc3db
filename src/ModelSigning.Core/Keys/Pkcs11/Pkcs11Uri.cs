using System.Globalization;
using System.Text;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>
/// A PKCS#11 URI (RFC 7512): <c>pkcs11:token=…;object=…?module-path=…</c>. Values are compared as the UTF-8 bytes that they stand for.
/// </summary>
public sealed class Pkcs11Uri
{
    private readonly IReadOnlyDictionary<string, byte[]> _path;
    private readonly IReadOnlyDictionary<string, byte[]> _query;

    internal Pkcs11Uri(IReadOnlyDictionary<string, byte[]> path, IReadOnlyDictionary<string, byte[]> query)
    {
        _path = path;
        _query = query;
    }

    /// <summary>The token's label; null where the URI does not say.</summary>
    public string? Token => Text(_path, "token");

    /// <summary>The key's label; null where the URI does not say.</summary>
    public string? ObjectLabel => Text(_path, "object");

    /// <summary>The key's identifier (CKA_ID); null where the URI does not say.</summary>
    public ReadOnlyMemory<byte>? Id => Bytes(_path, "id");

    /// <summary>The slot's number; null where the URI does not say.</summary>
    public uint? SlotId => Text(_path, "slot-id") is { } text ? uint.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) : null;

    /// <summary>public, private, cert, secret-key, data or nothing; null where the URI does not say.</summary>
    public string? Type => Text(_path, "type");

    /// <summary>The PIN itself; null where the URI has none.</summary>
    internal ReadOnlyMemory<byte>? PinValue => Bytes(_query, "pin-value");

    /// <summary>The file that holds the PIN; null where the URI has none.</summary>
    public string? PinSource => Text(_query, "pin-source");

    /// <summary>The module's name without folder, prefix and extension; null where the URI has none.</summary>
    public string? ModuleName => Text(_query, "module-name");

    /// <summary>The module's file, or the folder to look in for <see cref="ModuleName"/>; null where the URI has none.</summary>
    public string? ModulePath => Text(_query, "module-path");

    /// <summary>Reads a URI.</summary>
    /// <exception cref="ModelSigningException"><see cref="Pkcs11Errors.UriMalformed"/>.</exception>
    public static Pkcs11Uri Parse(string uri) => Pkcs11UriParser.Parse(uri);

    /// <summary>Whether a value of a token, slot or library is what the URI says, or the URI says nothing of it.</summary>
    /// <param name="attribute">The path attribute's name.</param>
    /// <param name="value">The value; PKCS#11 pads it with spaces, which do not count.</param>
    internal bool Allows(string attribute, string? value) =>
        !_path.TryGetValue(attribute, out byte[]? wanted)
        || wanted.AsSpan().TrimEnd((byte)' ').SequenceEqual(Encoding.UTF8.GetBytes((value ?? "").TrimEnd(' ')));

    /// <summary>The URI, fit for messages: the PIN is replaced.</summary>
    public override string ToString()
    {
        string path = string.Join(';', _path.Select(Write));
        string query = string.Join('&', _query.Select(Write));
        return $"pkcs11:{path}{(query.Length > 0 ? "?" : "")}{query}";
    }

    /// <summary>A text as an attribute's value: everything but letters, digits and <c>-._~</c> percent-encoded.</summary>
    internal static string Encode(ReadOnlySpan<byte> value)
    {
        StringBuilder encoded = new(value.Length);
        foreach (byte octet in value)
        {
            if (char.IsAsciiLetterOrDigit((char)octet) || "-._~"u8.Contains(octet))
            {
                encoded.Append((char)octet);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
            }
        }

        return encoded.ToString();
    }

    /// <summary>A path as the value of a query attribute, where <c>/</c> may stand as it is.</summary>
    internal static string EncodePath(string path) => Encode(Encoding.UTF8.GetBytes(path)).Replace("%2F", "/", StringComparison.Ordinal);

    private static string Write(KeyValuePair<string, byte[]> attribute) => attribute.Key switch
    {
        "pin-value" => "pin-value=***",
        "module-path" or "pin-source" => $"{attribute.Key}={EncodePath(Encoding.UTF8.GetString(attribute.Value))}",
        _ => $"{attribute.Key}={Encode(attribute.Value)}",
    };

    private static ReadOnlyMemory<byte>? Bytes(IReadOnlyDictionary<string, byte[]> attributes, string name) =>
        attributes.TryGetValue(name, out byte[]? value) ? value : (ReadOnlyMemory<byte>?)null;

    private static string? Text(IReadOnlyDictionary<string, byte[]> attributes, string name) =>
        attributes.TryGetValue(name, out byte[]? value) ? Encoding.UTF8.GetString(value) : null;
}
