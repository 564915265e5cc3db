using System.Management.Automation;

namespace ModelSigning;

/// <summary>
/// Lets a parameter of literal paths of models and files take what <see cref="LiteralPathTransformationAttribute"/> does, and objects that have a path, such as results of this module, by it: the text of some is where their
/// signature lies.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LiteralItemTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        new LiteralPathTransformationAttribute { TakesObjects = true }.Transform(engineIntrinsics, inputData);
}
