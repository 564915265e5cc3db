using System.Management.Automation;
using ModelSigning.Core.Errors;

namespace ModelSigning;

/// <summary>Turns a refusal of the engine into an error record: identifier, category and target are the engine's own.</summary>
internal static class Refusals
{
    /// <summary>Makes the record that a cmdlet writes.</summary>
    /// <param name="refusal">The engine's refusal.</param>
    /// <param name="target">What the record is about; the refusal's own target where none is given.</param>
    internal static ErrorRecord ToErrorRecord(this ModelSigningException refusal, object? target = null)
    {
        ErrorDefinition definition = refusal.Definition;
        RefusalException exception = new(definition.Id, refusal.Message, definition.Cure, refusal);
        return new ErrorRecord(exception, definition.Id, Category(definition.Kind), target ?? refusal.Target)
        {
            ErrorDetails = new ErrorDetails(refusal.Message) { RecommendedAction = definition.Cure },
        };
    }

    /// <summary>The refusal with the model in front of its message, where that does not name it already: in a store of a thousand models somebody must know which.</summary>
    internal static ModelSigningException About(this ModelSigningException refusal, string model) =>
        refusal.Message.Contains(model, StringComparison.Ordinal)
            ? refusal
            : new ModelSigningException(refusal.Definition, $"'{model}': {refusal.Message}", refusal.Target, refusal);

    /// <summary>Runs <paramref name="action"/>, which no later record could do better: its refusal ends the command.</summary>
    internal static T OrTerminate<T>(this Cmdlet command, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (ModelSigningException refusal)
        {
            command.ThrowTerminatingError(refusal.ToErrorRecord());
            throw;
        }
    }

    // The engine's kinds carry the names of PowerShell's categories.
    private static ErrorCategory Category(ErrorKind kind) =>
        Enum.TryParse(kind.ToString(), out ErrorCategory category) ? category : ErrorCategory.NotSpecified;
}
