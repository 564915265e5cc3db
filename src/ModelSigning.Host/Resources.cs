namespace ModelSigning.Host;

/// <summary>The text files that are built into the host.</summary>
internal static class Resources
{
    /// <summary>The names of those whose name starts so.</summary>
    public static IEnumerable<string> Names(string prefix) => typeof(Resources).Assembly.GetManifestResourceNames()
        .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    /// <summary>The text of one.</summary>
    public static string Text(string name)
    {
        using StreamReader reader = new(typeof(Resources).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
