namespace ModelSigning.Packaging;

/// <summary>The checkout that this tool was built in.</summary>
internal static class Checkout
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>The full path of something in it.</summary>
    /// <param name="relative">With <c>/</c> between its components.</param>
    public static string Path(string relative) => System.IO.Path.GetFullPath(System.IO.Path.Join(Root, relative));

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Join(folder.FullName, "ModelSigning.sln")))
            {
                return folder.FullName;
            }
        }

        throw new PackagingException("This tool runs in the checkout that it was built in, and there is none around it.");
    }
}
