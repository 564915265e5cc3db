namespace ModelSigning;

/// <summary>Something that a model's files name and that a loader fetches or runs, although the model's signature may not cover it.</summary>
public sealed class ModelReference
{
    internal ModelReference(string file, string kind, string target) => (File, Kind, Target) = (file, kind, target);

    /// <summary>The file that names it, relative to the model.</summary>
    public string File { get; }

    /// <summary>
    /// <c>Code</c>: a class that a loader runs with trust_remote_code; <c>TrustedCode</c>: the file itself asks for trust_remote_code; <c>BaseModel</c>: the weights that an
    /// adapter belongs to; <c>Kernel</c>: a compute kernel.
    /// </summary>
    public string Kind { get; }

    /// <summary>What is named, as the file writes it: OWNER/NAME, OWNER/NAME--MODULE.CLASS, or MODULE.CLASS.</summary>
    public string Target { get; }

    /// <summary>The revision that is named with it; null without one.</summary>
    public string? Revision { get; internal init; }

    /// <summary>Whether it always means the same bytes: it names a commit, or a module that is itself a file of the model.</summary>
    public bool IsPinned { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Printable.Of(File)}: {Kind} {Printable.Of(Target)}{(IsPinned ? "" : " (not pinned)")}";
}
