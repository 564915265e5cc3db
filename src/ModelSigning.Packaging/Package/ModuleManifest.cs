using System.Collections;
using System.Management.Automation.Language;

namespace ModelSigning.Packaging.Package;

/// <summary>What a package says about the module; all of it stands in the module's manifest.</summary>
internal sealed record ModuleManifest(
    string Name, string Version, string Guid, string Author, string Copyright, string Description, IReadOnlyList<string> Cmdlets, IReadOnlyList<string> Tags)
{
    /// <summary>Reads a manifest as the data file that it is; nothing in it is run.</summary>
    public static ModuleManifest Read(string path)
    {
        ScriptBlockAst script = Parser.ParseFile(path, out _, out ParseError[] errors);
        if (errors.Length > 0 || script.Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false)?.SafeGetValue() is not Hashtable manifest)
        {
            throw new PackagingException($"'{path}' is not a manifest of literals alone.");
        }

        var data = (Hashtable)((Hashtable)manifest["PrivateData"]!)["PSData"]!;
        string Text(string name) => (string)manifest[name]!;
        return new ModuleManifest(Path.GetFileNameWithoutExtension(path), Text("ModuleVersion"), Text("GUID"), Text("Author"), Text("Copyright"), Text("Description"),
            Texts(manifest["CmdletsToExport"]), Texts(data["Tags"]));
    }

    /// <summary>The folder of a package, as a module path has it: <c>OUTPUT/NAME/VERSION</c>.</summary>
    public string FolderIn(string output) => Path.Join(Path.GetFullPath(output), Name, Version);

    private static string[] Texts(object? value) => [.. ((IEnumerable)value!).Cast<object>().Select(item => item.ToString()!)];
}
