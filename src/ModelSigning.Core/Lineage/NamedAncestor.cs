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

    /// <summary>Whether programs load it by this naming, without a revision the one that is called <c>main</c>; otherwise it is only told of.</summary>
    public bool IsLoaded { get; init; }

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

/// <summary>Reads the ways in which models and datasets are named: names of Hugging Face, their addresses, package URLs.</summary>
internal static class AncestorName
{
    private const string Purl = "pkg:huggingface/", Scheme = "hf://", Datasets = "datasets/";
    private const int LongestName = 512;

    private static readonly string[] Addresses = ["https://huggingface.co/", "https://hf.co/", "git+https://huggingface.co/"];

    /// <summary>A name and a revision out of a text, and what is named as far as the text tells.</summary>
    /// <param name="text">A name, an address or a package URL.</param>
    public static (string Name, string? Revision, LineageRelation? Relation) Read(string text)
    {
        string prefix = Addresses.Append(Purl).Append(Scheme).FirstOrDefault(prefix => text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) ?? "";
        if (prefix.Length == 0)
        {
            bool isSoftware = text.StartsWith("pkg:", StringComparison.Ordinal) || text.StartsWith("git+", StringComparison.Ordinal);
            return (Short(text), null, isSoftware ? LineageRelation.Software : null);
        }

        string rest = text[prefix.Length..].Split('?', '#')[0];
        bool isDataset = rest.StartsWith(Datasets, StringComparison.Ordinal);
        rest = isDataset ? rest[Datasets.Length..] : rest;
        string[] parts = rest.Split('@', 2);
        string[] components = parts[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        string? revision = parts.Length == 2 ? parts[1] : components is [_, _, "tree" or "resolve" or "blob", var named, ..] ? named : null;
        string name = string.Join('/', components.Take(2)).Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return (Short(name.Length > 0 ? name : text), revision, isDataset ? LineageRelation.Dataset : LineageRelation.BaseModel);
    }

    /// <summary>The components that a store can be searched for; none where the name is not one of a model: it comes from outside and becomes a path.</summary>
    public static string[] Components(string name)
    {
        string[] components = name.Split('/');
        return components.Length <= 2 && components.All(component => component.Trim('.').Length > 0 && component.Length <= 128
            && component.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-'))
            ? components
            : [];
    }

    private static string Short(string text) => text.Length <= LongestName ? text : text[..LongestName] + "…";
}
