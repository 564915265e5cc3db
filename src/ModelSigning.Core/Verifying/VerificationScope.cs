namespace ModelSigning.Core.Verifying;

/// <summary>How much of what was signed a verdict is about.</summary>
public enum VerificationScope
{
    /// <summary>Everything that was signed, and what lies beside it.</summary>
    Whole,

    /// <summary>Some of the files that were signed, and nothing else of the folder.</summary>
    Partial,
}
