namespace ModelSigning.Sigstore.Services;

/// <summary>Addresses below a service's base address.</summary>
public static class ServiceAddress
{
    /// <summary>Joins a base address and a path with exactly one <c>/</c>, whatever the base ends with.</summary>
    /// <param name="service">The base address.</param>
    /// <param name="path">The path, without a <c>/</c> in front.</param>
    public static Uri Join(Uri service, string path)
    {
        ArgumentNullException.ThrowIfNull(service);
        return new Uri(service.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" + path);
    }
}
