namespace ModelSigning.Core.Bundles;

/// <summary>Writes bundles.</summary>
public static class BundleWriter
{
}
