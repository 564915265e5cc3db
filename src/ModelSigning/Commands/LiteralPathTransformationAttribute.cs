using System.Collections;
using System.Management.Automation;

namespace ModelSigning;

/// <summary>Lets a parameter without wildcards take files and folders of .NET by where they are, and not by the text that they were made with.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LiteralPathTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        inputData is null ? inputData!
        : PathTransformationAttribute.OfDotNet(inputData) is { } path ? path
        : inputData is IList list && list.Cast<object?>().Any(item => item is not null && PathTransformationAttribute.OfDotNet(item) is not null)
            ? list.Cast<object?>().Select(item => item is null ? item : PathTransformationAttribute.OfDotNet(item) ?? item).ToArray()
        : inputData;
}
