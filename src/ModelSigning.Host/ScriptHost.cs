using System.Globalization;
using System.Management.Automation.Host;

namespace ModelSigning.Host;

/// <summary>What PowerShell's engine knows of the program that runs it.</summary>
internal sealed class ScriptHost(bool interactive) : PSHost
{
    private readonly ConsoleInterface _console = new(interactive);

    /// <summary>The code of <c>exit</c>; null until a script said it.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Runs what renders an error; its lines go to the standard error.</summary>
    public void RenderError(Action render) => _console.ToStandardError(render);

    public override string Name => "ModelSigning.Host";

    public override Version Version { get; } = typeof(ScriptHost).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture { get; } = CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = CultureInfo.CurrentUICulture;

    public override PSHostUserInterface UI => _console;

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("This host runs scripts; it has no prompt.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("This host runs scripts; it has no prompt.");

    // A native program that a script starts needs nothing of a host without a screen of its own.
    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }
}
