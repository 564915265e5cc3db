using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Certificates;

/// <summary>
/// Looks for a path by going from issuer to issuer and back again where that leads nowhere. A certificate counts as an issuer when
/// its name is the one that is asked for, the key identifiers agree and its key made the signature. A name alone decides nothing:
/// different authorities carry the same one, and a leaf may carry its issuer's.
/// </summary>
internal sealed class CertificatePathSearch
{
    /// <summary>More links than any real chain has.</summary>
    private const int MaximumLength = 16;

    /// <summary>More whole chains than any real pool has that keep the rules of none.</summary>
    private const int MaximumPaths = 32;

    private readonly CertificatePathRules _rules;
    private readonly IReadOnlyList<X509Certificate2> _anchors;
    private readonly IReadOnlyList<X509Certificate2> _candidates;
    private readonly Dictionary<(DecodedCertificate, DecodedCertificate), bool> _signatures = [];
    private readonly Dictionary<X509Certificate2, DecodedCertificate?> _decoded = new(ReferenceEqualityComparer.Instance);
    private readonly List<DecodedCertificate> _path = [];
    private DecodedCertificate[] _longest = [];
    private ModelSigningException? _firstFailure;
    private int _paths;

    public CertificatePathSearch(IReadOnlyList<X509Certificate2> candidates, CertificatePathRules rules)
    {
        _candidates = candidates;
        _anchors = rules.Anchors;
        _rules = rules;
    }

    public IReadOnlyList<X509Certificate2> Run(DecodedCertificate leaf)
    {
        _path.Add(leaf);
        if (Extend())
        {
            return _path.ConvertAll(link => link.Certificate);
        }

        throw _firstFailure ?? NoPath(leaf);
    }

    /// <summary>Completes the path beyond its last link.</summary>
    /// <returns>Whether the path now ends in an anchor and keeps the rules; otherwise it is as it was.</returns>
    private bool Extend()
    {
        DecodedCertificate last = _path[^1];
        if (IsAnchor(last) && KeepsTheRules())
        {
            return true;
        }

        if (_path.Count > _longest.Length)
        {
            _longest = [.. _path];
        }

        if (_path.Count == MaximumLength)
        {
            return false;
        }

        foreach (DecodedCertificate issuer in IssuersOf(last))
        {
            _path.Add(issuer);
            if (Extend())
            {
                return true;
            }

            _path.RemoveAt(_path.Count - 1);
        }

        return false;
    }

    private bool KeepsTheRules()
    {
        if (++_paths > MaximumPaths || !_rules.Budget.TryPath())
        {
            throw TooComplex();
        }

        try
        {
            PathValidation.Validate(_path, _rules);
            return true;
        }
        catch (ModelSigningException failure)
        {
            _firstFailure ??= failure;
            return false;
        }
    }

    private bool IsAnchor(DecodedCertificate certificate) =>
        _anchors.Any(anchor => anchor.RawDataMemory.Span.SequenceEqual(certificate.Certificate.RawDataMemory.Span))
        && (_rules.AllowPartialChain || IsMadeBy(certificate, certificate));

    /// <summary>The trusted certificates first, so that a path ends as early as it can.</summary>
    private IEnumerable<DecodedCertificate> IssuersOf(DecodedCertificate certificate)
    {
        foreach (X509Certificate2 candidate in _anchors.Concat(_candidates))
        {
            if (!candidate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.Issuer.Span))
            {
                continue;
            }

            if (Decode(candidate) is { } issuer && !IsInPath(issuer) && KeyIdentifiersAgree(certificate, issuer))
            {
                if (!_rules.Budget.TryStep())
                {
                    throw TooComplex();
                }

                if (IsMadeBy(certificate, issuer))
                {
                    yield return issuer;
                }
            }
        }
    }

    /// <summary>The same subject with the same key is the same issuer, whatever certificate says so: without this, cross-signed ones go in circles.</summary>
    private bool IsInPath(DecodedCertificate issuer) => _path.Exists(link =>
        link.Subject.Span.SequenceEqual(issuer.Subject.Span) && link.SubjectPublicKeyInfo.Span.SequenceEqual(issuer.SubjectPublicKeyInfo.Span));

    private static bool KeyIdentifiersAgree(DecodedCertificate certificate, DecodedCertificate issuer) =>
        certificate.Extensions.AuthorityKeyIdentifier is not { } wanted
        || issuer.Extensions.SubjectKeyIdentifier is not { } found
        || wanted.Span.SequenceEqual(found.Span);

    private bool IsMadeBy(DecodedCertificate certificate, DecodedCertificate issuer)
    {
        if (_signatures.TryGetValue((certificate, issuer), out bool known))
        {
            return known;
        }

        if (!_rules.Budget.TrySignature())
        {
            throw TooComplex();
        }

        bool made = ReferenceEquals(certificate, issuer)
            ? CertificateSignature.IsSelfSigned(certificate)
            : CertificateSignature.IsMadeBy(certificate, issuer);
        _signatures.Add((certificate, issuer), made);
        return made;
    }

    private DecodedCertificate? Decode(X509Certificate2 certificate)
    {
        if (!_decoded.TryGetValue(certificate, out DecodedCertificate? decoded))
        {
            decoded = DecodedCertificate.TryDecode(certificate);
            _decoded.Add(certificate, decoded);
        }

        return decoded;
    }

    private ModelSigningException TooComplex() => CertificateErrors.PathTooComplex.At(
        $"The certificates with '{_path[0].Certificate.DisplaySubject()}' form more possible chains than this module tries.",
        _path[0].Certificate.DisplaySubject());

    private ModelSigningException NoPath(DecodedCertificate leaf)
    {
        X509Certificate2 stuck = _longest[^1].Certificate;
        string target = leaf.Certificate.DisplaySubject();
        if (!_rules.AllowPartialChain)
        {
            X509Certificate2? given = _longest.Select(link => link.Certificate).FirstOrDefault(link =>
                _anchors.Any(anchor => anchor.RawDataMemory.Span.SequenceEqual(link.RawDataMemory.Span)));
            if (given is not null)
            {
                return CertificateErrors.NoTrustAnchor.At(
                    $"The chain of '{target}' reaches the trusted certificate '{given.DisplaySubject()}', which is not self-signed; " +
                    "specify its root as well, or use -AllowPartialChain to let the chain end there.", target);
            }
        }

        return CertificateErrors.IssuerUnknown.At(
            stuck.SubjectName.RawData.AsSpan().SequenceEqual(stuck.IssuerName.RawData)
                ? $"The chain of '{target}' ends in the root '{stuck.DisplaySubject()}', which is not among the trusted certificates."
                : $"No chain leads from '{target}' to a trusted certificate: none of the specified certificates issued '{stuck.DisplaySubject()}', whose issuer is named '{stuck.DisplayIssuer()}'.",
            target);
    }
}
