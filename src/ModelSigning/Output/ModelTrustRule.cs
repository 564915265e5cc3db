namespace ModelSigning;

/// <summary>A rule of a trust policy, as Test-ModelTrustPolicy shows it.</summary>
public sealed class ModelTrustRule
{
    internal ModelTrustRule(string name, string policyPath) => (Name, PolicyPath) = (name, policyPath);

    /// <summary>The rule's name, which results and errors carry.</summary>
    public string Name { get; }

    /// <summary>The policy's file: a full path.</summary>
    public string PolicyPath { get; }

    /// <summary>The rule's place in the policy, from 1; the first rule that matches a model decides.</summary>
    public int Order { get; internal init; }

    /// <summary>The models that the rule matches, as patterns.</summary>
    public string[] Models { get; internal init; } = [];

    /// <summary>The signers that it accepts, each in one line.</summary>
    public string[] Signers { get; internal init; } = [];

    /// <summary>Whether the signing time must be confirmed.</summary>
    public bool TimestampRequired { get; internal init; }

    /// <summary>How old a signature may be, in days; null for any age. Only signers of Sigstore prove it.</summary>
    public double? MaximumAgeDays { get; internal init; }

    /// <summary>The accepted digest algorithms; empty if all are accepted.</summary>
    public string[] HashAlgorithms { get; internal init; } = [];

    /// <summary>The accepted algorithms of signing keys; empty if all are accepted.</summary>
    public string[] KeyAlgorithms { get; internal init; } = [];

    /// <summary>How much of a model must be verified: <c>Whole</c>, or <c>Partial</c>, which accepts a part as well.</summary>
    public string Scope { get; internal init; } = "";

    /// <summary>What must be verified: <c>Files</c>, or <c>Manifest</c>, which accepts a manifest as well.</summary>
    public string Basis { get; internal init; } = "";

    /// <summary>How many models are pinned; 0 when the rule accepts any model of its signers.</summary>
    public int PinnedModelCount { get; internal init; }

    /// <summary>The claims about a model that the rule requires, each in one line.</summary>
    public string[] Claims { get; internal init; } = [];

    /// <summary>What a model must not have or name: <c>unpinnedReferences</c>, <c>pickle</c>, <c>code</c>.</summary>
    public string[] Forbid { get; internal init; } = [];

    /// <summary>The formats that the files of a model may have; empty if all formats are accepted.</summary>
    public string[] AllowFormats { get; internal init; } = [];

    /// <summary>The folders in which the base models that a model names are looked for, each of which must verify by the policy; empty where none must.</summary>
    public string[] LineageStores { get; internal init; } = [];

    /// <summary>What the rule does that its author may not have intended.</summary>
    public string[] Advice { get; internal init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Name;
}
