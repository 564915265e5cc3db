using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ModelSigning.Host;

/// <summary>
/// Writes as <c>pwsh</c> does: output, warnings and verbose text to the standard output, errors and progress to the standard
/// error. The engine always decorates text for a terminal; it is made plain here for whatever is none.
/// </summary>
internal sealed class ConsoleInterface(bool interactive) : PSHostUserInterface
{
    private readonly bool _decorated = VirtualTerminal.IsAt(VirtualTerminal.StandardOutput);
    private readonly bool _errorsDecorated = VirtualTerminal.IsAt(VirtualTerminal.StandardError);
    private readonly ProgressLine _progress = new();
    private readonly Prompts _prompts = new(interactive);
    private bool _rendersError;

    public override PSHostRawUserInterface RawUI { get; } = new RawConsole();

    public override bool SupportsVirtualTerminal => _decorated;

    /// <summary>While the action runs, whatever is written goes to the standard error.</summary>
    public void ToStandardError(Action action)
    {
        _rendersError = true;
        action();
        _rendersError = false;
    }

    public override void Write(string value)
    {
        if (_rendersError)
        {
            WriteError(value);
            return;
        }

        _progress.Clear();
        Console.Out.Write(GetOutputString(value, _decorated));
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
    {
        bool coloured = _decorated && Enum.IsDefined(foregroundColor);
        Write(coloured ? $"{PSStyle.Instance.Foreground.FromConsoleColor(foregroundColor)}{value}{PSStyle.Instance.Reset}" : value);
    }

    public override void WriteLine(string value) => Write(value + Environment.NewLine);

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
    {
        Write(foregroundColor, backgroundColor, value);
        Write(Environment.NewLine);
    }

    public override void WriteErrorLine(string value) => WriteError(value + Environment.NewLine);

    public override void WriteWarningLine(string message) => WriteLine(Styled(PSStyle.Instance.Formatting.Warning, "WARNING: " + message));

    public override void WriteVerboseLine(string message) => WriteLine(Styled(PSStyle.Instance.Formatting.Verbose, "VERBOSE: " + message));

    public override void WriteDebugLine(string message) => WriteLine(Styled(PSStyle.Instance.Formatting.Debug, "DEBUG: " + message));

    public override void WriteProgress(long sourceId, ProgressRecord record) => _progress.Show(record);

    public override string ReadLine() => Ask(_prompts.ReadLine);

    public override SecureString ReadLineAsSecureString() => Ask(_prompts.ReadSecret);

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        Ask(() => _prompts.Fields(caption, message, descriptions));

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        Ask(() => _prompts.Choice(caption, message, choices, defaultChoice));

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        Ask(() => _prompts.Credential(caption, message, userName));

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => PromptForCredential(caption, message, userName, targetName);

    private void WriteError(string value)
    {
        _progress.Clear();
        Console.Error.Write(GetOutputString(value, _errorsDecorated));
    }

    private static string Styled(string style, string text) => style + text + PSStyle.Instance.Reset;

    private T Ask<T>(Func<T> question)
    {
        _progress.Clear();
        return question();
    }
}
