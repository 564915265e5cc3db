using System.Buffers;
using System.Text.RegularExpressions;
using ModelSigning.Core.Errors;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Pkix;
using BouncyConstraints = Org.BouncyCastle.Asn1.X509.NameConstraints;

namespace ModelSigning.Core.Certificates;

/// <summary>The names that the authorities of a path may certify, from the anchor down (RFC 5280, sections 4.2.1.10 and 6.1.3 (b), (c)).</summary>
/// <param name="budget">What the comparisons may cost.</param>
internal sealed partial class NameConstraints(PathBudget budget)
{
    private static readonly SearchValues<char> NotInAddresses = SearchValues.Create(
        [.. Enumerable.Range(0, 0x21).Select(code => (char)code), '"', '<', '>', '\\', '^', '`', '{', '|', '}', '\u007F']);

    // The others have no rule by which one name lies within another (RFC 5280, 4.2.1.10).
    private static readonly int[] KnownForms =
        [GeneralName.Rfc822Name, GeneralName.DnsName, GeneralName.DirectoryName, GeneralName.UniformResourceIdentifier, GeneralName.IPAddress];

    private const string SmtpUtf8Mailbox = "1.3.6.1.5.5.7.8.9";

    // Each name is compared with each other one, by a library that cannot be interrupted.
    private const int MostSubtrees = 256, MostComparisons = 16_384;

    private PkixNameConstraintValidator? _validator;
    private readonly HashSet<int> _forbiddenForms = [];
    private readonly HashSet<string> _mailboxes = new(StringComparer.OrdinalIgnoreCase);
    private bool _constrainsHosts, _constrainsMail;
    private int _subtrees;
    private long _subtreeBytes;

    /// <summary>Checks a certificate's subject and alternative names against the constraints so far.</summary>
    /// <exception cref="ModelSigningException"><see cref="CertificateErrors.NameForbidden"/>.</exception>
    public void Check(DecodedCertificate certificate)
    {
        if (_validator is not { } validator)
        {
            return;
        }

        Guard(certificate, () =>
        {
            Asn1Sequence subject = Asn1Sequence.GetInstance(certificate.Subject.ToArray());
            // An address in the subject counts like one among the alternative names (RFC 5280 4.2.1.10).
            GeneralName[] names =
            [
                .. X509Name.GetInstance(subject).GetValueList(X509Name.EmailAddress).Select(address => new GeneralName(GeneralName.Rfc822Name, address)),
                .. certificate.Extensions.SubjectAlternativeName is { } alternatives ? GeneralNames.GetInstance(alternatives.ToArray()).GetNames() : [],
            ];
            RequireFew((long)names.Length * _subtrees <= MostComparisons && budget.TryCompare(
                (subject.Count + Parts(names)) * _subtrees, ((certificate.Subject.Length + Bytes(names)) * _subtrees) + ((names.Length + 1) * _subtreeBytes)), certificate);
            if (subject.Count > 0)
            {
                RefuseAmbiguous(certificate.Subject);
                RefuseForm(GeneralName.DirectoryName);
                validator.CheckPermittedDN(subject);
                validator.CheckExcludedDN(subject);
            }

            foreach (GeneralName name in names)
            {
                CheckName(validator, name);
            }
        });
    }

