using System.Collections;
using System.Globalization;
using System.Management.Automation;
using ModelSigning.Core.Input;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

/// <summary>What a report says about one model, read from a result or from what a job or a remote session left of one.</summary>
/// <param name="Path">The model.</param>
/// <param name="Status">The verdict.</param>
/// <param name="Message">The verdict as a sentence.</param>
/// <param name="Facts">What else is known: a caption and a value.</param>
/// <param name="Lists">Names and sentences: a caption and all of them.</param>
internal sealed record ReportedModel(
    string Path, string Status, string Message, IReadOnlyList<(string Caption, string Value)> Facts, IReadOnlyList<(string Caption, IReadOnlyList<string> Items)> Lists)
{
    private static readonly (string Property, string Caption)[] FactProperties =
    [
        ("ErrorId", "Error"), ("Signer", "Signer"), ("Method", "Method"), ("Issuer", "Issuer"), ("TrustAnchor", "Trust anchor"), ("TrustRule", "Rule"),
        ("SignedTime", "Signed"), ("TimeSource", "By the clock of"), ("Scope", "Scope"), ("Basis", "Basis"), ("Source", "Source"), ("Revision", "Revision"), ("FileCount", "Files"), ("Length", "Size"),
        ("RootDigest", "Root digest"), ("SignaturePath", "Signature"),
    ];

    private static readonly (string Property, string Caption)[] ListProperties =
    [
        ("ChangedFiles", "Changed"), ("MissingFiles", "Missing"), ("ExtraFiles", "Not signed"), ("Warnings", "Warnings"), ("CheckedFiles", "Checked"), ("UncheckedPaths", "Not checked"),
        ("RuleDemands", "The rule demands"), ("References", "Names elsewhere"), ("ExecutableContent", "Can run"), ("UninspectedFiles", "Not inspected"),
    ];

    /// <summary>Whether the model is what was signed, by a signer that is trusted.</summary>
    internal bool IsValid => Status == nameof(ModelSignatureStatus.Valid);

    /// <summary>Whether it is valid, and only a part of it or a manifest was compared.</summary>
    internal bool IsLimited => IsValid && Facts.Any(fact => fact is ("Scope", nameof(VerificationScope.Partial)) or ("Basis", nameof(VerificationBasis.Manifest)));

    /// <summary>Reads a result.</summary>
    /// <exception cref="Core.Errors.ModelSigningException"><see cref="CommandErrors.ReportInputInvalid"/></exception>
    internal static ReportedModel Of(PSObject? result)
    {
        if (result is null)
        {
            throw CommandErrors.ReportInputInvalid.At("Null is not a result of Test-ModelSignature.", null);
        }

        if (!result.TypeNames.Any(name => name is "ModelSigning.ModelSignatureResult" or "Deserialized.ModelSigning.ModelSignatureResult"))
        {
            throw CommandErrors.ReportInputInvalid.At($"An object of the type '{result.TypeNames.FirstOrDefault()}' is not a result of Test-ModelSignature.", null);
        }

        return new ReportedModel(
            Text(result, "Path"), Text(result, "Status"), Text(result, "StatusMessage"),
            [.. FactProperties.Select(fact => (fact.Caption, Value: Text(result, fact.Property))).Where(fact => fact.Value.Length > 0)],
            [.. ListProperties.Select(list => (list.Caption, Items: (IReadOnlyList<string>)Items(result, list.Property))).Where(list => list.Items.Count > 0)]);
    }

    private static string Text(PSObject result, string property) => Bare(result.Properties[property]?.Value) switch
    {
        null => "",
        DateTimeOffset time => Rfc3339.Write(time),
        DateTime time => Rfc3339.Write(new DateTimeOffset(time.ToUniversalTime())),
        long bytes when property == "Length" => Quantity.Size(bytes),
        object value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string[] Items(PSObject result, string property) => Bare(result.Properties[property]?.Value) is IEnumerable items and not string
        ? [.. items.Cast<object>().Select(item => PSObject.AsPSObject(item)).Select(item => item.Properties["Name"]?.Value is string name ? name : $"{item}")]
        : [];

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject is PSCustomObject ? $"{wrapped}" : wrapped.BaseObject : value;
}
