namespace ModelSigning.Core.Bundles;

/// <summary>Reads bundles.</summary>
public static class BundleReader
{
    /// <summary>The largest bundle that is read: 64 MiB.</summary>
    public const int MaximumLength = 64 * 1024 * 1024;
}
