using System.Text.Json;

namespace ModelSigning.Core.Policy;

/// <summary>A rule that is to be written.</summary>
/// <param name="Name">The rule's name.</param>
/// <param name="Model">The pattern of the models that it matches.</param>
/// <param name="Comment">Why it is there, for the readers of the policy.</param>
/// <param name="WriteSigner">Writes the members of the rule's signer.</param>
public sealed record RuleDraft(string Name, string Model, string Comment, Action<Utf8JsonWriter> WriteSigner)
{
    /// <summary>The pin of the only model that is accepted; null for any model of the signer.</summary>
    public string? Pin { get; init; }

    /// <summary>What the rule demands besides.</summary>
    internal RuleDemands Demands { get; init; } = new();
}
