using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Keys.Pkcs11;
using Net.Pkcs11Interop.Common;

namespace ModelSigning.Core.Tests.Pkcs11;

/// <summary>Which public half a private key gets without a signature: never a wrong one, and none where there is doubt.</summary>
public sealed class Pkcs11PairingTests
{
    private static readonly EcPublicKey[] Keys = [.. Enumerable.Range(0, 3).Select(_ => Make(ECCurve.NamedCurves.nistP256)), Make(ECCurve.NamedCurves.nistP384)];

    /// <summary>
    /// Private keys and public halves, each as <c>id:label</c>, halves with <c>=key</c>; then which key each private key gets (- for none).
    /// </summary>
    [Theory]
    [InlineData("1:a", "1:x=0", "0", "the identifier decides, whatever the labels")]
    [InlineData("1:a 2:b", "1:x=0 2:x=1", "0 1", "the identifier decides, whatever the labels")]
    [InlineData("1:a 1:b", "1:a=0 1:b=1", "0 1", "the label decides among equal identifiers")]
    [InlineData("1:a 1:b", "1:b=1 1:a=0", "0 1", "the order does not matter")]
    [InlineData("1:a 1:b", "1:a=0", "0 -", "a half that another key has a better claim to is not taken")]
    [InlineData("1:a 1:b", "1:x=0", "- -", "one half for two keys")]
    [InlineData("1:a", "1:x=0 1:y=1", "-", "two halves for one key")]
    [InlineData("1:a 1:a", "1:a=0 1:a=1", "- -", "identifier and label are the same")]
    [InlineData("1:a", "1:a=0 1:cert=0", "0", "the certificate of the same key")]
    [InlineData("1:a", "1:cert=0", "0", "a certificate alone")]
    [InlineData("1:a", "1:a=0 1:cert=1", "0", "the certificate of an earlier key")]
    [InlineData("1:a", "1:pub=0 1:cert=1", "-", "a certificate and a public key that contradict each other")]
    [InlineData(":a :b", ":a=0 :b=1", "0 1", "the label, without identifiers")]
    [InlineData(":a", "7:a=0", "0", "the label, where only the half has an identifier")]
    [InlineData("7:a", ":a=0", "0", "the label, where only the key has an identifier")]
    [InlineData(":a 7:b", "7:a=0", "- -", "a half that the label of one key and the identifier of another claim")]
    [InlineData(": :", ":=0", "- -", "neither identifier nor label")]
    [InlineData("1:a", "2:a=0", "-", "identifiers that differ")]
    [InlineData("1:a 2:b", "1:b=0 2:a=1", "- -", "labels that contradict the identifiers")]
    [InlineData("1:a 2:b", "1:b=0", "- -", "a label that contradicts the identifier")]
    [InlineData("1:a", "1:a=3", "-", "a half on another curve")]
    [InlineData("1:a", "1:x=3 1:y=0", "0", "a half on another curve beside the right one")]
    [InlineData("1:a=1", "1:a=0", "1", "the key's own point is stronger than every attribute")]
    [InlineData("1:a=1 1:b", "1:x=0", "1 0", "a key whose point is known is nobody's rival")]
    [InlineData("1:a 2:b=0", "1:a=0", "- 0", "a half that is another key's point")]
    public void A_half_is_told_only_where_there_is_no_doubt(string privateKeys, string publicHalves, string expected, string reason)
    {
        Pkcs11PrivateHalf[] keys = [.. privateKeys.Split(' ').Select(Split).Select(part => new Pkcs11PrivateHalf(null, part.Id, part.Label, CKK.CKK_EC, EcCurve.P256, part.Key))];
        Pkcs11PublicHalf[] halves = [.. publicHalves.Split(' ').Select(Split).Select(part => new Pkcs11PublicHalf(part.Id, part.Label, part.Key!))];
        IEnumerable<string> found = keys.Select(key => Pkcs11Pairing.HalfOf(key, keys, halves) is { } half ? $"{Array.IndexOf(Keys, half)}" : "-");
        Assert.True(expected == string.Join(' ', found), $"{reason}: {string.Join(' ', found)}");
    }

    [Fact]
    public void An_RSA_key_takes_no_half_away()
    {
        Pkcs11PrivateHalf key = new(null, [1], [], CKK.CKK_EC, EcCurve.P256, null), rsa = key with { KeyType = CKK.CKK_RSA };
        Assert.Equal(Keys[0], Pkcs11Pairing.HalfOf(key, [key, rsa], [new Pkcs11PublicHalf([1], [], Keys[0])]));
        Assert.Null(Pkcs11Pairing.HalfOf(rsa, [rsa], [new Pkcs11PublicHalf([1], [], Keys[0])]));
    }

    private static (byte[] Id, byte[] Label, EcPublicKey? Key) Split(string text)
    {
        string[] sides = text.Split('=');
        string[] name = sides[0].Split(':');
        return (Encoding.UTF8.GetBytes(name[0]), Encoding.UTF8.GetBytes(name[1]), sides.Length > 1 ? Keys[sides[1][0] - '0'] : null);
    }

    private static EcPublicKey Make(ECCurve curve)
    {
        using ECDsa key = ECDsa.Create(curve);
        return EcPublicKey.Of(key, "test");
    }
}
