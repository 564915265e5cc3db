using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>Reads PKCS#11 URIs (RFC 7512, sections 2.3 and 2.4).</summary>
/// <remarks>
/// <code>
/// pk11-URI   = "pkcs11:" pk11-path [ "?" pk11-query ]
/// pk11-path  = [ attribute "=" value *( ";" attribute "=" value ) ]
/// pk11-query = [ attribute "=" value *( "&amp;" attribute "=" value ) ]
/// </code>
/// Values are percent-encoded UTF-8 bytes; <c>+</c> stands for itself. An attribute is there at most once. One of the path that is not
/// known could mean another key, so it is refused; one of the query is ignored (RFC 7512, section 2.5).
/// </remarks>
internal static partial class Pkcs11UriParser
{
    private const string Scheme = "pkcs11:";
    private const int MaximumLength = 16 * 1024;

    private static readonly HashSet<string> PathAttributes = new(StringComparer.Ordinal)
    {
        "token", "manufacturer", "serial", "model", "library-manufacturer", "library-version", "library-description", "object", "type",
        "id", "slot-description", "slot-manufacturer", "slot-id",
    };

    private static readonly HashSet<string> QueryAttributes = new(StringComparer.Ordinal)
    {
        "pin-source", "pin-value", "module-name", "module-path",
    };

    /// <summary>Reads a URI.</summary>
    /// <exception cref="ModelSigningException"><see cref="Pkcs11Errors.UriMalformed"/>.</exception>
    public static Pkcs11Uri Parse(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            throw Malformed("it does not start with 'pkcs11:'");
        }

        if (uri.Length > MaximumLength)
        {
            throw Malformed("it is longer than 16384 characters");
        }

        int question = uri.IndexOf('?', StringComparison.Ordinal);
        string path = question < 0 ? uri[Scheme.Length..] : uri[Scheme.Length..question];
        string query = question < 0 ? "" : uri[(question + 1)..];
        Dictionary<string, byte[]> pathAttributes = Split(path, ';', "path");
        Dictionary<string, byte[]> queryAttributes = Split(query, '&', "query");
        if (pathAttributes.Keys.FirstOrDefault(name => !PathAttributes.Contains(name)) is { } unknown)
        {
            throw Malformed($"its path has the attribute '{unknown}', which is not supported");
        }

        foreach (string ignored in queryAttributes.Keys.Where(name => !QueryAttributes.Contains(name)).ToArray())
        {
            queryAttributes.Remove(ignored);
        }

        CheckValues(pathAttributes, queryAttributes);
        return new Pkcs11Uri(pathAttributes, queryAttributes);
    }

    private static Dictionary<string, byte[]> Split(string component, char separator, string where)
    {
        Dictionary<string, byte[]> attributes = new(StringComparer.Ordinal);
        if (component.Length == 0)
        {
            return attributes;
        }

        foreach (string attribute in component.Split(separator))
        {
            int equals = attribute.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                // What stands there may be a PIN that was mistyped: it is not repeated.
                throw Malformed($"its {where} has an attribute without a name or without '='");
            }

            string name = attribute[..equals];
            if (!attributes.TryAdd(name, Decode(attribute.AsSpan(equals + 1), name)))
            {
                throw Malformed($"its {where} has the attribute '{name}' twice");
            }
        }

        return attributes;
    }

    private static byte[] Decode(ReadOnlySpan<char> value, string name)
    {
        using MemoryStream bytes = new(value.Length);
        Span<byte> encoded = stackalloc byte[4];
        for (int index = 0; index < value.Length;)
        {
            if (value[index] != '%')
            {
                if (Rune.DecodeFromUtf16(value[index..], out Rune rune, out int used) != System.Buffers.OperationStatus.Done)
                {
                    throw Malformed($"the value of '{name}' contains an incomplete character");
                }

                bytes.Write(encoded[..rune.EncodeToUtf8(encoded)]);
                index += used;
            }
            else if (index + 2 < value.Length && char.IsAsciiHexDigit(value[index + 1]) && char.IsAsciiHexDigit(value[index + 2]))
            {
                bytes.WriteByte(byte.Parse(value.Slice(index + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                index += 3;
            }
            else
            {
                throw Malformed($"the value of '{name}' has a '%' without two hexadecimal digits");
            }
        }

        return bytes.ToArray();
    }

    private static void CheckValues(Dictionary<string, byte[]> path, Dictionary<string, byte[]> query)
    {
        if (path.TryGetValue("type", out byte[]? type)
            && Encoding.UTF8.GetString(type) is not ("" or "public" or "private" or "cert" or "secret-key" or "data"))
        {
            throw Malformed("its type is not public, private, cert, secret-key or data");
        }

        if (path.TryGetValue("library-version", out byte[]? version) && !LibraryVersion().IsMatch(Encoding.UTF8.GetString(version)))
        {
            throw Malformed("its library-version is not a number or two numbers with a period");
        }

        if (path.TryGetValue("slot-id", out byte[]? slot)
            && !uint.TryParse(Encoding.UTF8.GetString(slot), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            throw Malformed("its slot-id is not a decimal number from 0 to 4294967295");
        }

        if (query.ContainsKey("pin-value") && query.ContainsKey("pin-source"))
        {
            throw Malformed("it has both pin-value and pin-source");
        }
    }

    private static ModelSigningException Malformed(string fault) => Pkcs11Errors.UriMalformed.At($"The PKCS#11 URI cannot be used: {fault}.");

    [GeneratedRegex(@"\A[0-9]+(?:\.[0-9]+)?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex LibraryVersion();
}
