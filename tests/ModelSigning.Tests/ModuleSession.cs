using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>A PowerShell session that has imported the staged module by its manifest's path, as a user's would.</summary>
internal sealed class ModuleSession : IDisposable
{
    /// <summary>The manifest at the root of the built checkout.</summary>
    internal static readonly string ManifestPath = Path.Join(SharedData.RepositoryRoot, "ModelSigning.psd1");

    // Seen once while several opened at the same time: a session without PowerShell's own commands.
    private static readonly Lock OneAtATime = new();

    internal ModuleSession(PSHost? host = null)
    {
        lock (OneAtATime)
        {
            InitialSessionState state = InitialSessionState.CreateDefault();
            if (OperatingSystem.IsWindows())
            {
                // A desktop Windows runs no script files until it is told to, and the module has one.
                state.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.Bypass;
            }

            Runspace = host is null ? RunspaceFactory.CreateRunspace(state) : RunspaceFactory.CreateRunspace(host, state);
            Runspace.Open();
        }

        Run("param($manifest) Import-Module $manifest -ErrorAction Stop", ManifestPath).ThrowIfFailed();
    }

    internal Runspace Runspace { get; }

    /// <summary>Runs a script; its <c>param</c> block takes the arguments.</summary>
    internal Outcome Run(string script, params object?[] arguments)
    {
        using PowerShell shell = Prepare(script, arguments);
        return Outcome.Of(shell);
    }

    /// <summary>A script that is ready to run, for tests that start and stop it themselves.</summary>
    internal PowerShell Prepare(string script, params object?[] arguments)
    {
        PowerShell shell = PowerShell.Create(Runspace);
        shell.AddScript(script, useLocalScope: false);
        foreach (object? argument in arguments)
        {
            shell.AddArgument(argument);
        }

        return shell;
    }

    /// <inheritdoc/>
    public void Dispose() => Runspace.Dispose();

    // The engine's package reports its use by itself unless told not to.
    [ModuleInitializer]
    internal static void OptOutOfTelemetry() => Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
}
