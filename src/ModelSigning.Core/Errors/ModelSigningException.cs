using System.Globalization;

namespace ModelSigning.Core.Errors;

/// <summary>
/// A refusal. The engine throws no other exception for anything that an input, a file system, a device or a service can cause;
/// cancellation is <see cref="OperationCanceledException"/>.
/// </summary>
public class ModelSigningException : Exception
{
    // A message quotes names and values from outside, which may be of any length.
    private const int LongestMessage = 4096;

    /// <summary>Makes a refusal; <see cref="ErrorDefinition.At"/> is the usual way.</summary>
    /// <param name="definition">The entry of the error table.</param>
    /// <param name="message">What, where and what to do.</param>
    /// <param name="target">The path, URI or name that the refusal is about.</param>
    /// <param name="inner">The cause, if it was an exception.</param>
    public ModelSigningException(ErrorDefinition definition, string message, string? target = null, Exception? inner = null)
        : base(Printable(message), inner)
    {
        Definition = definition;
        Target = target;
    }

    /// <summary>The entry of the error table.</summary>
    public ErrorDefinition Definition { get; }

    /// <summary>The path, URI or name that the refusal is about.</summary>
    public string? Target { get; }

    // Messages carry names that an attacker chose. A terminal obeys control characters and reorders text at format characters, so
    // that a name could rewrite the message.
    private static string Printable(string message)
    {
        string bounded = message.Length <= LongestMessage ? message : message[..LongestMessage] + "…";
        return bounded.Any(IsUnprintable)
            ? string.Concat(bounded.Select(unit => IsUnprintable(unit) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}") : unit.ToString()))
            : bounded;
    }

    private static bool IsUnprintable(char unit) => char.GetUnicodeCategory(unit) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
