using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Manifests;

/// <summary>
/// The lists of GNU sha256sum: 64 hexadecimal digits, a space, a space or <c>*</c> (text or binary, which is the same here), the name, a line feed. A backslash before the digits
/// says that <c>\\</c>, <c>\n</c> and <c>\r</c> in the name stand for a backslash and line ends.
/// </summary>
internal static class ChecksumList
{
    private const int MostDigits = 1024;

    /// <summary>Reads a list.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="ManifestImportErrors"/>.</exception>
    public static ManifestFile Read(ReadOnlyMemory<byte> text, string source, CancellationToken cancellationToken)
    {
        List<Resource> resources = [];
        ReadOnlySpan<byte> rest = text.Span;
        for (int line = 1; !rest.IsEmpty; line++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int end = rest.IndexOf((byte)'\n');
            resources.Add(end >= 0 ? ReadLine(rest[..end], source, line)
                : throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, line, "does not end with a line feed, so it may be cut off."), source));
            ManifestImport.RefuseMore(resources.Count, source);
            rest = rest[(end + 1)..];
        }

        return ManifestImport.Made(ModelName(source), DigestAlgorithm.Sha256, resources, [.. new long[resources.Count]], source);
    }

    private static Resource ReadLine(ReadOnlySpan<byte> line, string source, int number)
    {
        bool isEscaped = line.StartsWith("\\"u8);
        line = isEscaped ? line[1..] : line;
        int digits = line.IndexOf((byte)' ');
        if (digits is < 1 or > MostDigits || digits + 2 >= line.Length || line[digits + 1] is not ((byte)' ' or (byte)'*') || line.Contains((byte)0))
        {
            throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, number, "does not have the form of sha256sum."), source);
        }

        string name = ManifestImport.Text(line[(digits + 2)..], source, number);
        string hexadecimal = ManifestImport.Text(line[..digits], source, number);
        byte[] digest = ManifestImport.Digest(hexadecimal, DigestAlgorithm.Sha256, source, number);
        if (name.EndsWith('\r'))
        {
            throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, number, "ends with a carriage return and a line feed, and sha256sum writes a line feed alone."), source);
        }

        return new(ManifestImport.Name(isEscaped ? Unescape(name, source, number) : name, source, number), digest);
    }

    private static string Unescape(string name, string source, int line)
    {
        StringBuilder plain = new(name.Length);
        for (int at = 0; at < name.Length; at++)
        {
            char next = name[at] != '\\' ? name[at] : (at + 1 < name.Length ? name[++at] : '\0') switch
            {
                '\\' => '\\',
                'n' => '\n',
                'r' => '\r',
                _ => throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, line, "has an escaped name with a backslash that escapes nothing."), source),
            };
            plain.Append(next);
        }

        return plain.ToString();
    }

    // A list names no model. Its file is often called as the model is, or SHA256SUMS in the model's folder.
    private static string ModelName(string source)
    {
        string name = Path.GetFileNameWithoutExtension(source);
        string folder = Path.GetFileName(Path.GetDirectoryName(source)) ?? "";
        return name.Length == 0 || (name.StartsWith("sha256sum", StringComparison.OrdinalIgnoreCase) && folder.Length > 0) ? folder : name;
    }
}
