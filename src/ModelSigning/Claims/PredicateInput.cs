using System.Management.Automation;
using System.Text;
using ModelSigning.Core.Claims;

namespace ModelSigning;

/// <summary>Takes the predicate of a new claim: a file, JSON text, or an object.</summary>
internal static class PredicateInput
{
    private const string ToJson = """
        param($predicate)
        $json = Microsoft.PowerShell.Utility\ConvertTo-Json -InputObject $predicate -Depth 60 -Compress -WarningVariable cutOff -WarningAction SilentlyContinue -ErrorAction Stop
        if ($cutOff) { throw "$cutOff" }
        $json
        """;

    /// <summary>The predicate's text in UTF-8.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">The file cannot be read, or the object does not become JSON.</exception>
    internal static ReadOnlyMemory<byte> Read(ModuleCommand command, PSObject predicate, CancellationToken cancellationToken) => predicate.BaseObject switch
    {
        string text when text.AsSpan().TrimStart().StartsWith("{") => Encoding.UTF8.GetBytes(text),
        string path => ClaimRequest.ReadPredicate(command.FileSystemPath(path), cancellationToken),
        FileInfo file => ClaimRequest.ReadPredicate(file.FullName, cancellationToken),
        _ => Encoding.UTF8.GetBytes(Json(command, predicate)),
    };

    // An object that refers to itself, or is deeper than any document that is read, would be cut off.
    private static string Json(ModuleCommand command, PSObject predicate)
    {
        try
        {
            return command.InvokeCommand.InvokeScript(ToJson, predicate) is [{ BaseObject: string json }]
                ? json : throw ClaimErrors.PredicateInvalid.At("The object of -Predicate does not become one JSON object.");
        }
        catch (RuntimeException error) when (error is not PipelineStoppedException)
        {
            throw ClaimErrors.PredicateInvalid.At($"The object of -Predicate does not become JSON: {error.Message}", null, error);
        }
    }
}
