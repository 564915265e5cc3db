namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>A service of the instance refuses a request.</summary>
public sealed class RefusedRequestException(int status, string message, string? location = null) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The Location header of the answer.</summary>
    public string? Location { get; } = location;

    /// <summary>Refuses unless a condition holds.</summary>
    public static void Unless(bool condition, int status, string message)
    {
        if (!condition)
        {
            throw new RefusedRequestException(status, message);
        }
    }
}
