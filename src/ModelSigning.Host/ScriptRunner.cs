using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ModelSigning.Host;

/// <summary>Opens a session of PowerShell, runs one script in it and finds the exit code.</summary>
internal static class ScriptRunner
{
    /// <summary>Runs what the command line names, its output going to the console.</summary>
    /// <returns>The exit code, as <c>pwsh</c> would give it.</returns>
    public static int Run(ScriptCommandLine commandLine)
    {
        ScriptHost host = new(commandLine.Interactive);
        using Runspace runspace = RunspaceFactory.CreateRunspace(host, Session(commandLine));
        runspace.Open();
        using PowerShell script = PowerShell.Create(runspace);
        Add(script, commandLine);
        RenderOutput(script);
        using Interruption interruption = new(script);
        int code = Invoke(script, host, lastCommandCounts: commandLine is TextCommandLine);
        CommandHints.Write(runspace, host.UI);
        return interruption.Happened ? ExitCodes.Interrupted : host.ExitCode ?? code;
    }

    private static InitialSessionState Session(ScriptCommandLine commandLine)
    {
        InitialSessionState session = InitialSessionState.CreateDefault2();
        session.ThreadOptions = PSThreadOptions.UseCurrentThread;
        StandIns.AddTo(session);
        if (OperatingSystem.IsWindows())
        {
            // What pwsh is installed with; an embedded engine would start from Restricted and run no file at all.
            session.ExecutionPolicy = Microsoft.PowerShell.ExecutionPolicy.RemoteSigned;
        }

        // A script file imports the module it wants, which may be another copy; one process holds one.
        if (commandLine is TextCommandLine && StagedModule.FindManifest() is { } manifest)
        {
            session.ImportPSModule([manifest]);
        }

        return session;
    }

    private static void Add(PowerShell script, ScriptCommandLine commandLine)
    {
        if (commandLine is FileCommandLine file)
        {
            script.AddScript(ScriptCall.Text(file.Arguments, out object[] values)).AddArgument(file.Path).AddArgument(values);
        }
        else
        {
            script.AddScript(((TextCommandLine)commandLine).Text, useLocalScope: false);
        }
    }

    // As pwsh does it: errors travel with the output, so that both come in their order, and Out-Default renders them.
    private static void RenderOutput(PowerShell script)
    {
        script.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        script.AddCommand("Out-Default");
    }

    private static int Invoke(PowerShell script, ScriptHost host, bool lastCommandCounts)
    {
        try
        {
            // Only of a command that goes to the history does the engine keep whether it succeeded.
            script.Invoke(input: null, new PSInvocationSettings { AddToHistory = lastCommandCounts });
            return script.Runspace.SessionStateProxy.GetVariable("?") is true ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (PipelineStoppedException)
        {
            return ExitCodes.Failure;
        }
        catch (RuntimeException error)
        {
            host.RenderError(() =>
            {
                using PowerShell report = PowerShell.Create(script.Runspace);
                report.AddCommand("Out-Default").AddParameter("InputObject", error.ErrorRecord).Invoke();
            });
            return ExitCodes.Failure;
        }
    }
}
