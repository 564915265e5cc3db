namespace ModelSigning.Sigstore.Tuf;

/// <summary>The bounds of the TUF client (TUF, section 5.1: a client sets them), in bytes where not said otherwise.</summary>
internal static class TufLimits
{
    internal const int Root = 512 * 1024;
    internal const int Timestamp = 16 * 1024;
    internal const int Snapshot = 2 * 1024 * 1024;
    internal const int Targets = 5 * 1024 * 1024;

    /// <summary>The largest target: 16 MiB; trusted roots are a few thousand bytes.</summary>
    internal const int Target = 16 * 1024 * 1024;

    /// <summary>How long a whole update may take, however many files it fetches.</summary>
    internal static readonly TimeSpan Update = TimeSpan.FromMinutes(5);

    /// <summary>The most roots that one update goes through.</summary>
    internal const int RootRotations = 256;

    /// <summary>The most roles that a search for one target visits.</summary>
    internal const int Delegations = 32;
}