    /// <summary>Adds what a certificate authority requires of the certificates below it.</summary>
    /// <exception cref="ModelSigningException">Its extension cannot be read.</exception>
    public void Add(DecodedCertificate authority)
    {
        if (authority.Extensions.NameConstraints is not { } der)
        {
            return;
        }

        PkixNameConstraintValidator validator = _validator ??= new PkixNameConstraintValidator();
        Guard(authority, () =>
        {
            BouncyConstraints constraints = BouncyConstraints.GetInstance(Asn1Object.FromByteArray(der.ToArray()));
            Asn1Sequence permitted = Subtrees(constraints.PermittedSubtreesValue), excluded = Subtrees(constraints.ExcludedSubtreesValue);
            _subtrees += permitted.Count + excluded.Count;
            // They are compared with each other too.
            GeneralName[] own = [.. permitted.Concat(excluded).Select(one => GeneralSubtree.GetInstance(one).Base)];
            long bytes = Bytes(own);
            _subtreeBytes += bytes;
            RequireFew(_subtrees <= MostSubtrees && budget.TryCompare(Parts(own) * _subtrees, (bytes * _subtrees) + (own.Length * _subtreeBytes)), authority);
            RefuseDistances(authority, permitted.Concat(excluded));
            foreach (GeneralSubtree subtree in permitted.Concat(excluded).Select(GeneralSubtree.GetInstance))
            {
                RefuseAmbiguous(subtree.Base);
                RefuseSeveral(subtree.Base);
                _constrainsHosts |= subtree.Base.TagNo == GeneralName.UniformResourceIdentifier;
                _constrainsMail |= subtree.Base.TagNo == GeneralName.Rfc822Name;
                if (Mailbox(subtree.Base) is { } mailbox)
                {
                    _mailboxes.Add(mailbox);
                }
                if (!KnownForms.Contains(subtree.Base.TagNo))
                {
                    _forbiddenForms.Add(subtree.Base.TagNo);
                }
            }

            Asn1Encodable[] known = [.. permitted.Where(one => KnownForms.Contains(GeneralSubtree.GetInstance(one).Base.TagNo))];
            if (known.Length > 0)
            {
                validator.IntersectPermittedSubtree(new DerSequence(known));
            }

            foreach (GeneralSubtree subtree in excluded.Select(GeneralSubtree.GetInstance))
            {
                // Every name of the form begins with nothing. The library finds none that does.
                if (IsEmpty(subtree.Base))
                {
                    _forbiddenForms.Add(subtree.Base.TagNo);
                }
                else if (KnownForms.Contains(subtree.Base.TagNo))
                {
                    validator.AddExcludedSubtree(subtree);
                }
            }
        });
    }

    private static void RequireFew(bool isFew, DecodedCertificate certificate)
    {
        if (!isFew)
        {
            string subject = certificate.Certificate.DisplaySubject();
            throw CertificateErrors.PathTooComplex.At($"The chain with '{subject}' has more names and name constraints than this module compares.", subject);
        }
    }

    private static Asn1Sequence Subtrees(Asn1Encodable? value) => Asn1Sequence.GetInstance(value?.ToAsn1Object() ?? DerSequence.Empty);

    // RFC 5280, 4.2.1.10: minimum is 0 and maximum absent, and any other value is processed or the certificate refused. The library passes over both.
    private static void RefuseDistances(DecodedCertificate authority, IEnumerable<Asn1Encodable> subtrees)
    {
        if (subtrees.Select(GeneralSubtree.GetInstance).Any(subtree => subtree.MinimumObject.Value.SignValue != 0 || subtree.MaximumObject is not null))
        {
            string subject = authority.Certificate.DisplaySubject();
            throw CertificateErrors.Malformed.At(
                $"The certificate '{subject}' has a name constraint with a minimum or a maximum, which RFC 5280 does not allow.", subject);
        }
    }

    // The attributes of a part are a set, and the library compares them in their order.
    private static void RefuseSeveral(GeneralName name)
    {
        if (name.TagNo == GeneralName.DirectoryName && name.Name.ToAsn1Object() is Asn1Sequence parts && parts.Any(part => part.ToAsn1Object() is Asn1Set { Count: > 1 }))
        {
            throw new PkixNameConstraintValidatorException("a constraint has a part with several attributes, which this module does not compare");
        }
    }

    private static void RefuseAmbiguous(GeneralName name)
    {
        if (name.TagNo == GeneralName.DirectoryName)
        {
            RefuseAmbiguous(name.Name.ToAsn1Object().GetEncoded(Asn1Encodable.Der));
        }
    }

    // The library may compare another text than the one that is shown and that callers name.
    private static void RefuseAmbiguous(ReadOnlyMemory<byte> name)
    {
        if (NameText.HasAmbiguous(name))
        {
            throw new PkixNameConstraintValidatorException("a name has a text that programs read in different ways");
        }

        if (NameText.HasInvisible(name))
        {
            throw new PkixNameConstraintValidatorException("a name has a character that is not seen, such as a tabulator, which programs compare in different ways");
        }
    }

