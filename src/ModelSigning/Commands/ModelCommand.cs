using System.Management.Automation;
using ModelSigning.Core.Errors;

namespace ModelSigning;

/// <summary>
/// A command over models: each path of the pipeline is resolved as PowerShell resolves paths and handed on as a full path of the file
/// system. A derived command gives <see cref="Path"/> and <see cref="LiteralPath"/> their parameter sets; the name of each set that
/// takes a literal path ends with <c>LiteralPath</c>.
/// </summary>
public abstract class ModelCommand : CancellableCommand
{
    /// <summary>What a person reads who is asked for a model.</summary>
    private protected const string ModelHelp = "The model: a folder or a single file, for example ./model.";

    /// <summary>
    /// The model: a folder or a single file. Wildcards are expanded, and each match is a model of its own. Use -LiteralPath for a name
    /// that has *, ?, [ or ] in it: a path that exists and could match others as a pattern is refused. The path of an object from the pipeline, such
    /// as a result of this module, is taken as it is.
    /// </summary>
    public abstract string[] Path { get; set; }

    /// <summary>
    /// The model: a folder or a single file, taken as it is written, without wildcards. Objects of Get-ChildItem bind to it from the pipeline.
    /// </summary>
    public abstract string[] LiteralPath { get; set; }

    /// <summary>Handles what the paths of one record of the pipeline lead to.</summary>
    protected override void ProcessRecord() => ProcessItems(Items());

    /// <summary>Handles the models of one record, one after the other: each path is resolved when those before it are handled.</summary>
    /// <param name="items">What the paths lead to, in their order.</param>
    private protected virtual void ProcessItems(IEnumerable<RecordItem> items)
    {
        foreach (RecordItem item in items)
        {
            ProcessItem(item);
        }
    }

    /// <summary>Handles what a path leads to.</summary>
    private protected void ProcessItem(RecordItem item)
    {
        if (item.Model is { } model)
        {
            ProcessModel(model);
        }
        else if (item.Entry is { } entry)
        {
            ProcessEntry(item.Path, entry);
        }
        else
        {
            ProcessUnresolved(item.Path, item.Refusal!);
        }
    }

    /// <summary>Handles one model that exists. Errors of this model alone are written, and the next model is handled.</summary>
    /// <param name="model">The full path of the model in the file system.</param>
    private protected abstract void ProcessModel(string model);

    /// <summary>Handles a path that leads to no model: by an error, where a command has nothing better.</summary>
    /// <param name="path">The path as it was given.</param>
    /// <param name="refusal">Why it does not.</param>
    private protected virtual void ProcessUnresolved(string path, ModelSigningException refusal) => WriteError(refusal.ToErrorRecord(path));

    /// <summary>Handles an entry of a manifest in place of a path: by an error, where a command cannot use it.</summary>
    /// <param name="name">The entry's name.</param>
    /// <param name="entry">The object of Get-ModelManifest, or the row of a table of such objects.</param>
    private protected virtual void ProcessEntry(string name, PSObject entry) =>
        ProcessUnresolved(name, CommandErrors.ManifestEntry.At($"'{name}' is an entry of a manifest, not a path.", name));

    private IEnumerable<RecordItem> Items()
    {
        bool literal = ParameterSetName.EndsWith(nameof(LiteralPath), StringComparison.Ordinal);
        return (literal ? LiteralPath : Path).OrOneEmpty()
            .SelectMany(path => PathTransformationAttribute.EntryOf(path) is { } entry ? [new(path) { Entry = entry }] : Resolve(path, literal));
    }

    private IEnumerable<RecordItem> Resolve(string path, bool literal)
    {
        try
        {
            return Guarded<IReadOnlyList<string>>(() => literal ? [this.ExistingFileSystemPath(path)] : this.MatchingFileSystemPaths(path))
                .Select(model => new RecordItem(path) { Model = model });
        }
        catch (ModelSigningException refusal)
        {
            return [new(path) { Refusal = refusal }];
        }
    }
}

/// <summary>What a path of a record leads to: a model, an entry of a manifest in place of a path, or nothing.</summary>
/// <param name="Path">The path as it was given.</param>
internal readonly record struct RecordItem(string Path)
{
    /// <summary>The full path of a model that exists; null where the path leads to none.</summary>
    internal string? Model { get; init; }

    /// <summary>The entry of a manifest; null for a path.</summary>
    internal PSObject? Entry { get; init; }

    /// <summary>Why the path leads to nothing; null where it leads to something.</summary>
    internal ModelSigningException? Refusal { get; init; }
}
