using System.Security.Cryptography;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Timestamps;
using ModelSigning.Testing.SigstoreInstance;
using TrustedAuthority = ModelSigning.Core.Timestamps.TimestampAuthority;

namespace ModelSigning.Core.Tests.Timestamps;

/// <summary>Authorities that sign their attributes in the order in which they send them, which is not DER's.</summary>
public sealed class TransmittedAttributesTests : IDisposable
{
    private static readonly byte[] Signature = [1, 2, 3];

    private static readonly DateTimeOffset Time = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // Valid in the edited year as well, so that nothing but the signature tells.
    private readonly Testing.SigstoreInstance.TimestampAuthority _authority = new(
        TimeProvider.System, new TimestampAuthorityOptions { NotBefore = Time.AddYears(-3), NotAfter = Time.AddYears(3) });

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Attributes_in_either_order_verify(bool unsorted) => Assert.NotNull(Verify(new TimestampAnswer { UnsortedAttributes = unsorted }));

    [Fact]
    public void A_broken_signature_does_not_verify() => Refuses(new TimestampAnswer { UnsortedAttributes = true, CorruptSignature = true });

    [Fact]
    public void Another_digest_than_the_contents_does_not_verify() => Refuses(new TimestampAnswer { UnsortedAttributes = true, CorruptMessageDigest = true });

    [Fact]
    public void Another_certificates_hash_does_not_verify() => Refuses(new TimestampAnswer { UnsortedAttributes = true, CorruptCertificateHash = true });

    [Fact]
    public void An_edited_time_does_not_verify() => Refuses(new TimestampAnswer
    {
        UnsortedAttributes = true,
        EditAfterSigning = info =>
        {
            info[info.AsSpan().IndexOf("20260301"u8) + 3] ^= 1;
            return info;
        },
    });

    private void Refuses(TimestampAnswer answer) =>
        Assert.Equal("TimestampSignatureInvalid", Assert.Throws<ModelSigningException>(() => Verify(answer)).Definition.Id);

    private VerifiedTimestamp? Verify(TimestampAnswer answer) => TimestampVerifier.Verify(
        _authority.Respond(answer with { Imprint = SHA256.HashData(Signature), Time = Time }),
        Signature, [new TrustedAuthority(_authority.Chain, null, null, "the test's")]);
}
