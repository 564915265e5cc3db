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
    /// <param name="cure">What to do about it; null for what the definition says.</param>
    public ModelSigningException(ErrorDefinition definition, string message, string? target = null, Exception? inner = null, string? cure = null)
        : base(Printable(message), inner)
    {
        ArgumentNullException.ThrowIfNull(definition);
        Definition = definition;
        Target = target;
        Cure = cure ?? definition.Cure;
    }

    /// <summary>The entry of the error table.</summary>
    public ErrorDefinition Definition { get; }

    /// <summary>The path, URI or name that the refusal is about.</summary>
    public string? Target { get; }

    /// <summary>What to do about it.</summary>
    public string Cure { get; }

    private static string Printable(string message) =>
        PrintableText.Of(message.Length <= LongestMessage ? message : message[..LongestMessage] + "…");
}
