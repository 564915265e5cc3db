using ModelSigning.Core.Cards;
using ModelSigning.Core.Content;

namespace ModelSigning.Core.Lineage;

/// <summary>What a model's own files name: the card's base models and datasets, an adapter's base, external data and kernels.</summary>
internal static class CardAncestors
{
    /// <summary>Lists it, in the order of the card's statements.</summary>
    /// <param name="card">The card, of bytes that were verified.</param>
    /// <param name="references">What the files name besides.</param>
    public static IReadOnlyList<NamedAncestor> Of(Card card, IReadOnlyList<Reference> references)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(references);
        IEnumerable<NamedAncestor> stated = card.Statements.Where(one => one.Property is CardProperty.BaseModels or CardProperty.Datasets).SelectMany(one => one.Values.Select(value =>
        {
            (string name, string? revision, _) = AncestorName.Read(value);
            return new NamedAncestor(one.Property == CardProperty.BaseModels ? LineageRelation.BaseModel : LineageRelation.Dataset, name, one.File) { Revision = revision };
        }));
        IEnumerable<NamedAncestor> referred = references.Where(one => one.Kind is ReferenceKind.BaseModel or ReferenceKind.Kernel or ReferenceKind.Code && IsElsewhere(one)).Select(one =>
            new NamedAncestor(one.Kind == ReferenceKind.BaseModel ? LineageRelation.BaseModel : LineageRelation.Software, AncestorName.Read(Repository(one)).Name, one.File) { Revision = one.Revision, IsLoaded = true });

        // The card tells of a configuration what the references tell too, without its revision.
        NamedAncestor[] all = [.. referred, .. stated];
        HashSet<(LineageRelation, string, string)> revised = [.. all.Where(one => one.Revision is not null).Select(one => (one.Relation, one.Name, one.Source))];
        return [.. all.Where(one => one.IsLoaded || one.Revision is not null || !revised.Contains((one.Relation, one.Name, one.Source))).DistinctBy(one => (one.Relation, one.Name, one.Source, one.Revision))];
    }

    private static bool IsElsewhere(Reference reference) => reference.Kind != ReferenceKind.Code || reference.Target.Contains("--", StringComparison.Ordinal);

    private static string Repository(Reference reference) => reference.Kind == ReferenceKind.BaseModel ? reference.Target : reference.Target.Split("--", 2)[0].Split('@', 2)[0];
}
