using System.Management.Automation;
using System.Management.Automation.Host;
using ModelSigning.Core.Errors;

namespace ModelSigning;

/// <summary>
/// What all cmdlets share: whatever they show a person goes through <see cref="PrintableText"/>, and whatever the engine throws while one
/// item is worked on becomes the error of that item.
/// </summary>
public abstract class ModuleCommand : PSCmdlet, IDisposable
{
    private (PSDriveInfo Drive, string Location, string Directory)? _current;

    /// <summary>Starts the export of traces and metrics with the first command, where the environment asks for it.</summary>
    protected ModuleCommand() => TelemetrySession.Start();

    /// <summary>Frees what the command holds, and sends what it traced; PowerShell calls it when the pipeline has ended, however it did.</summary>
    public void Dispose()
    {
        Release();
        TelemetrySession.Flush(Stopping);
        GC.SuppressFinalize(this);
    }

    /// <summary>The session's location in the file system, at which relative paths start. It may change while the pipeline runs.</summary>
    internal string CurrentDirectory()
    {
        // PowerShell asks the system for all its mounts each time, which takes longer than to verify a small model.
        PathInfo location = SessionState.Path.CurrentFileSystemLocation;
        if (location.Drive is not { } drive)
        {
            return location.ProviderPath;
        }

        if (_current is not { } known || known.Drive != drive || known.Location != drive.CurrentLocation)
        {
            _current = known = (drive, drive.CurrentLocation, location.ProviderPath);
        }

        return known.Directory;
    }

    private protected virtual void Release() => Dispose(disposing: true);

    /// <summary>Frees what a derived command holds, such as keys.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <inheritdoc cref="Cmdlet.WriteWarning"/>
    public new void WriteWarning(string text) => base.WriteWarning(PrintableText.Of(text));

    /// <inheritdoc cref="Cmdlet.WriteVerbose"/>
    public new void WriteVerbose(string text)
    {
        // The switch -Debug alone makes PowerShell ask at each verbose line whether to go on, and fail where the session cannot prompt.
        if (IsGiven("Debug") && !MyInvocation.BoundParameters.ContainsKey("Verbose"))
        {
            WriteDebug(text);
        }
        else
        {
            base.WriteVerbose(PrintableText.Of(text));
        }
    }

    /// <inheritdoc cref="Cmdlet.WriteDebug"/>
    public new void WriteDebug(string text) => base.WriteDebug(PrintableText.Of(text));

    /// <inheritdoc cref="Cmdlet.ShouldProcess(string, string)"/>
    public new bool ShouldProcess(string target, string action) =>
        Confirmed(() => base.ShouldProcess(PrintableText.Of(target), action), action, "-Confirm:$false");

    /// <inheritdoc cref="Cmdlet.ShouldProcess(string, string, string)"/>
    public new bool ShouldProcess(string verboseDescription, string verboseWarning, string caption) =>
        Confirmed(() => base.ShouldProcess(Printable.Lines(verboseDescription), Printable.Lines(verboseWarning), PrintableText.Of(caption)), caption, "-Confirm:$false");

    /// <inheritdoc cref="Cmdlet.ShouldContinue(string, string)"/>
    public new bool ShouldContinue(string query, string caption) => Confirmed(() => base.ShouldContinue(PrintableText.Of(query), caption), caption, "-Force");

    /// <summary>Whether the command only says what it would do (-WhatIf).</summary>
    internal bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
        ? LanguagePrimitives.IsTrue(given)
        : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    private bool IsGiven(string name) => MyInvocation.BoundParameters.TryGetValue(name, out object? given) && LanguagePrimitives.IsTrue(given);

    /// <summary>Writes what a person should see although the work was done, each sentence with the item that it is about.</summary>
    private protected void WriteWarnings(IEnumerable<string> warnings, string item)
    {
        foreach (string warning in warnings)
        {
            WriteWarning(Refusals.Naming(item, warning));
        }
    }

    /// <summary>Works on one item of several: a refusal is written as that item's error, so that the next item has its turn.</summary>
    /// <param name="item">What is worked on, as the error names it.</param>
    /// <param name="work">The work. It writes no objects: what another command of the pipeline throws is not this item's.</param>
    /// <returns>What the work answered; null when it was refused.</returns>
    private protected T? Attempt<T>(string item, Func<T?> work) where T : class
    {
        ModelSigningException refusal;
        try
        {
            return Guarded(work);
        }
        catch (ModelSigningException caught)
        {
            refusal = caught;
        }

        WriteError(refusal.About(item).ToErrorRecord(item));
        return null;
    }

    /// <summary>Runs the engine. An exception that it does not mean to throw is a fault of its own, and becomes a refusal like any other.</summary>
    /// <exception cref="ModelSigningException">What the engine refuses, or <see cref="CommandErrors.UnknownError"/>.</exception>
    internal T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (IsFault(exception))
        {
            throw Refusals.Unknown(exception);
        }
    }

    /// <summary>Runs <paramref name="action"/>, which no later item could do better: its refusal ends the command.</summary>
    internal T OrTerminate<T>(Func<T> action)
    {
        try
        {
            return Guarded(action);
        }
        catch (ModelSigningException refusal)
        {
            ThrowTerminatingError(refusal.ToErrorRecord());
            throw;
        }
    }

    /// <summary>Whether an exception of a question says that the session has nobody to ask. PowerShell's console throws a NullReferenceException at the end of its input.</summary>
    private protected static bool CannotPrompt(Exception exception) =>
        exception is PSInvalidOperationException or HostException or NotImplementedException or NotSupportedException or NullReferenceException;

    private static bool Confirmed(Func<bool> ask, string question, string parameter)
    {
        try
        {
            return ask();
        }
        catch (Exception exception) when (CannotPrompt(exception))
        {
            throw CommandErrors.ConfirmationImpossible.At(
                $"'{question}' needs confirmation, but this session cannot prompt. Use {parameter} to continue without it.", null, exception);
        }
    }

    // PowerShell's own exceptions stop a pipeline (Ctrl+C, -ErrorAction Stop, Select-Object -First) or come from its host.
    private bool IsFault(Exception exception) =>
        exception is not (ModelSigningException or RuntimeException or FlowControlException) && !(exception is OperationCanceledException && Stopping);
}
