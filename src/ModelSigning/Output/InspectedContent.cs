using ModelSigning.Core.Cards;
using ModelSigning.Core.Content;

namespace ModelSigning;

/// <summary>What was found in the content of a model that was just hashed.</summary>
/// <param name="Inspection">What was found.</param>
internal sealed record InspectedContent(ModelInspection Inspection)
{
    private const int MostNames = 3;

    /// <summary>The card that the same bytes make; null where it is not wanted.</summary>
    internal VerifiedCard? Card { get; private init; }

    internal static InspectedContent Of(ContentCapture capture, CancellationToken cancellationToken) => new(ModelInspection.Of(capture, cancellationToken));

    /// <summary>The same with the card of a model that is valid.</summary>
    internal static InspectedContent WithCard(ContentCapture capture, CancellationToken cancellationToken) =>
        Of(capture, cancellationToken) with { Card = new(CardReader.Read(capture.Files(), cancellationToken)) };

    /// <summary>What a signer should know of the model that was signed: one sentence for each sort, with the first of them.</summary>
    internal IEnumerable<string> SigningNotes()
    {
        string[] foreign = [.. Inspection.References.Where(one => !one.IsPinned && one.Kind != ReferenceKind.TrustedCode).Select(one => $"'{one.Target}' ({one.File})").Distinct()];
        string[] runs = [.. Inspection.Executables.Select(one => $"'{one.File}' ({one.Kind})").Distinct()];
        if (foreign.Length > 0)
        {
            yield return $"The model names {First(foreign)}, which the signature does not cover. Pin it to a commit, or copy it into the model.";
        }

        if (runs.Length > 0)
        {
            yield return $"The model has files that can run when it is loaded, and they were signed: {First(runs)}.";
        }
    }

    private static string First(string[] names) => string.Join(", ", names.Take(MostNames)) + (names.Length > MostNames ? $" and {names.Length - MostNames} more" : "");

    internal ModelReference[] References() => [.. Inspection.References.Select(one =>
        new ModelReference(one.File, one.Kind.ToString(), one.Target) { Revision = one.Revision, IsPinned = one.IsPinned })];

    internal ExecutableModelContent[] Executables() => [.. Inspection.Executables.Select(one =>
        new ExecutableModelContent(one.File, one.Kind.ToString()) { Member = one.Member, Detail = one.Detail })];
}

/// <summary>Something that a model's files name and that a loader fetches or runs, although the model's signature may not cover it.</summary>
public sealed class ModelReference
{
    internal ModelReference(string file, string kind, string target) => (File, Kind, Target) = (file, kind, target);

    /// <summary>The file that names it, relative to the model.</summary>
    public string File { get; }

    /// <summary>
    /// <c>Code</c>: a class that a loader runs with trust_remote_code; <c>TrustedCode</c>: the file itself asks for trust_remote_code; <c>BaseModel</c>: the weights that an
    /// adapter belongs to; <c>Component</c>: a backbone, part, tokenizer or adapter that is loaded with the model; <c>Kernel</c>: a compute kernel; <c>ExternalData</c>: a file or folder that the model does not have.
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
