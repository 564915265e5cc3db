using ModelSigning.Core.Atlas;

namespace ModelSigning.Core.Lineage;

/// <summary>What a model was made from, or with.</summary>
internal enum LineageRelation
{
    /// <summary>Something that a claim lists without saying what it is.</summary>
    Material,

    /// <summary>A model that it was tuned, quantized or merged from, or that it is an adapter of.</summary>
    BaseModel,

    /// <summary>What it was trained or tested on.</summary>
    Dataset,

    /// <summary>A program or library.</summary>
    Software,

    /// <summary>An evaluation of it.</summary>
    Evaluation,
}

/// <summary>Something that a model, or a claim about it, names as what the model was made from.</summary>
/// <param name="Relation">What it is to the model.</param>
/// <param name="Name">Its name: <c>OWNER/NAME</c> where the source has such a name, else what the source writes.</param>
/// <param name="Source">Where it is named: a file of the model, a line of its claims file, an Atlas manifest.</param>
internal sealed record NamedAncestor(LineageRelation Relation, string Name, string Source)
{
    /// <summary>The revision that is named with it; null without one.</summary>
    public string? Revision { get; init; }

    /// <summary>The SHA-256 of its root digest, in lower-case hexadecimal; null where the source has none.</summary>
    public string? RootDigest { get; init; }

    /// <summary>Whether a trusted signer stands behind the naming: the file is signed, or the claim verifies.</summary>
    public bool IsSigned { get; init; } = true;

    /// <summary>The files that it must have; empty where the source lists none.</summary>
    public IReadOnlyList<AtlasIngredient> Files { get; init; } = [];

    /// <summary>The root digest that it has if its signature lists exactly <see cref="Files"/>, to look for it; null where that is not known.</summary>
    public string? LikelyRootDigest { get; init; }

    /// <summary>Why the source itself contradicts the naming, in a sentence; null where it does not.</summary>
    public string? Fault { get; init; }
}
