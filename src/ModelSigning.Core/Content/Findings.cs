namespace ModelSigning.Core.Content;

/// <summary>Something that a model's files name and that its loader fetches or runs.</summary>
/// <param name="File">The file that names it.</param>
/// <param name="Kind">What sort of reference it is.</param>
/// <param name="Target">What is named: a repository, a class in one, a module of the model itself.</param>
/// <param name="Revision">The revision that is named with it; null without one.</param>
/// <param name="IsPinned">Whether it always means the same bytes: it names a commit, or a file of the model itself.</param>
internal sealed record Reference(string File, ReferenceKind Kind, string Target, string? Revision, bool IsPinned);

/// <summary>What sort of reference a model makes.</summary>
internal enum ReferenceKind
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>Code that a loader runs with <c>trust_remote_code</c>: <c>auto_map</c>, custom pipelines and modules.</summary>
    Code,

    /// <summary>A request that the loader trusts code: <c>trust_remote_code</c>.</summary>
    TrustedCode,

    /// <summary>The weights that an adapter belongs to.</summary>
    BaseModel,

    /// <summary>What is loaded together with the model: a backbone, a part of a pipeline, a tokenizer, an adapter.</summary>
    Component,

    /// <summary>A compute kernel that is fetched by its name.</summary>
    Kernel,

    /// <summary>A file or folder that the model does not have: outside it, or among what git keeps.</summary>
    ExternalData,
}

/// <summary>Something in a model that runs, or can run, when the model is loaded.</summary>
/// <param name="File">The file.</param>
/// <param name="Member">The member of the archive that the file is; null for the file itself.</param>
/// <param name="Kind">What sort of code it is.</param>
/// <param name="Detail">What it names, for a pickle the classes and functions; empty when nothing is known.</param>
internal sealed record Executable(string File, string? Member, ExecutableKind Kind, string Detail);

/// <summary>A sort of code.</summary>
internal enum ExecutableKind
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>A Python pickle, which calls what it names when it is loaded.</summary>
    Pickle,

    /// <summary>Python source or byte code.</summary>
    Python,

    /// <summary>A script of another language, by its name or its first line.</summary>
    Script,

    /// <summary>A program or library of the machine: ELF, PE, Mach-O, or WebAssembly.</summary>
    SharedObject,

    /// <summary>A Jupyter notebook.</summary>
    Notebook,

    /// <summary>A Keras layer that holds code.</summary>
    LambdaLayer,
}

/// <summary>A file that could not be inspected to its end, and why.</summary>
/// <param name="File">The file.</param>
/// <param name="Reason">Why, in one sentence.</param>
internal sealed record Uninspected(string File, string Reason);
