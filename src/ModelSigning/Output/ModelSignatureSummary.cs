namespace ModelSigning;

/// <summary>What Test-ModelSignature -Summary says about all models of a call.</summary>
public sealed class ModelSignatureSummary
{
    /// <summary>Whether at least one model was specified, and all of them are valid.</summary>
    public bool AllValid { get; internal init; }

    /// <summary>How many models there are, with those that the report had already.</summary>
    public int ModelCount { get; internal init; }

    /// <summary>How many are valid.</summary>
    public int Valid { get; internal init; }

    /// <summary>How many of the valid ones were verified in part, or by a manifest in place of their files.</summary>
    public int ValidInPart { get; internal init; }

    /// <summary>How many have no signature.</summary>
    public int NotSigned { get; internal init; }

    /// <summary>How many differ from what was signed.</summary>
    public int HashMismatch { get; internal init; }

    /// <summary>How many have a signature that is not valid, or a signer who is not trusted.</summary>
    public int NotTrusted { get; internal init; }

    /// <summary>How many have a signature file that is damaged or not accepted.</summary>
    public int Incompatible { get; internal init; }

    /// <summary>How many could not be verified for another reason.</summary>
    public int UnknownError { get; internal init; }

    /// <summary>How many the report of -Resume had already, so that they were not verified again.</summary>
    public int Resumed { get; internal init; }

    /// <summary>How many files were compared.</summary>
    public long FileCount { get; internal init; }

    /// <summary>How many bytes they have.</summary>
    public long Length { get; internal init; }

    /// <summary>How long this call took.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>The report that -OutFile named: a full path; null without one.</summary>
    public string? ReportPath { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Valid} of {ModelCount} valid";
}
