using System.Collections;
using System.Management.Automation;
using System.Security.Cryptography.X509Certificates;

namespace ModelSigning;

/// <summary>
/// Lets a parameter take certificates as paths, thumbprints, PEM text or certificate objects, and nothing else. It only looks at the
/// types: nothing is read, nobody is asked and no network is used while parameters are bound.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CertificateTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        Bare(inputData) is IList many ? many.Cast<object>().Select(One).ToArray() : One(inputData);

    private static object One(object value) => Bare(value) switch
    {
        string text when text.Length > 0 => text,
        X509Certificate2 certificate => certificate,
        FileInfo file => file,
        object other => throw new ArgumentTransformationMetadataException(
            $"A certificate must be a path, a thumbprint or an X509Certificate2 object, not as {other.GetType()}."),
        null => throw new ArgumentTransformationMetadataException("A certificate must be a path, a thumbprint or an X509Certificate2 object."),
    };

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;
}
