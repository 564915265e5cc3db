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

    private readonly Testing.SigstoreInstance.TimestampAuthority _authority = new(TimeProvider.System);

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
        // The year of the GeneralizedTime, the only text of the structure that begins with these digits.
        EditAfterSigning = info =>
        {
            int year = info.AsSpan().IndexOf("20"u8);
            info[year + 3] ^= 1;
            return info;
        },
    });

    private void Refuses(TimestampAnswer answer) =>
        Assert.Equal("TimestampSignatureInvalid", Assert.Throws<ModelSigningException>(() => Verify(answer)).Definition.Id);

    private VerifiedTimestamp? Verify(TimestampAnswer answer) => TimestampVerifier.Verify(
        _authority.Respond(answer with { Imprint = SHA256.HashData(Signature), Time = answer.Time ?? new DateTimeOffset(DateTimeOffset.UtcNow.Year, DateTimeOffset.UtcNow.Month, DateTimeOffset.UtcNow.Day, DateTimeOffset.UtcNow.Hour, 0, 0, TimeSpan.Zero) }),
        Signature, [new TrustedAuthority(_authority.Chain, null, null, "the test's")]);
}
