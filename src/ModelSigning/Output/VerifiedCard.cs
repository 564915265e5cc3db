using ModelSigning.Core.Cards;

namespace ModelSigning;

/// <summary>The card of a model that was just verified, made of the bytes that were hashed. A class of its own, because the shell looks at the fields of results before the engine is loaded.</summary>
/// <param name="card">The card.</param>
internal sealed class VerifiedCard(Card card)
{
    internal Card Card { get; } = card;
}
