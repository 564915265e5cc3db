namespace ModelSigning.Testing;

/// <summary>
/// The data beside the project (<c>../shared</c>): public suites and schemas that are not committed. Users do not have it, so a
/// test that wants it asks here and is skipped, with the reason, where it is absent.
/// </summary>
public static class SharedData
{
    /// <summary>The root of the repository that the tests were built from.</summary>
    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>A file or folder below <c>../shared</c>, or a skip of the running test.</summary>
    /// <param name="relative">The path below <c>shared</c>, with <c>/</c> between its components.</param>
    public static string Require(string relative)
    {
        string path = Path.GetFullPath(Path.Join(RepositoryRoot, "..", "shared", relative));
        if (!Path.Exists(path))
        {
            Assert.Skip($"shared/{relative} does not lie beside the project.");
        }

        return path;
    }

    /// <summary>Whether <c>../shared</c> is there; for theories that list their cases from it.</summary>
    public static bool IsPresent { get; } = Directory.Exists(Path.Join(RepositoryRoot, "..", "shared"));

    private static string FindRepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Join(folder.FullName, "ModelSigning.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run outside the repository that they were built from.");
    }
}
