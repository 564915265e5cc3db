using System.Management.Automation;

namespace ModelSigning;

/// <summary>
/// Lets a parameter of files take files and folders of .NET by where they are, and not by the text that they were made with, and the items of any collection one by one: of those that are not arrays or lists PowerShell makes
/// one text, in which another file can be called.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LiteralPathTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>Whether objects that have a path, such as results of this module, are taken by it, as a parameter of models must: the text of some is where their signature lies.</summary>
    public bool TakesObjects { get; init; }

    /// <inheritdoc/>
    // PowerShell passes over a record whose list cannot be read, and a command would answer for the others.
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return inputData is null ? inputData!
                : PathOf(inputData) is { } path ? path
                : LanguagePrimitives.GetEnumerable(inputData) is { } items ? items.Cast<object?>().Select(ItemOf).ToArray()
                : PathTransformationAttribute.IsText(PSObject.AsPSObject(inputData)) ? inputData
                : "";
        }
        catch (Exception error) when (error is not PipelineStoppedException)
        {
            // Code of the caller's own objects ran, which can throw anything.
            return "";
        }
    }

    private object? ItemOf(object? item) => item is null ? null
        : LanguagePrimitives.GetEnumerable(item) is not null ? ""
        : PathOf(item) ?? (PathTransformationAttribute.IsText(PSObject.AsPSObject(item)) ? item : "");

    private string? PathOf(object value) =>
        PathTransformationAttribute.OfDotNet(value) ?? (TakesObjects ? PathTransformationAttribute.OfObject(PSObject.AsPSObject(value)) : null);
}
