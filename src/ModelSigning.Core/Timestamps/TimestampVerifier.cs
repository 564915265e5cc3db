using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Timestamps;

/// <summary>Verifies RFC 3161 timestamps against the authorities that the caller trusts.</summary>
public static class TimestampVerifier
{
    /// <summary>Verifies a timestamp over a signature.</summary>
    /// <param name="timestampResponse">The whole TimeStampResp in DER or BER, at most 1 MiB.</param>
    /// <param name="signature">The raw bytes of the signature that the timestamp is over.</param>
    /// <param name="authorities">The authorities that the caller trusts.</param>
    /// <returns>The verified time, or null when none of the authorities is the one that the timestamp names as its signer.</returns>
    /// <exception cref="ModelSigningException">
    /// One of <see cref="TimestampErrors"/>: the bytes are not a timestamp, or one of the authorities is named and something is wrong.
    /// Such a timestamp must not be skipped.
    /// </exception>
    public static VerifiedTimestamp? Verify(
        ReadOnlyMemory<byte> timestampResponse, ReadOnlySpan<byte> signature, IReadOnlyList<TimestampAuthority> authorities) =>
        Verify(timestampResponse, signature, authorities, new PathBudget());

    /// <inheritdoc cref="Verify(ReadOnlyMemory{byte}, ReadOnlySpan{byte}, IReadOnlyList{TimestampAuthority})"/>
    /// <param name="timestampResponse">The whole TimeStampResp in DER or BER, at most 1 MiB.</param>
    /// <param name="signature">The raw bytes of the signature that the timestamp is over.</param>
    /// <param name="authorities">The authorities that the caller trusts.</param>
    /// <param name="budget">What the search for the signers' paths may cost, of all timestamps of a bundle together: anyone can add some.</param>
    internal static VerifiedTimestamp? Verify(
        ReadOnlyMemory<byte> timestampResponse, ReadOnlySpan<byte> signature, IReadOnlyList<TimestampAuthority> authorities, PathBudget budget)
    {
        ArgumentNullException.ThrowIfNull(authorities);
        using TimestampToken token = TimestampToken.Read(TimestampResponse.Parse(timestampResponse));
        if (FindAuthority(token, authorities, budget) is not { } verified)
        {
            return null;
        }

        return token.Info.IsOver(signature)
            ? verified
            : throw TimestampErrors.ImprintMismatch.At(
                $"The timestamp of '{verified.Authority.Name}' was made for another signature.", verified.Authority.Name);
    }

    /// <summary>One authority that accepts the token is enough; if none does, the first one that it names tells why.</summary>
    private static VerifiedTimestamp? FindAuthority(TimestampToken token, IReadOnlyList<TimestampAuthority> authorities, PathBudget budget)
    {
        ModelSigningException? failure = null, unusable = null;
        foreach (TimestampAuthority authority in authorities)
        {
            if (Unreadable(authority) is { } unreadable)
            {
                unusable ??= unreadable;
                continue;
            }

            foreach (X509Certificate2 signer in Signers(token, authority))
            {
                try
                {
                    // A certificate of the token does not outlive it.
                    X509Certificate2[] path = [.. CheckAuthority(token, authority, signer, budget).Select(link => X509CertificateLoader.LoadCertificate(link.RawDataMemory.Span))];
                    return new VerifiedTimestamp(token.Info.Time, authority, path[0]) { Path = path };
                }
                catch (ModelSigningException refusal) when (refusal.InnerException is ModelSigningException { Definition: var definition }
                    && definition == CertificateErrors.IssuerUnknown && !authority.Certificates.Contains(signer))
                {
                    // A certificate that came with the token and that this authority never issued: the token is not of this authority.
                }
                catch (ModelSigningException refusal)
                {
                    failure ??= refusal;
                }
            }
        }

        // A timestamp that no other authority accepts may be of the unusable one, so it is not skipped as a stranger's.
        return (failure ?? unusable) is { } reason ? throw reason : null;
    }

    private static ModelSigningException? Unreadable(TimestampAuthority authority)
    {
        try
        {
            foreach (X509Certificate2 certificate in authority.Certificates)
            {
                DecodedCertificate.Decode(certificate);
            }

            return null;
        }
        catch (ModelSigningException exception)
        {
            return TimestampErrors.SignerRefused.At(
                $"The timestamp may be from '{authority.Name}', which cannot be used: {exception.Message}", authority.Name, exception);
        }
    }

    /// <summary>The authority's own leaf; only when it lists none, those that came with the token.</summary>
    private static IEnumerable<X509Certificate2> Signers(TimestampToken token, TimestampAuthority authority)
    {
        IEnumerable<X509Certificate2> possible =
            authority.Certificates is [var first, ..] && !TimestampSigner.IsAuthority(first) ? [first] : token.Certificates;
        return possible.Where(certificate => DecodedCertificate.TryDecode(certificate) is { } decoded && token.Names(decoded));
    }

    private static IReadOnlyList<X509Certificate2> CheckAuthority(TimestampToken token, TimestampAuthority authority, X509Certificate2 signer, PathBudget budget)
    {
        DateTimeOffset time = token.Info.Time;
        IReadOnlyList<X509Certificate2> path = CheckPath(token, authority, signer, budget);
        DecodedCertificate decoded = DecodedCertificate.Decode(signer);
        TimestampSigner.CheckProfile(decoded);
        if (!token.IsSignedBy(decoded))
        {
            throw TimestampErrors.SignatureInvalid.At(
                $"The timestamp names '{signer.DisplaySubject()}' of '{authority.Name}' as its signer, but the key of that certificate did not sign it.",
                authority.Name);
        }

        if (time < authority.ValidFrom || time > authority.ValidUntil)
        {
            throw TimestampErrors.OutsideValidity.At(
                $"The timestamp's time is {Rfc3339.Write(time)}, when '{authority.Name}' was not trusted.",
                authority.Name);
        }

        return path;
    }

    private static IReadOnlyList<X509Certificate2> CheckPath(TimestampToken token, TimestampAuthority authority, X509Certificate2 signer, PathBudget budget)
    {
        bool listsSigner = ReferenceEquals(signer, authority.Certificates[0]);
        CertificatePathRules rules = new()
        {
            Time = token.Info.Time,
            Anchors = [authority.Certificates[^1]],
            AllowPartialChain = true,
            ExtendedKeyUsage = TimestampSigner.TimeStamping,
            Budget = budget,
        };
        try
        {
            IEnumerable<X509Certificate2> links = authority.Certificates.Concat(listsSigner ? [] : token.Certificates);
            return CertificatePath.Validate(signer, [.. links.Take(CertificatePath.MaximumCandidates)], rules);
        }
        catch (ModelSigningException exception)
        {
            throw TimestampErrors.SignerRefused.At(
                $"The certificate that signed the timestamp of '{authority.Name}' was refused: {exception.Message}", authority.Name, exception);
        }
    }
}
