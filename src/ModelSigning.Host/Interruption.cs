using System.Management.Automation;
using System.Runtime.InteropServices;

namespace ModelSigning.Host;

/// <summary>
/// While it lives, Ctrl+C and SIGTERM stop a script: its running command is told to end and its <c>finally</c> blocks run. A
/// second one ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly PowerShell _script;
    private readonly PosixSignalRegistration[] _registrations;
    private int _count;

    public Interruption(PowerShell script)
    {
        _script = script;
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM }.Select(signal => PosixSignalRegistration.Create(signal, Stop))];
    }

    /// <summary>Whether the script was interrupted.</summary>
    public bool Happened => Volatile.Read(ref _count) > 0;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Stop(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref _count) == 1)
        {
            context.Cancel = true;
            _script.BeginStop(null, null);
        }
    }
}
