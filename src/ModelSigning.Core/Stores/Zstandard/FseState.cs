namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>What a state of a <see cref="FseTable"/> means.</summary>
/// <param name="Next">The first of the states that may follow.</param>
/// <param name="NextBits">The bits that say which of them does.</param>
/// <param name="ValueBits">The bits that say which of its symbol's numbers it is.</param>
/// <param name="Value">The first of these numbers.</param>
internal readonly record struct FseState(ushort Next, byte NextBits, byte ValueBits, uint Value);
