using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ModelSigning.Tests;

/// <summary>A host at which somebody sits who answers every question in the same way.</summary>
/// <param name="choice">The answer to every choice.</param>
/// <param name="secret">The answer to every question for a secret.</param>
/// <param name="read">Reads each line that is shown, and may return another secret to answer with from then on.</param>
internal sealed class ScriptedHost(int choice = 0, string secret = "", Func<string, string?>? read = null) : PSHost
{
    /// <summary>The choice of nobody: what PowerShell's console throws at the end of its input is thrown.</summary>
    internal const int EndOfInput = -1;

    private readonly ScriptedTerminal _terminal = new(choice, secret, read);

    /// <summary>Everything that was shown, prompts included.</summary>
    internal IReadOnlyCollection<string> Shown => _terminal.Shown;

    /// <summary>How often a choice was asked for.</summary>
    internal int Choices => _terminal.Choices;

    /// <summary>The answer that the last choice proposed; null before the first.</summary>
    internal int? DefaultChoice => _terminal.DefaultChoice;

    /// <summary>How often a secret was asked for.</summary>
    internal int Secrets => _terminal.Secrets;

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => nameof(ScriptedHost);

    public override PSHostUserInterface UI => _terminal;

    public override Version Version { get; } = new(1, 0);

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }

    private sealed class ScriptedTerminal(int choice, string secret, Func<string, string?>? read) : PSHostUserInterface
    {
        private string _secret = secret;

        private static string? NoLine => null;

        internal ConcurrentQueue<string> Shown { get; } = new();

        internal int Choices { get; private set; }

        internal int Secrets { get; private set; }

        internal int? DefaultChoice { get; private set; }

        public override PSHostRawUserInterface RawUI => null!;

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            Choices++;
            DefaultChoice = defaultChoice;
            Show(caption + message);
            // PowerShell's console looks at the line without asking whether there is one.
            return choice == EndOfInput ? NoLine!.Length : choice;
        }

        public override SecureString ReadLineAsSecureString()
        {
            Secrets++;
            return ModelSigning.Tests.Secrets.Of(_secret);
        }

        // Read-Host asks for one field.
        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            descriptions.ToDictionary(field => field.Name, _ => PSObject.AsPSObject(ReadLineAsSecureString()));

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
            throw new NotSupportedException();

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName,
            PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw new NotSupportedException();

        public override string ReadLine() => throw new NotSupportedException();

        public override void Write(string value) => Show(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Show(value);

        public override void WriteLine(string value) => Show(value);

        public override void WriteErrorLine(string value) => Show(value);

        public override void WriteDebugLine(string message) => Show(message);

        public override void WriteVerboseLine(string message) => Show(message);

        public override void WriteWarningLine(string message) => Show(message);

        public override void WriteProgress(long sourceId, ProgressRecord record)
        {
        }

        private void Show(string text)
        {
            Shown.Enqueue(text);
            _secret = read?.Invoke(text) ?? _secret;
        }
    }
}
