namespace ModelSigning;

/// <summary>Something in a model that runs, or can run, when the model is loaded.</summary>
public sealed class ExecutableModelContent
{
    internal ExecutableModelContent(string file, string kind) => (File, Kind) = (file, kind);

    /// <summary>The file, relative to the model.</summary>
    public string File { get; }

    /// <summary>The member of the archive that the file is; null for the file itself.</summary>
    public string? Member { get; internal init; }

    /// <summary>
    /// <c>Pickle</c>, <c>Python</c>, <c>Script</c>, <c>SharedObject</c> (ELF, PE, Mach-O, WebAssembly), <c>Notebook</c> or <c>LambdaLayer</c>. Pickles, shared objects and
    /// byte code are recognised by their content, whatever their name is.
    /// </summary>
    public string Kind { get; }

    /// <summary>What it names: for a pickle the classes and functions, for a shared object its format; empty when nothing is known.</summary>
    public string Detail { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{Printable.Of(File)}{(Member is null ? "" : $"!{Printable.Of(Member)}")}: {Kind}";
}
