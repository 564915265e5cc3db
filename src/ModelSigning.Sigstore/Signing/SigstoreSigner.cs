using System.Security.Cryptography;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Core.Input;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Timestamps;
using ModelSigning.Core.Tracing;
using ModelSigning.Core.Verifying;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning.Sigstore.Signing;

/// <summary>With what a signer signs.</summary>
public sealed record SigstoreSignerOptions
{
    /// <summary>The services.</summary>
    public required SigningConfig SigningConfig { get; init; }

    /// <summary>What their answers are verified against.</summary>
    public required TrustedRoot TrustedRoot { get; init; }

    /// <summary>Where the identity token comes from; asked when a certificate is needed, and not before.</summary>
    public required IdentityTokenProvider Tokens { get; init; }

    /// <summary>What services are asked with.</summary>
    public required ServiceClient Client { get; init; }

    /// <summary>The identity provider to sign in at, instead of the signing configuration's.</summary>
    public Uri? Issuer { get; init; }

    /// <summary>Takes a line for each step, for who wants to follow; holds no secret.</summary>
    public Action<string>? Report { get; init; }
}

/// <summary>
/// Signs with an identity (Sigstore client specification, "Signing"): an ephemeral key, a certificate of minutes, timestamps, a log
/// entry. What each service answers is verified before the next one is asked, and the finished bundle by the verifier that everybody
/// else will use. One signer signs any number of things, one after another, and reuses its certificate while that is valid.
/// </summary>
public sealed class SigstoreSigner : ISigner, IDisposable
{
    // 64 MiB of base64. Rekor v1 has no bound of its own, but its public instance and the servers in front of others do.
    private const int LargestPublished = 48 * 1024 * 1024;

    private readonly SigstoreSignerOptions _options;
    private readonly SelectedServices _services;
    private SigningCertificate? _certificate;
    private VerifiedIdentity? _verified;

    /// <summary>Makes a signer; nothing is contacted yet.</summary>
    /// <param name="options">With what to sign.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="TrustErrors.SigningServiceMissing"/>, or <see cref="ServiceErrors.ServiceInsecure"/> for an address without https.
    /// </exception>
    public SigstoreSigner(SigstoreSignerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _services = SelectedServices.Select(options.SigningConfig, options.Client.Policy.Clock.GetUtcNow());
    }

    /// <summary>The services that sign.</summary>
    public SelectedServices Services => _services;

    /// <summary>The identity that the latest certificate names; null before the first signature.</summary>
    public VerifiedIdentity? Identity => _certificate?.Identity;

    /// <summary>Whether the next signature would ask a person to sign in.</summary>
    public bool WillAsk => _certificate?.IsUsable(Now) != true && _options.Tokens.IsInteractive;

    /// <summary>Whether whole statements become public, with all file names: the log is of Rekor v1.</summary>
    public bool PublishesStatement => _services.TransparencyLogs.Any(log => log.MajorApiVersion == 1);

    private DateTimeOffset Now => _options.Client.Policy.Clock.GetUtcNow();

    /// <inheritdoc/>
    public string Method => "sigstore";

    /// <inheritdoc/>
    /// <remarks>A log of Rekor v1 takes the whole statement and parses it; one of v2 takes a digest.</remarks>
    public int MaximumStatementLength => PublishesStatement ? LargestPublished : int.MaxValue;

    /// <inheritdoc/>
    /// <remarks>
    /// The identity and its issuer must be the same. They are known from the certificate, which is therefore requested now; if it expires before something is signed, the next one
    /// must name the same identity.
    /// </remarks>
    public SignatureVerifier MakeOwnVerifier(CancellationToken cancellationToken)
    {
        _verified = WithinDeadline(deadline => Certificate(deadline, cancellationToken), cancellationToken).Identity;
        return new SigstoreModelVerifier(_options.TrustedRoot, PolicyOf(_verified));
    }

