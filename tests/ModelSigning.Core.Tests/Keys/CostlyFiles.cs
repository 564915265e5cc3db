using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace ModelSigning.Core.Tests.Keys;

/// <summary>Encrypted files by hand, whose key derivation has as many rounds as they say, because no library writes such.</summary>
internal static class CostlyFiles
{
    internal const string Password = "secret";

    private const string Data = "1.2.840.113549.1.7.1", EncryptedData = "1.2.840.113549.1.7.6", ShroudedKeyBag = "1.2.840.113549.1.12.10.1.2";
    private const string Sha256 = "2.16.840.1.101.3.4.2.1", TripleDesPkcs12 = "1.2.840.113549.1.12.1.3";

    private static readonly byte[] Salt = new byte[16], Iv = new byte[16];
    private static readonly Asn1Tag Explicit = new(TagClass.ContextSpecific, 0, isConstructed: true), Implicit = new(TagClass.ContextSpecific, 0);

    /// <summary>EncryptedPrivateKeyInfo under PBES2 with PBKDF2; what is in it is no key.</summary>
    internal static byte[] Pbes2Key(BigInteger iterations) => Sequence(writer =>
    {
        Pbes2(writer, iterations);
        writer.WriteOctetString(new byte[160]);
    });

    /// <summary>EncryptedPrivateKeyInfo under a scheme of PKCS#12.</summary>
    internal static byte[] Pkcs12EncryptedKey(BigInteger iterations) => Sequence(writer =>
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(TripleDesPkcs12);
            using (writer.PushSequence())
            {
                writer.WriteOctetString(Salt.AsSpan(0, 8));
                writer.WriteInteger(iterations);
            }
        }

        writer.WriteOctetString(new byte[160]);
    });

    /// <summary>A PKCS#12 file with that many rounds in one place, and one round everywhere else.</summary>
    internal static byte[] Pkcs12(string where, int iterations)
    {
        byte[] keyBag = Sequence(bags => Sequence(bags, bag =>
        {
            bag.WriteObjectIdentifier(ShroudedKeyBag);
            using (bag.PushSequence(Explicit))
            {
                bag.WriteEncodedValue(Pbes2Key(iterations));
            }
        }));
        byte[] safes = Sequence(writer =>
        {
            switch (where)
            {
                case "key":
                    PlainSafe(writer, keyBag);
                    break;
                case "certificates":
                    EncryptedSafe(writer, new byte[160], iterations);
                    break;
                case "nested key":
                    byte[] key = Rfc2898DeriveBytes.Pbkdf2(Password, Salt, 1, HashAlgorithmName.SHA256, 32);
                    using (Aes aes = Aes.Create())
                    {
                        aes.Key = key;
                        EncryptedSafe(writer, aes.EncryptCbc(keyBag, Iv), 1);
                    }

                    break;
                default:
                    break;
            }
        });
        return Sequence(file =>
        {
            file.WriteInteger(3);
            PlainSafe(file, safes);
            if (where == "mac")
            {
                Sequence(file, mac =>
                {
                    Sequence(mac, digest =>
                    {
                        Sequence(digest, algorithm => algorithm.WriteObjectIdentifier(Sha256));
                        digest.WriteOctetString(new byte[32]);
                    });
                    mac.WriteOctetString(Salt);
                    mac.WriteInteger(iterations);
                });
            }
        });
    }

    private static void PlainSafe(AsnWriter writer, byte[] content) => Sequence(writer, info =>
    {
        info.WriteObjectIdentifier(Data);
        using (info.PushSequence(Explicit))
        {
            info.WriteOctetString(content);
        }
    });

    private static void EncryptedSafe(AsnWriter writer, byte[] content, int iterations) => Sequence(writer, info =>
    {
        info.WriteObjectIdentifier(EncryptedData);
        using (info.PushSequence(Explicit))
        {
            Sequence(info, encrypted =>
            {
                encrypted.WriteInteger(0);
                Sequence(encrypted, contentInfo =>
                {
                    contentInfo.WriteObjectIdentifier(Data);
                    Pbes2(contentInfo, iterations);
                    contentInfo.WriteOctetString(content, Implicit);
                });
            });
        }
    });

    private static void Pbes2(AsnWriter writer, BigInteger iterations) => Sequence(writer, algorithm =>
    {
        algorithm.WriteObjectIdentifier("1.2.840.113549.1.5.13");
        Sequence(algorithm, parameters =>
        {
            Sequence(parameters, function =>
            {
                function.WriteObjectIdentifier("1.2.840.113549.1.5.12");
                Sequence(function, pbkdf2 =>
                {
                    pbkdf2.WriteOctetString(Salt);
                    pbkdf2.WriteInteger(iterations);
                    Sequence(pbkdf2, hash =>
                    {
                        hash.WriteObjectIdentifier("1.2.840.113549.2.9");
                        hash.WriteNull();
                    });
                });
            });
            Sequence(parameters, cipher =>
            {
                cipher.WriteObjectIdentifier("2.16.840.1.101.3.4.1.42");
                cipher.WriteOctetString(Iv);
            });
        });
    });

    private static byte[] Sequence(Action<AsnWriter> content)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        Sequence(writer, content);
        return writer.Encode();
    }

    private static void Sequence(AsnWriter writer, Action<AsnWriter> content)
    {
        using (writer.PushSequence())
        {
            content(writer);
        }
    }
}
