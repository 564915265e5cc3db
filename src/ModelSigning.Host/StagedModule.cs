namespace ModelSigning.Host;

/// <summary>The module that was built or published together with this host.</summary>
internal static class StagedModule
{
    /// <summary>
    /// Its manifest: <c>Modules/ModelSigning/ModelSigning.psd1</c> beside a published host, or the one at the root of the checkout
    /// that the host was built in; null when neither is there.
    /// </summary>
    public static string? FindManifest()
    {
        const string manifest = "ModelSigning.psd1";
        string published = Path.Join(AppContext.BaseDirectory, "Modules", "ModelSigning", manifest);
        if (File.Exists(published))
        {
            return published;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Join(folder.FullName, manifest);
            if (File.Exists(candidate) && File.Exists(Path.Join(folder.FullName, "ModelSigning.sln")))
            {
                return candidate;
            }
        }

        return null;
    }
}