    /// <summary>Signs a statement as an envelope.</summary>
    /// <inheritdoc/>
    public Bundle Sign(ReadOnlyMemory<byte> statement, CancellationToken cancellationToken)
    {
        byte[] digest = DsseEnvelope.PreAuthenticationDigest(InTotoStatement.MediaType, statement.Span, HashAlgorithmName.SHA256);
        return Sign(digest, null, signature => new Bundle
        {
            Version = BundleVersion.V03,
            VerificationMaterial = new VerificationMaterial(),
            DsseEnvelope = new DsseEnvelope
            {
                PayloadType = InTotoStatement.MediaType,
                Payload = statement,
                Signatures = [new DsseSignature(signature, KeyId: "")],
            },
        }, cancellationToken);
    }

    /// <summary>Signs a file.</summary>
    /// <param name="artifact">The file; its SHA-256 is signed.</param>
    /// <param name="cancellationToken">Ends network calls at once.</param>
    /// <exception cref="ModelSigningException">The identity or a service refuses; nothing was written anywhere.</exception>
    public Bundle SignMessage(IArtifact artifact, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(artifact);
        ReadOnlyMemory<byte> digest = artifact.Digest(HashAlgorithmName.SHA256);
        if (artifact is FileArtifact { IsEncodedEnvelope: true })
        {
            throw SigstoreSigningErrors.FileIsEncodedEnvelope.At(
                $"'{artifact.Name}' begins with 'DSSEv1', as what is signed of an envelope does. Its signature would also be one of the statement in it.", artifact.Name);
        }

        return Sign(digest, artifact, signature => new Bundle
        {
            Version = BundleVersion.V03,
            VerificationMaterial = new VerificationMaterial(),
            MessageSignature = new MessageSignature("SHA2_256", digest, signature),
        }, cancellationToken);
    }

    /// <summary>Forgets key and certificate.</summary>
    public void Dispose() => _certificate?.Dispose();

    private static VerificationPolicy PolicyOf(VerifiedIdentity identity) => new() { Signer = new IdentityPolicy { Identity = identity.Name.Value, Issuer = identity.Issuer } };

    private Bundle Sign(ReadOnlyMemory<byte> digest, IArtifact? artifact, Func<byte[], Bundle> content, CancellationToken cancellationToken) => WithinDeadline(deadline =>
    {
        SigningCertificate certificate = Certificate(deadline, cancellationToken);
        Traces.Tag("model_signing.identity", certificate.Identity.Name.Value);
        Traces.Tag("model_signing.oidc_issuer", certificate.Identity.Issuer);
        return Sign(certificate, digest, artifact, content, deadline.Token);
    }, cancellationToken);

