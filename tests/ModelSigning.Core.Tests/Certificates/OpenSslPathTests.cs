using System.Diagnostics;
using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Testing;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Certificates;

/// <summary>
/// Generated chains against <c>openssl verify -x509_strict</c>: what this engine accepts openssl accepts too, and whatever the two judge differently
/// is listed here with the reason.
/// </summary>
public sealed partial class OpenSslPathTests : IDisposable
{
    private const int ChainsOfASeed = 60;

    /// <summary>
    /// What openssl refuses in strict mode alone and this engine does not, by openssl's number. None of it is a step of path validation (RFC 5280, section 6):
    /// it is how an authority must write certificates, and many private ones do not.
    /// </summary>
    private static readonly Dictionary<int, string> Laxer = new()
    {
        [79] = "A leaf with keyCertSign and without basic constraints: the same as 82.",
        [81] = "A path length beside a missing key usage, which restricts all the same.",
        [82] = "A leaf with keyCertSign: it issues nothing without being an authority.",
        [85] = "No authority key identifier: the issuer is found by its name and its key.",
        [86] = "An authority without a subject key identifier: the same.",
        [92] = "An authority without a key usage, which therefore is not restricted; openssl's own configuration makes such roots.",
    };

    /// <summary>What this engine refuses and openssl does not.</summary>
    private static readonly Dictionary<ErrorDefinition, string> Stricter = new()
    {
        [CertificateErrors.UsageForbidden] = "openssl 3.0 knows no purpose for code signing, so it is not asked about the extended key usage.",
        [CertificateErrors.NotAuthority] = "Outside strict mode openssl takes a root without basic constraints for an authority.",
        [CertificateErrors.Malformed] = "A name constraint with a minimum, which RFC 5280 forbids and openssl notices only where a name of that kind is compared.",
        [CertificateErrors.ExtensionUnknown] = "Policy constraints are understood by openssl, and what they demand is met by no policy here.",
    };

    private readonly TemporaryFolder _folder = new();
    private readonly ECDsa[] _keys = [.. Enumerable.Range(0, 5).Select(_ => ECDsa.Create(ECCurve.NamedCurves.nistP256))];

