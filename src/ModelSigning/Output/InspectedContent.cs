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

    internal string[] Uninspected() => [.. Inspection.Uninspected.Select(one => Printable.Of($"'{one.File}': {one.Reason}"))];
}