    private T WithinDeadline<T>(Func<CancellationTokenSource, T> work, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            return work(deadline);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw SigstoreSigningErrors.SigningTimeout.At(Invariant($"The services of the Sigstore instance took longer than {_options.Client.Policy.SigningDeadline.TotalSeconds:0} seconds to make a signature."));
        }
    }

    private Bundle Sign(
        SigningCertificate certificate, ReadOnlyMemory<byte> digest, IArtifact? artifact, Func<byte[], Bundle> content, CancellationToken cancellationToken)
    {
        byte[] signature = certificate.Sign(digest.Span);
        VerificationMaterial material = new() { Certificate = certificate.Leaf.Certificate.RawDataMemory, Rfc3161Timestamps = Timestamps(signature, cancellationToken) };
        Bundle bundle = content(signature) with { VerificationMaterial = material };
        VerificationPolicy policy = PolicyOf(certificate.Identity);
        LogProposal proposal = new(bundle.DsseEnvelope, digest, signature, certificate.Leaf.Certificate.RawDataMemory);
        List<TransparencyLogEntry> entries = [];
        foreach (SigstoreService log in _services.TransparencyLogs)
        {
            TransparencyLogEntry entry = IRekorClient.Create(log.Url, log.MajorApiVersion, _options.Client).Add(proposal, cancellationToken);
            LogEntryCheck.Verify(bundle with { VerificationMaterial = material with { TlogEntries = [entry] } }, policy, _options.TrustedRoot, artifact, log.MajorApiVersion, log.Url);
            Report($"The transparency log {HttpAddress.Plain(log.Url)} holds the entry {entry.LogIndex}.");
            entries.Add(entry);
        }

        bundle = bundle with { VerificationMaterial = material with { TlogEntries = entries } };
        VerifyOwn(bundle, policy, artifact);
        return bundle;
    }

    // A person may take their time to sign in; the services' time runs from then on.
    private SigningCertificate Certificate(CancellationTokenSource deadline, CancellationToken cancellationToken)
    {
        if (_certificate?.IsUsable(Now) == true)
        {
            deadline.CancelAfter(_options.Client.Policy.SigningDeadline);
            return _certificate;
        }

        _certificate?.Dispose();
        _certificate = null;
        Uri authority = _services.CertificateAuthority.Url;
        ServiceClient.RequireSecure(FulcioClient.Service, authority);
        using IdentityToken token = _options.Tokens.Get(_options.Issuer ?? _services.OidcIssuer?.Url, cancellationToken);
        deadline.CancelAfter(_options.Client.Policy.SigningDeadline);
        Report($"The identity token of {token.Source} is about {token.Claims.Display}.");
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            ReadOnlyMemory<byte> der = new FulcioClient(authority, _options.Client).Request(key, token, deadline.Token);
            (DecodedCertificate leaf, VerifiedIdentity identity) = CertificateCheck.Verify(
                der, key.ExportSubjectPublicKeyInfo(), token.Claims, _options.TrustedRoot, Now, authority);
            RequireSame(identity);
            Report($"The certificate authority {authority} certified {identity.Name.Value} ({identity.Issuer}) until {Rfc3339.Write(leaf.NotAfter)}.");
            return _certificate = new SigningCertificate(key, leaf, identity);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    // What was taken from a signature of one identity is not signed by another.
    private void RequireSame(VerifiedIdentity identity)
    {
        if (_verified is { } verified && (identity.Name != verified.Name || identity.Issuer != verified.Issuer))
        {
            throw SigstoreSigningErrors.SigningIdentityChanged.At(
                $"The earlier signature was verified as one by {verified.Name.Value} ({verified.Issuer}), but the new certificate is for {identity.Name.Value} ({identity.Issuer}).");
        }
    }

    private List<ReadOnlyMemory<byte>> Timestamps(byte[] signature, CancellationToken cancellationToken)
    {
        IReadOnlyList<TimestampAuthority> listed = [.. _options.TrustedRoot.TimestampAuthorities.Select(authority => authority.Authority)];
        List<ReadOnlyMemory<byte>> timestamps = [];
        foreach (SigstoreService service in _services.TimestampAuthorities)
        {
            TimestampClient client = new(service.Url, listed, _options.Client.Policy);
            timestamps.Add(client.Request(signature, cancellationToken));
            Report($"The timestamp authority {HttpAddress.Plain(service.Url)} timestamped the signature.");
        }

        return timestamps;
    }

    private void VerifyOwn(Bundle bundle, VerificationPolicy policy, IArtifact? artifact)
    {
        // What is verified is what would be read from the file, by way of its bytes.
        Bundle read = BundleReader.ParseOver(BundleWriter.Write(bundle), "the finished bundle", CancellationToken.None);
        SigstoreVerifier verifier = new(_options.TrustedRoot, policy);
        try
        {
            SigstoreVerification verification = artifact is null ? verifier.VerifyEnvelope(read) : verifier.Verify(read, artifact);
            Report($"The new bundle is valid, signed at {Rfc3339.Write(verification.Times[0].Time)}.");
        }
        catch (ModelSigningException error)
        {
            throw (error.Definition == SigstoreErrors.CertificateTime ? SigstoreSigningErrors.SigningTimeOutside : SigstoreSigningErrors.OwnBundleRefused)
                .At($"The new bundle failed verification and was not written. {error.Message} ({error.Definition.Id})", null, error);
        }
    }

    private void Report(string line) => _options.Report?.Invoke(line);
}
