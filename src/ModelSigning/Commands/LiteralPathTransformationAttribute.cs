using System.Collections;
using System.Management.Automation;

namespace ModelSigning;

/// <summary>Lets a parameter of files take files and folders of .NET by where they are, and not by the text that they were made with.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LiteralPathTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    // PowerShell passes over a record whose list cannot be read, and a command would answer for the others.
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return inputData is null ? inputData!
                : PathTransformationAttribute.OfDotNet(inputData) is { } path ? path
                : inputData is IList list && list.Cast<object?>().Any(IsOfDotNet) ? list.Cast<object?>().Select(item => IsOfDotNet(item) ? PathTransformationAttribute.OfDotNet(item!) : item).ToArray()
                : inputData;
        }
        catch (Exception error) when (error is not PipelineStoppedException)
        {
            // Code of the caller's own objects ran, which can throw anything.
            return "";
        }
    }

    private static bool IsOfDotNet(object? item) => item is not null && PathTransformationAttribute.OfDotNet(item) is not null;
}
