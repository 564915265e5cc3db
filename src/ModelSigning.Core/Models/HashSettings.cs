using ModelSigning.Core.Hashing;

namespace ModelSigning.Core.Models;

/// <summary>What hashes a model, and how many threads it may take.</summary>
public sealed record HashSettings
{
    /// <summary>The processor's lanes, a GPU, or several devices together.</summary>
    public required IHashDevice Device { get; init; }

    /// <summary>How many processor threads may work; at least 1.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Where the bytes are counted; may be read at any time.</summary>
    public HashProgress Progress { get; init; } = new();

    /// <summary>What sees the bytes that are hashed; null for nothing.</summary>
    public IFileObserver? Observer { get; init; }

    /// <inheritdoc cref="HashJob.Waiting"/>
    public Action? Waiting { get; init; }
}
