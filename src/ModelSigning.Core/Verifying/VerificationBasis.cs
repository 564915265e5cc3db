namespace ModelSigning.Core.Verifying;

/// <summary>What was compared with what was signed.</summary>
public enum VerificationBasis
{
    /// <summary>The files themselves, read and hashed.</summary>
    Files,

    /// <summary>A manifest that somebody made of them. No file was read, so nothing is known of the files that are there now.</summary>
    Manifest,
}