    public OpenSslPathTests()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Join(folder, "openssl"))))
        {
            Assert.Skip("openssl is not installed.");
        }
    }

    public void Dispose()
    {
        _folder.Dispose();
        Array.ForEach(_keys, key => key.Dispose());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_chain_is_judged_as_openssl_judges_it_or_the_difference_has_a_reason(int seed)
    {
        Random random = new(seed);
        int accepted = 0, refused = 0;
        for (int number = 0; number < ChainsOfASeed; number++)
        {
            CertificateSpecification[] chain = Chain(random);
            TestCertificate[] made = Make(chain);
            ErrorDefinition? ours = Judge(made);
            int? theirs = OpenSsl(made, "-x509_strict");
            if (theirs is { } strict && Laxer.ContainsKey(strict))
            {
                // It names the first fault only: whatever else there is must be found without the rules for authorities.
                theirs = OpenSsl(made);
            }

            string what = $"seed {seed}, chain {number}: {ours?.Id ?? "accepted"}, openssl {theirs?.ToString(CultureInfo.InvariantCulture) ?? "accepted"}\n{string.Join('\n', chain.Select(Describe))}";
            accepted += ours is null ? 1 : 0;
            refused += ours is null ? 0 : 1;
            Assert.True(ours is not null || theirs is null, "laxer: " + what);
            Assert.True(ours is null || theirs is not null || Stricter.ContainsKey(ours), "stricter: " + what);
        }

        Assert.InRange(accepted, ChainsOfASeed / 10, ChainsOfASeed);
        Assert.InRange(refused, ChainsOfASeed / 10, ChainsOfASeed);
    }

    private static string Describe(CertificateSpecification one) =>
        $"  {one.Subject}: CA {one.IsAuthority}, length {one.PathLength}, usage {one.KeyUsage}, extended {string.Join(' ', one.ExtendedKeyUsage)}, identifiers {one.KeyIdentifiers}, {one.NotBefore:yyyy} to {one.NotAfter:yyyy}, {string.Join(' ', one.Extensions.Select(extension => $"{extension.Oid!.Value}{(extension.Critical ? "!" : "")}={Convert.ToHexString(extension.RawData)}"))}";

    // The root first, the leaf last; each certificate is right but for what chance changes, about one thing a chain.
    private static CertificateSpecification[] Chain(Random random)
    {
        int authorities = random.Next(1, 4);
        int changes = random.Next(0, 4);
        CertificateSpecification[] chain = [.. Enumerable.Range(0, authorities).Select(index => Authority($"CA {index}, O=Example, C=DE")), Leaf("Leaf, O=Example, C=DE")];
        while (changes-- > 0)
        {
            int index = random.Next(chain.Length);
            chain[index] = Changed(random, chain[index], index == chain.Length - 1);
        }

        return chain;
    }

    private static CertificateSpecification Changed(Random random, CertificateSpecification one, bool isLeaf) => random.Next(isLeaf ? 12 : 15) switch
    {
        0 => one with { IsAuthority = random.Next(3) switch { 0 => null, 1 => true, _ => false }, PathLength = null },
        1 => one with { KeyUsage = random.Next(4) switch { 0 => null, 1 => X509KeyUsageFlags.DigitalSignature, 2 => X509KeyUsageFlags.KeyCertSign, _ => X509KeyUsageFlags.CrlSign } },
        2 => one with { ExtendedKeyUsage = random.Next(3) switch { 0 => [CodeSigning], 1 => [TimeStamping], _ => ["2.5.29.37.0"] } },
        3 => one with { NotBefore = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), NotAfter = Noon.AddSeconds(-1) },
        4 => one with { NotBefore = Noon.AddSeconds(1), NotAfter = new(2099, 1, 1, 0, 0, 0, TimeSpan.Zero) },
        5 => With(one, TestCertificate.UnknownExtension(critical: random.Next(2) == 0)),
        6 => one with { KeyIdentifiers = false },
        7 => With(one, AlternativeName(random)),
        8 => one with { Subject = isLeaf ? "" : $"CN=Authority {random.Next()}, C=DE" },
        // No two of one name: openssl takes the first issuer that has it, and this engine the one whose key signed.
        9 => one with { Subject = random.Next(2) == 0 ? $"CN=Elsewhere {random.Next()}, O=Other, C=DE" : $"CN=name {random.Next()}, O=EXAMPLE, C=DE" },
        // To openssl a certificate has expired in its last second already; RFC 5280, section 4.1.2.5, counts it in.
        10 => one with { NotBefore = Noon, NotAfter = Noon.AddSeconds(1) },
        11 => one with { Subject = $"{(one.Subject.Length == 0 ? "CN=Leaf" : one.Subject)}, E=signer@{(random.Next(2) == 0 ? "example.com" : "other.test")}" },
        12 => one with { IsAuthority = true, PathLength = random.Next(0, 2) },
        13 => With(one, new X509Extension("2.5.29.36", [0x30, 0x03, 0x80, 0x01, (byte)random.Next(0, 3)], critical: true)),
        _ => With(one, Constraints(random)),
    };

    private static CertificateSpecification With(CertificateSpecification one, X509Extension extension) =>
        one with { Extensions = [.. one.Extensions.Where(other => other.Oid!.Value != extension.Oid!.Value), extension] };

    private static X509Extension AlternativeName(Random random)
    {
        SubjectAlternativeNameBuilder names = new();
        switch (random.Next(4))
        {
            case 0: names.AddEmailAddress(random.Next(2) == 0 ? "signer@example.com" : "signer@other.test"); break;
            case 1: names.AddDnsName(random.Next(2) == 0 ? "host.example.com" : "notexample.com"); break;
            case 2: names.AddUri(new Uri(random.Next(2) == 0 ? "https://host.example.com/x" : "https://other.test/")); break;
            default: names.AddIpAddress(System.Net.IPAddress.Parse(random.Next(2) == 0 ? "10.1.2.3" : "192.0.2.1")); break;
        }

        return names.Build(critical: random.Next(2) == 0);
    }

    // NameConstraints ::= SEQUENCE { permitted [0] OPTIONAL, excluded [1] OPTIONAL }; each SEQUENCE OF SEQUENCE { base GeneralName, minimum [0] DEFAULT 0 }.
    private static X509Extension Constraints(Random random)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, random.Next(3) == 0 ? 1 : 0, isConstructed: true)))
        using (writer.PushSequence())
        {
            switch (random.Next(6))
            {
                case 0: writer.WriteCharacterString(UniversalTagNumber.IA5String, "example.com", new Asn1Tag(TagClass.ContextSpecific, 1)); break;
                case 1: writer.WriteCharacterString(UniversalTagNumber.IA5String, random.Next(2) == 0 ? "example.com" : ".example.com", new Asn1Tag(TagClass.ContextSpecific, 2)); break;
                case 2: writer.WriteCharacterString(UniversalTagNumber.IA5String, random.Next(2) == 0 ? "host.example.com" : ".example.com", new Asn1Tag(TagClass.ContextSpecific, 6)); break;
                case 3: writer.WriteOctetString([10, 0, 0, 0, 255, 0, 0, 0], new Asn1Tag(TagClass.ContextSpecific, 7)); break;
                default:
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 4, isConstructed: true)))
                    {
                        writer.WriteEncodedValue(new X500DistinguishedName(random.Next(2) == 0 ? "O=Example, C=DE" : "C=DE").RawData);
                    }

                    break;
            }

            if (random.Next(6) == 0)
            {
                writer.WriteInteger(random.Next(0, 2), new Asn1Tag(TagClass.ContextSpecific, 0));
            }
        }

        return new X509Extension("2.5.29.30", writer.Encode(), critical: true);
    }

    private TestCertificate[] Make(CertificateSpecification[] chain)
    {
        List<TestCertificate> made = [];
        for (int index = 0; index < chain.Length; index++)
        {
            CertificateSpecification one = chain[index] with { Key = _keys[index] };
            made.Add(index == 0 ? TestCertificate.SelfSigned(one) : made[^1].Issue(one));
        }

        return [.. made];
    }

    private static ErrorDefinition? Judge(TestCertificate[] chain)
    {
        try
        {
            CertificatePath.Validate(chain[^1].Certificate, [.. chain[1..^1].Select(one => one.Certificate)],
                new CertificatePathRules { Time = Noon, Anchors = [chain[0].Certificate], ExtendedKeyUsage = CodeSigning });
            return null;
        }
        catch (ModelSigningException refusal)
        {
            return refusal.Definition;
        }
    }

    /// <summary>Openssl's number of what it found first; null when it accepts.</summary>
    private int? OpenSsl(TestCertificate[] chain, params string[] options)
    {
        File.WriteAllText(_folder["root.pem"], chain[0].CertificatePem);
        File.WriteAllText(_folder["links.pem"], string.Concat(chain[1..^1].Select(one => one.CertificatePem)));
        File.WriteAllText(_folder["leaf.pem"], chain[^1].CertificatePem);
        ProcessStartInfo start = new("openssl",
        [
            "verify", .. options, "-attime", Noon.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), "-no-CApath", "-no-CAstore", "-CAfile", _folder["root.pem"],
            .. chain.Length > 2 ? ["-untrusted", _folder["links.pem"]] : (string[])[], _folder["leaf.pem"],
        ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 && output.Contains(": OK", StringComparison.Ordinal) ? null
            : Number().Match(errors.Result) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException(errors.Result);
    }

    [GeneratedRegex("error ([0-9]+) at")]
    private static partial Regex Number();
}
