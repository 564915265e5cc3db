namespace ModelSigning;

/// <summary>The path of a result that is piped on: it binds to -Path of PowerShell's own commands, which is a pattern.</summary>
internal static class PipedPath
{
    /// <summary>What to know of a path before it is passed on; nothing where those commands take it as it is.</summary>
    /// <param name="path">The full path of what was verified.</param>
    public static string[] Warnings(string path) =>
        !OperatingSystem.IsWindows() && path.Contains('\\', StringComparison.Ordinal)
            ? [$"The path '{path}' has a backslash, which PowerShell's own commands take for a separator: they open another file or folder, or none. Rename it before you pass it on."]
        // The provider of PowerShell looks for a folder of such a name by its pattern, also where a command is told that the path is literal.
        : path.AsSpan().ContainsAny('*', '?')
            ? [$"The path '{path}' has a * or a ?, which PowerShell's own commands take for a pattern even with -LiteralPath: they can open another folder. Rename it before you pass it on."]
        : path.AsSpan().IndexOfAny("[]`") >= 0
            ? [$"PowerShell's own commands take the path '{path}' for a pattern, which can match another file or folder. Pass it on with -LiteralPath, as in ForEach-Object {{ Copy-Item -LiteralPath $_.Path ./out -Recurse }}."]
        : [];
}
