namespace ModelSigning.Core.Verifying;

/// <summary>How much of what was signed a verdict is about.</summary>
public enum VerificationScope
{
    /// <summary>Everything that was signed, and what lies beside it.</summary>
    Whole,

    /// <summary>One file of several that were signed.</summary>
    Partial,
}
