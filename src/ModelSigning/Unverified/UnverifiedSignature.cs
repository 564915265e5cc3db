using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;

namespace ModelSigning;

/// <summary>Lists what a bundle claims, for a person to read. No decision is taken on any of it.</summary>
internal static class UnverifiedSignature
{
    // A signature of a dataset has millions, which nobody looks at in a table.
    private const int FirstResources = 1000;

    /// <summary>Reads the claims of a signature file.</summary>
    /// <param name="signature">The file; nothing in it is verified.</param>
    /// <param name="model">The model that was asked for; null when the file itself was.</param>
    /// <param name="signatureName">The signature's own name in the model, which is not part of what it leaves out.</param>
    /// <param name="allResources">Whether all resources are listed, or the first ones.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The claims, and sentences that a person should see.</returns>
    /// <exception cref="ModelSigningException">The file is not a bundle, carries no statement of a model, or one that breaks the format.</exception>
    internal static (ModelSignatureClaims Claims, IReadOnlyList<string> Warnings) Read(
        string signature, string? model, string? signatureName, bool allResources, CancellationToken cancellationToken)
    {
        Bundle bundle = BundleReader.Read(signature, cancellationToken);
        ModelStatement statement = ReadStatement(bundle, signature, cancellationToken);
        return (Read(bundle, statement, signature, model, signatureName, allResources ? int.MaxValue : FirstResources), statement.Warnings);
    }

    /// <summary>The statement of a signature file, as someone claims it.</summary>
    /// <param name="bundle">What was read from the file.</param>
    /// <param name="signature">The file.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal static ModelStatement ReadStatement(Bundle bundle, string signature, CancellationToken cancellationToken) => bundle.DsseEnvelope is { } envelope
        ? ModelStatement.Read(envelope.Payload, cancellationToken)
        : throw StatementErrors.EnvelopeMissing.At(
            $"'{signature}' is the signature of a file, not of a model. Use Test-SigstoreBundle.", signature);

    private static ModelSignatureClaims Read(Bundle bundle, ModelStatement statement, string signature, string? model, string? signatureName, int mostResources)
    {
        Manifest manifest = statement.Manifest;
        Serialization serialization = manifest.Serialization;
        UnverifiedSigner signer = UnverifiedSigner.Of(bundle.VerificationMaterial);
        string algorithm = serialization.HashType.Identifier();
        return new ModelSignatureClaims(signature)
        {
            Path = model,
            ClaimedMethod = signer.Method.ToString(),
            ClaimedSigner = Printable.Of(signer.Signer),
            ClaimedIssuer = signer.Issuer is null ? null : Printable.Of(signer.Issuer),
            ClaimedSourceRepository = signer.SourceRepository is null ? null : Printable.Of(signer.SourceRepository),
            ClaimedNotBefore = signer.NotBefore,
            ClaimedNotAfter = signer.NotAfter,
            ClaimedLogTime = LogTime(bundle.VerificationMaterial.TlogEntries),
            TimestampCount = bundle.VerificationMaterial.Rfc3161Timestamps.Count,
            LogEntryCount = bundle.VerificationMaterial.TlogEntries.Count,
            BundleVersion = bundle.Version switch { BundleVersion.V01 => "0.1", BundleVersion.V02 => "0.2", _ => "0.3" },
            ClaimedPredicateType = statement.PredicateType,
            ClaimedModelName = Printable.Of(manifest.ModelName),
            ClaimedRootDigest = statement.RootDigest is { } rootDigest ? Digests.Root(rootDigest.Span) : null,
            ClaimedModelPin = ModelPin.Of(manifest, signatureName),
            ClaimedHashAlgorithm = algorithm,
            ClaimedShardSize = serialization.ShardSize,
            ClaimedAllowSymlinks = serialization.AllowSymlinks,
            ClaimedIgnorePaths = [.. serialization.IgnorePaths.Select(Printable.Of)],
            ClaimedResourceCount = manifest.Resources.Count,
            ClaimedResources = [.. manifest.Resources.Take(mostResources).Select(resource =>
                new ModelResource(resource.Name, algorithm, Digests.Hex(resource.Digest.Span), modelPath: null))],
        };
    }

    private static DateTimeOffset? LogTime(IReadOnlyList<TransparencyLogEntry> entries)
    {
        // The last second of 9999, the last year that DateTimeOffset can hold.
        const long last = 253402300799;
        long seconds = entries.Select(entry => entry.IntegratedTime).FirstOrDefault(time => time is > 0 and <= last);
        return seconds > 0 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
    }
}
