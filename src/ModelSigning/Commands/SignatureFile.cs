using ModelSigning.Core.Bundles;

namespace ModelSigning;

/// <summary>Tells a signature from a model where a parameter takes both.</summary>
internal static class SignatureFile
{
    private const string Extension = ".sig", SigstoreExtension = ".sigstore.json";

    /// <summary>Whether a full path is taken for a signature: a file called <c>*.sig</c> or <c>*.sigstore.json</c> that has no signature of its own.</summary>
    internal static bool Is(string path) =>
        (path.EndsWith(Extension, StringComparison.OrdinalIgnoreCase) || path.EndsWith(SigstoreExtension, StringComparison.OrdinalIgnoreCase)
            || path.Replace('\\', '/').EndsWith("/" + SignatureLocation.KaggleName, StringComparison.Ordinal))
        && File.Exists(path) && !File.Exists(path + Extension);
}
