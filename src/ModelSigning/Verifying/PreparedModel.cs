using System.Diagnostics;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

/// <summary>A model that is about to be verified, with everything that the session has to say about it, so that any thread can do the rest.</summary>
/// <param name="Path">The model's full path.</param>
internal sealed record PreparedModel(string Path)
{
    /// <summary>Runs while the model is worked on, and not while it waits.</summary>
    internal Stopwatch Clock { get; } = Stopwatch.StartNew();

    /// <summary>Where the bytes are counted.</summary>
    internal HashProgress Progress { get; } = new();

    /// <summary>The rule of a policy that decides about it; null without one.</summary>
    internal TrustRule? Rule { get; set; }

    /// <summary>The full path of its signature; null where none was found.</summary>
    internal string? Signature { get; set; }

    /// <summary>What to verify; null where it is refused before.</summary>
    internal VerificationRequest? Request { get; init; }

    /// <summary>Why it is refused before anything is verified; null where it is not.</summary>
    internal ModelSigningException? Refusal { get; init; }

    /// <summary>The same, hashed otherwise.</summary>
    internal PreparedModel Hashed(Func<HashSettings, HashSettings> how) => Request is null ? this : this with { Request = Request with { Hashing = how(Request.Hashing) } };
}

/// <summary>What came of a model: the verdict, and what there is to say of how it came about.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Verbose">The steps, for -Verbose.</param>
/// <param name="Debug">The details, for -Debug.</param>
internal sealed record VerifiedModel(Verdict Verdict, IReadOnlyList<string> Verbose, IReadOnlyList<string> Debug)
{
    /// <summary>The same without the manifest and the files behind the verdict, which are large where the model is.</summary>
    internal VerifiedModel ResultAlone() => this with { Verdict = new Verdict(Verdict.Result, Verdict.Refusal) };
}