    private static long Bytes(IEnumerable<GeneralName> names) => names.Sum(name => (long)name.GetEncoded(Asn1Encodable.Der).Length);

    private static long Parts(IEnumerable<GeneralName> names) =>
        names.Sum(name => name.TagNo == GeneralName.DirectoryName && name.Name.ToAsn1Object() is Asn1Sequence parts ? Math.Max(1L, parts.Count) : 1L);

    private static bool IsEmpty(GeneralName name) => name.Name.ToAsn1Object() switch
    {
        Asn1Sequence sequence => sequence.Count == 0,
        IAsn1String text => text.GetString().Length == 0,
        _ => false,
    };

    private static string? Mailbox(GeneralName name) =>
        name.TagNo == GeneralName.Rfc822Name && name.Name is IAsn1String text && text.GetString() is var address && address.Contains('@', StringComparison.Ordinal) ? address : null;

    private void RefuseForm(int form)
    {
        if (_forbiddenForms.Contains(form))
        {
            throw new PkixNameConstraintValidatorException("a constraint forbids each name of its form");
        }
    }

    private void CheckName(PkixNameConstraintValidator validator, GeneralName name)
    {
        RefuseForm(name.TagNo);
        if (name.TagNo == GeneralName.UniformResourceIdentifier && name.Name is IAsn1String address)
        {
            // RFC 3986 has none of these in an address, and readers differ in where the host ends before a back-slash.
            if (address.GetString().AsSpan().ContainsAny(NotInAddresses))
            {
                throw new PkixNameConstraintValidatorException("an address in it has a character that is not valid in addresses");
            }

            // RFC 5280, 4.2.1.10: where a constraint is on addresses, one without a host's name is refused.
            if (_constrainsHosts && !HasHost().IsMatch(address.GetString()))
            {
                throw new PkixNameConstraintValidatorException("a constraint is on addresses, and one in it does not have the name of a host");
            }
        }

        // RFC 9598, section 6: constraints on addresses of mail count for these too. The library passes over them.
        if (_constrainsMail && name.TagNo == GeneralName.OtherName && OtherName.GetInstance(name.Name).TypeID.Id == SmtpUtf8Mailbox)
        {
            throw new PkixNameConstraintValidatorException("a constraint is on addresses of mail, and one in it is of a form that this module does not compare with them (SmtpUTF8Mailbox)");
        }

        // RFC 5280, 7.5: upper and lower case differ before the sign, and not behind it. The library passes over both.
        if (Mailbox(name) is { } own && _mailboxes.TryGetValue(own, out string? constrained) && own[..own.IndexOf('@', StringComparison.Ordinal)] != constrained[..constrained.IndexOf('@', StringComparison.Ordinal)])
        {
            throw new PkixNameConstraintValidatorException("a constraint is on a mailbox that differs from one in it by upper and lower case alone");
        }

        RefuseAmbiguous(name);
        validator.CheckPermittedName(name);
        validator.CheckExcludedName(name);
    }

    // A scheme, a host whose last label does not begin with a digit, as that of an IPv4 address does, and a port.
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.-]*://(?:[A-Za-z0-9_-]+\.)*[A-Za-z_-][A-Za-z0-9_-]*(?::[0-9]*)?(?:[/?#]|$)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HasHost();

    private static void Guard(DecodedCertificate certificate, Action action)
    {
        string subject = certificate.Certificate.DisplaySubject();
        try
        {
            action();
        }
        catch (PkixNameConstraintValidatorException exception)
        {
            throw CertificateErrors.NameForbidden.At(
                $"The certificate '{subject}' has a name that an authority above it is not allowed to certify: {exception.Message}", subject, exception);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or ModelSigningException))
        {
            // The library's parsers throw what they meet, from cast to index errors; all of it means that the names cannot be judged.
            throw CertificateErrors.Malformed.At(
                $"The names or name constraints of the certificate '{subject}' cannot be read.", subject, exception);
        }
    }
}
