using System.Management.Automation;

namespace ModelSigning.Tests;

/// <summary>What a script wrote, stream by stream, and the error that ended it.</summary>
internal sealed record Outcome(
    IReadOnlyList<PSObject> Output, IReadOnlyList<ErrorRecord> Errors, IReadOnlyList<string> Verbose, IReadOnlyList<string> Warnings,
    IReadOnlyList<ProgressRecord> Progress, RuntimeException? Terminating)
{
    /// <summary>The only object of the output.</summary>
    internal dynamic Single => Assert.Single(ThrowIfFailed().Output);

    /// <summary>The only object of the output, as .NET sees it.</summary>
    internal object Value => Assert.Single(ThrowIfFailed().Output).BaseObject;

    /// <summary>The error's identifier without the command's name; one error, terminating or not.</summary>
    internal string ErrorId => Error.FullyQualifiedErrorId.Split(',')[0];

    /// <summary>The only error, terminating or not.</summary>
    internal ErrorRecord Error => Terminating?.ErrorRecord ?? Assert.Single(Errors);

    internal static Outcome Of(PowerShell shell)
    {
        List<PSObject> output = [];
        RuntimeException? terminating = null;
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException exception)
        {
            terminating = exception;
        }

        PSDataStreams streams = shell.Streams;
        return new Outcome(output, [.. streams.Error], [.. streams.Verbose.Select(record => record.Message)],
            [.. streams.Warning.Select(record => record.Message)], [.. streams.Progress], terminating);
    }

    /// <summary>Fails the test with the script's first error, if there is one.</summary>
    internal Outcome ThrowIfFailed()
    {
        ErrorRecord? error = Terminating?.ErrorRecord ?? (Errors.Count > 0 ? Errors[0] : null);
        Assert.True(error is null, $"{error?.FullyQualifiedErrorId}: {error?.Exception}");
        return this;
    }
}
