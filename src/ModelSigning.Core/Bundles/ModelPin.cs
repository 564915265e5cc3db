using System.Globalization;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Bundles;

/// <summary>
/// The name of exactly one signed content: SHA-256 over how the model was hashed, what was left out, and every resource with its name. The root
/// digest of OMS covers the digests alone, so it is the same after files were renamed or cut into shards differently.
/// </summary>
/// <remarks>
/// Each field is preceded by its length in bytes, an unsigned 64-bit number with the highest byte first; texts are UTF-8 and numbers decimal digits:
/// <code>
/// "model-signing/pin/v1", method, hash type, shard size (empty for whole files), "true" or "false" for allow_symlinks,
/// number of ignored paths, each ignored path, number of resources, then of each resource its name, its algorithm and its raw digest.
/// </code>
/// Ignored paths and resources are sorted by the bytes of their UTF-8 and none is there twice. What every tool leaves out is not among the ignored
/// paths: git's defaults, model.sig, skill.oms.sig and the signature's own name.
/// </remarks>
public static class ModelPin
{
    /// <summary>What a pin begins with; 64 lower-case hexadecimal digits follow.</summary>
    public const string Prefix = "pin1:";

    /// <summary>The pin's name among the digests of a claim's subject. Its value is the pin's 64 lower-case hexadecimal digits.</summary>
    internal const string DigestName = "modelPin1";

    /// <summary>The most ignored paths, those of every tool aside, for which <see cref="UnderAnyName"/> has an answer.</summary>
    internal const int MaximumNames = 32;

    private const string Version = "model-signing/pin/v1";
    private const int DigitCount = 64;

    /// <summary>Whether a text has the form of a pin.</summary>
    public static bool IsPin(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == Prefix.Length + DigitCount && text.StartsWith(Prefix, StringComparison.Ordinal) && text[Prefix.Length..].All(char.IsAsciiHexDigitLower);
    }

    /// <summary>The pin of a manifest.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="signatureName">The signature's own name in the model, relative and with <c>/</c> between components; null when it lies elsewhere or there is none.</param>
    public static string Of(Manifest manifest, string? signatureName)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        Serialization serialization = manifest.Serialization;
        string algorithm = serialization.HashType.Identifier();
        using FieldDigest digest = new();
        digest.Append(Version);
        digest.Append(serialization.Method == SerializationMethod.Shards ? "shards" : "files");
        digest.Append(algorithm);
        digest.Append(serialization.ShardSize?.ToString(CultureInfo.InvariantCulture) ?? "");
        digest.Append(serialization.AllowSymlinks ? "true" : "false");
        string[] ignored = IgnoredPaths(serialization, signatureName);
        digest.Append(ignored.Length);
        foreach (string path in ignored)
        {
            digest.Append(path);
        }

        // The manifest has them sorted, none twice.
        digest.Append(manifest.Resources.Count);
        foreach (Resource resource in manifest.Resources)
        {
            digest.Append(resource.Name);
            digest.Append(algorithm);
            digest.Append(resource.Digest.Span);
        }

        return Prefix + Hexadecimal.Write(digest.Finish());
    }

    /// <summary>
    /// Every pin that the same signed content has had under another name of its signature, for revoking: the statement does not say which of its
    /// ignored paths the signature's own name was, and anyone may rename the file. Each name costs a pass over the manifest, so there is a bound.
    /// </summary>
    /// <param name="manifest">The manifest.</param>
    /// <returns>Null for a statement with more than <see cref="MaximumNames"/> ignored paths of its own.</returns>
    internal static IEnumerable<string>? UnderAnyName(Manifest manifest) => Under(manifest, _ => true);

    private static IEnumerable<string>? Under(Manifest manifest, Func<string, bool> isName)
    {
        string[] ignored = [.. IgnoredPaths(manifest.Serialization, signatureName: null).Where(isName)];
        return ignored.Length > MaximumNames ? null : ignored.Append(null).Select(name => Of(manifest, name));
    }

    /// <summary>
    /// The digits of the pins that the same signed content has had under another name of its signature, and of its present one. Other ignored paths do not count: a claim about the model
    /// with them is not a claim about the model without them.
    /// </summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="pin">The present pin; the only one for a statement with more names than are tried.</param>
    internal static HashSet<string> DigitsUnderAnyName(Manifest manifest, string pin) =>
        new([.. (Under(manifest, IgnoreList.IsSignatureName) ?? []).Append(pin).Select(one => one[Prefix.Length..])], StringComparer.Ordinal);

    /// <summary>The ignored paths that not every tool leaves out, sorted.</summary>
    internal static string[] IgnoredPaths(Serialization serialization, string? signatureName)
    {
        HashSet<string> paths = new(serialization.IgnorePaths, StringComparer.Ordinal);
        paths.ExceptWith(IgnoreList.GitPaths);
        paths.ExceptWith([SignatureLocation.DefaultName, SignatureLocation.SkillName, signatureName ?? SignatureLocation.DefaultName]);
        string[] sorted = [.. paths];
        Array.Sort(sorted, ResourceNameComparer.Instance);
        return sorted;
    }
}
