namespace ModelSigning.Host;

/// <summary>The exit codes that the host itself gives; they are those of <c>pwsh</c>, and 130 as shells give it.</summary>
internal static class ExitCodes
{
    /// <summary>Everything did what it should.</summary>
    public const int Success = 0;

    /// <summary>A terminating error, or a last command that failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line cannot be used (<c>EX_USAGE</c>).</summary>
    public const int Usage = 64;

    /// <summary>Interrupted: 128 and the number of SIGINT.</summary>
    public const int Interrupted = 130;
}
