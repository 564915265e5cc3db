using System.Management.Automation;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;

namespace ModelSigning;

/// <summary>
/// What every error of this module carries, so that a script can write <c>catch [ModelSigning.RefusalException]</c>. The error's
/// identifier is the one that <c>docs/errors.md</c> lists.
/// </summary>
public sealed class RefusalException : Exception
{
    internal RefusalException(string id, string message, string? remedy, Exception? inner = null)
        : base(message, inner)
    {
        ErrorId = id;
        Remedy = remedy;
    }

    /// <summary>The stable identifier, for example <c>ModelNotFound</c>.</summary>
    public string ErrorId { get; }

    /// <summary>What to do about it, in one sentence; null when the message has said it all.</summary>
    public string? Remedy { get; }
}

/// <summary>Turns a refusal of the engine into an error record: identifier, category and target are the engine's own.</summary>
internal static class Refusals
{
    /// <summary>Makes the record that a cmdlet writes.</summary>
    /// <param name="refusal">The engine's refusal.</param>
    /// <param name="target">What the record is about; the refusal's own target where none is given.</param>
    internal static ErrorRecord ToErrorRecord(this ModelSigningException refusal, object? target = null)
    {
        ErrorDefinition definition = refusal.Definition;
        RefusalException exception = new(definition.Id, refusal.Message, refusal.Cure, refusal);
        ErrorRecord record = new(exception, definition.Id, Category(definition.Kind), target ?? refusal.Target)
        {
            ErrorDetails = new ErrorDetails(refusal.Message) { RecommendedAction = refusal.Cure },
        };

        // The target itself stays as it is; this is the copy that some views of errors print.
        record.CategoryInfo.TargetName = PrintableText.Of(record.CategoryInfo.TargetName);
        return record;
    }

    /// <summary>The refusal with its item in front of the message, where that does not name it already: in a store of a thousand models someone must know which.</summary>
    internal static ModelSigningException About(this ModelSigningException refusal, string item)
    {
        string message = Naming(item, refusal.Message);
        return message == refusal.Message ? refusal : new ModelSigningException(refusal.Definition, message, refusal.Target, refusal, refusal.Cure);
    }

    /// <summary>A sentence that names the item that it is about.</summary>
    internal static string Naming(string item, string sentence) =>
        item.Length == 0 || sentence.Contains(item, StringComparison.Ordinal) || sentence.Contains(PrintableText.Of(item), StringComparison.Ordinal)
            ? sentence : $"'{item}': {sentence}";

    /// <summary>The refusal that stands for an exception of unknown meaning. Its text may repeat what a service or a file said.</summary>
    internal static ModelSigningException Unknown(Exception exception)
    {
        Exception cause = exception is AggregateException { InnerExceptions: [{ } only] } ? only : exception;
        return CommandErrors.UnknownError.At($"The module failed with {cause.GetType().Name}: {ServiceText.Clean(cause.Message)}", null, exception);
    }

    // The engine's kinds carry the names of PowerShell's categories.
    private static ErrorCategory Category(ErrorKind kind) =>
        Enum.TryParse(kind.ToString(), out ErrorCategory category) ? category : ErrorCategory.NotSpecified;
}
