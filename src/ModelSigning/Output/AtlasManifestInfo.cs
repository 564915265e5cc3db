using ModelSigning.Core.Atlas;
using ModelSigning.Core.Input;

namespace ModelSigning;

/// <summary>
/// What a manifest of Intel Atlas says, and what of it was checked. A signature covers the claim alone: <see cref="Kind"/>, <see cref="Assertions"/>, and the ingredients and references with
/// <c>IsSigned</c>. Nobody signs <see cref="InstanceId"/>, <see cref="Title"/>, <see cref="Generator"/>, <see cref="CreatedAt"/> and <see cref="IsActive"/>.
/// </summary>
public sealed class AtlasManifestInfo
{
    internal AtlasManifestInfo(AtlasManifest manifest, string path)
    {
        Path = path;
        InstanceId = manifest.InstanceId;
        Title = Printable.Of(manifest.Title);
        Kind = manifest.Kind is null ? null : Printable.Of(manifest.Kind);
        Generator = Printable.Of(manifest.Generator);
        CreatedAt = Printable.Of(manifest.CreatedAt);
        IsActive = manifest.IsActive;
        Assertions = [.. manifest.Assertions.Select(Printable.Of)];
        Remarks = [.. manifest.Remarks];
    }

    /// <summary>The manifest's file: a full path.</summary>
    public string Path { get; }

    /// <summary>The id, <c>urn:c2pa:</c> and a UUID.</summary>
    public string InstanceId { get; }

    /// <summary>The title.</summary>
    public string Title { get; }

    /// <summary>What it describes: <c>Model</c>, <c>Dataset</c>, <c>Software</c> or <c>EvaluationResult</c>; null when it does not say.</summary>
    public string? Kind { get; }

    /// <summary>The program that wrote it.</summary>
    public string Generator { get; }

    /// <summary>When it was made, according to the manifest.</summary>
    public string CreatedAt { get; }

    /// <summary>Whether the manifest says that it is current.</summary>
    public bool IsActive { get; }

    /// <summary>
    /// <c>Verified</c> by the specified key, <c>NotChecked</c> without a key, <c>Invalid</c>, <c>None</c> when there is none, <c>NotAccepted</c> for the envelope of
    /// <c>--format=oms</c>, which signs something else than DSSE does. A key proves who signed the claim: the kind, the assertions, and the ingredients and references with <c>IsSigned</c>.
    /// </summary>
    public string SignatureStatus { get; internal set; } = "";

    /// <summary>The files that it lists, each with whether it is there and unchanged.</summary>
    public AtlasFileInfo[] Ingredients { get; internal set; } = [];

    /// <summary>The manifests that it refers to, each with whether it is there and unchanged.</summary>
    public AtlasReferenceInfo[] References { get; internal set; } = [];

    /// <summary>The kinds of its assertions.</summary>
    public string[] Assertions { get; }

    /// <summary>What to know about the manifest.</summary>
    public string[] Remarks { get; internal set; }

    /// <inheritdoc/>
    public override string ToString() => InstanceId;
}

/// <summary>A file that a manifest of Intel Atlas lists.</summary>
public sealed class AtlasFileInfo
{
    internal AtlasFileInfo(AtlasIngredient ingredient, AtlasFileStatus status)
    {
        Title = Printable.Of(ingredient.Title);
        FilePath = ingredient.Path;
        Algorithm = ingredient.Algorithm.Identifier;
        Digest = Hexadecimal.Write(ingredient.Digest.Span);
        Relationship = Printable.Of(ingredient.Relationship);
        IsSigned = ingredient.IsInClaim;
        Status = status.ToString();
    }

    /// <summary>The title in the manifest.</summary>
    public string Title { get; }

    /// <summary>The path that was given when the manifest was made.</summary>
    public string FilePath { get; }

    /// <summary>The digest's algorithm: <c>sha256</c>, <c>sha384</c> or <c>sha512</c>.</summary>
    public string Algorithm { get; }

    /// <summary>The digest in lower-case hexadecimal digits.</summary>
    public string Digest { get; }

    /// <summary>Its relationship to the whole, such as <c>componentOf</c>.</summary>
    public string Relationship { get; }

    /// <summary>Whether the signature, if there is one, covers this file. Files that the manifest lists outside its claim are not covered.</summary>
    public bool IsSigned { get; }

    /// <summary><c>Matches</c>, <c>Differs</c>, <c>Missing</c>, or <c>NotChecked</c> without -ModelPath.</summary>
    public string Status { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Title} ({Status})";
}

/// <summary>A manifest that another one refers to.</summary>
public sealed class AtlasReferenceInfo
{
    internal AtlasReferenceInfo(AtlasReference reference, AtlasReferenceStatus status)
    {
        InstanceId = reference.InstanceId;
        Digest = $"{reference.Algorithm.Identifier}:{Hexadecimal.Write(reference.Digest.Span)}";
        IsSigned = reference.IsInClaim;
        Status = status.ToString();
    }

    /// <summary>The id of the manifest.</summary>
    public string InstanceId { get; }

    /// <summary>Its digest, as <c>sha384:HEX</c>.</summary>
    public string Digest { get; }

    /// <summary>Whether the signature, if there is one, covers the reference. Those that atlas-cli adds with <c>manifest link</c> are not covered.</summary>
    public bool IsSigned { get; }

    /// <summary><c>Matches</c>, <c>Differs</c>, <c>Missing</c>, or <c>NotChecked</c> where the manifest lies in no store.</summary>
    public string Status { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{InstanceId} ({Status})";
}
