namespace ModelSigning.Core.Atlas;

/// <summary>
/// A manifest of Intel Atlas (atlas-cli 0.2.0): an object of its own in the vocabulary of C2PA, without C2PA's containers. What it says is a claim of
/// its author, until its signature verifies. Even then only the claim is signed: <see cref="Kind"/>, <see cref="Assertions"/>, and those ingredients and references that are in it.
/// Anybody can change the rest, the ids and the title included.
/// </summary>
public sealed record AtlasManifest
{
    /// <summary>Its id: <c>urn:c2pa:</c> and a UUID, followed by a version in a changed copy.</summary>
    public required string InstanceId { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>The program that wrote it.</summary>
    public required string Generator { get; init; }

    /// <summary>When it was made, according to itself, as the text in it (RFC 3339).</summary>
    public required string CreatedAt { get; init; }

    /// <summary>What it describes: <c>Model</c>, <c>Dataset</c>, <c>Software</c> or <c>EvaluationResult</c>; null when it does not say.</summary>
    public string? Kind { get; init; }

    /// <summary>Whether it calls itself current.</summary>
    public bool IsActive { get; init; }

    /// <summary>The files that it lists.</summary>
    public required IReadOnlyList<AtlasIngredient> Ingredients { get; init; }

    /// <summary>The other manifests that it refers to.</summary>
    public required IReadOnlyList<AtlasReference> References { get; init; }

    /// <summary>The kinds of its assertions, in their order.</summary>
    public required IReadOnlyList<string> Assertions { get; init; }

    /// <summary>The signature of the claim: PKCS#1 v1.5, or ECDSA as DER; empty without one.</summary>
    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The signed bytes: the claim without its signature, in CBOR, with the members in the order of the document.</summary>
    public ReadOnlyMemory<byte> SignedClaim { get; init; }

    /// <summary>The manifest as compact JSON, of which references in other manifests have the digest.</summary>
    public ReadOnlyMemory<byte> CompactJson { get; init; }

    /// <summary>Whether it came in the envelope of <c>--format=oms</c>, which looks like DSSE and signs something else.</summary>
    public bool IsEnveloped { get; init; }

    /// <summary>What the reader should know about it, one sentence each.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}

/// <summary>A file that a manifest lists.</summary>
/// <param name="Title">Its title there.</param>
/// <param name="Path">The path after <c>file://</c>, as it was given when the manifest was made.</param>
/// <param name="Algorithm">The digest's algorithm.</param>
/// <param name="Digest">The digest.</param>
/// <param name="Relationship">Its relationship to the whole, such as <c>componentOf</c>.</param>
/// <param name="Format">Its media type.</param>
/// <param name="IsInClaim">Whether the claim, and so its signature, covers the ingredient.</param>
public sealed record AtlasIngredient(string Title, string Path, AtlasDigest Algorithm, ReadOnlyMemory<byte> Digest, string Relationship, string Format, bool IsInClaim);

/// <summary>A reference from one manifest to another.</summary>
/// <param name="InstanceId">The other one's id.</param>
/// <param name="Algorithm">The digest's algorithm, which follows from its length.</param>
/// <param name="Digest">The digest of the other one as compact JSON.</param>
/// <param name="IsInClaim">Whether the claim, and so its signature, covers the reference.</param>
public sealed record AtlasReference(string InstanceId, AtlasDigest Algorithm, ReadOnlyMemory<byte> Digest, bool IsInClaim);
