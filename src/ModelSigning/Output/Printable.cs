using ModelSigning.Core.Errors;

namespace ModelSigning;

/// <summary>Text from outside in properties that are sentences for a person. Names and paths stay as they are; the views show them by the same rule.</summary>
internal static class Printable
{
    internal static string Of(string text) => PrintableText.Of(text);

    /// <summary>Text of several lines, whose line ends are this module's own.</summary>
    internal static string Lines(string text) => string.Join(Environment.NewLine, text.Split(Environment.NewLine).Select(PrintableText.Of));
}
