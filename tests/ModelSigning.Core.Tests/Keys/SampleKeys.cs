using System.Security;

namespace ModelSigning.Core.Tests.Keys;

/// <summary>Keys that openssl 3.0 made for these tests and that protect nothing.</summary>
internal static class SampleKeys
{
    public const string Password = "secret";

    public const string Hint = "99127fd281cf5e835b3a4300ad35bc224e58af8f520ff89ffcf610bfad6100f7";

    public const string Sec1 = """
        -----BEGIN EC PARAMETERS-----
        BggqhkjOPQMBBw==
        -----END EC PARAMETERS-----
        -----BEGIN EC PRIVATE KEY-----
        MHcCAQEEIDw4K81xn151i+MlEU5EXJO8lRsWsw22pbqeuaX3p89MoAoGCCqGSM49
        AwEHoUQDQgAESHSgLIZ48xnNCW7zq2x2ffFutq8eQ0VjmWWLcmIbrLUbR6t5GiU8
        UvnBuPJbVNCYr6qUp4UHnZbutFlBI682Rw==
        -----END EC PRIVATE KEY-----
        """;

    public const string Public = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAESHSgLIZ48xnNCW7zq2x2ffFutq8e
        Q0VjmWWLcmIbrLUbR6t5GiU8UvnBuPJbVNCYr6qUp4UHnZbutFlBI682Rw==
        -----END PUBLIC KEY-----
        """;

    public const string PublicCompressed = """
        -----BEGIN PUBLIC KEY-----
        MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgADSHSgLIZ48xnNCW7zq2x2ffFutq8e
        Q0VjmWWLcmIbrLU=
        -----END PUBLIC KEY-----
        """;

    public const string EncryptedAes = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhG1rwMYZgyZQICCAAw
        DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEGpFKzHMIMaiKW9v89CTPckEgZA4
        1EwKYfjK9ZJPigt3oR9Uh5j7UUkGhnZUQkCDCi4p5kcMLrQX2nZd+ubAqk1IMyTw
        POa8VqRu8EFTDZVPZnAjFLjIOjjJiDtiYwqc6PquEWFE/44IaVJeikGNuZjDfoIK
        jc0tu+Yjbjtt1ktscEGn1GLNugu2W6zSbc9+EkTyGW3zxNXD6i0Opzf1zGFhxu0=
        -----END ENCRYPTED PRIVATE KEY-----
        """;

    public const string EncryptedTripleDes = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGxMBwGCiqGSIb3DQEMAQMwDgQIaUW62K60ik4CAggABIGQGTDHaXeLf9srcxe6
        feaqtmQY4txGTyIeiW+UDqaVWZpigpjgeSBqa4Nn4dymBlv0oEbwH22Gvza7Nc8s
        svf9vemzhJfVqLhgS9gOKkYwgivK5pGYOp2XhxdgwxDjcm0npKTJXGmT0XV4PSnl
        mC83P8m2Zs1KQSjBPWK5pV0OLFP/+iCLJfyCvN1EqE1qSRWU
        -----END ENCRYPTED PRIVATE KEY-----
        """;

    public const string EncryptedLegacy = """
        -----BEGIN EC PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,98FCF9A4DD562A22AEB41C316DFEB74B

        c3jIkLIfYqFo6f3cwJkMYhpXvLoEjFOrJW/B07SzJKrL6vZr2iEnMYq12cBsh0Aj
        ftTtW5Y/cMC6HvIbZmLgfjFbfsJy5K3MFiRVnGdPyoZyjV1NRdoonWi0yASUn3uL
        lAym/KvkRHGaXxqO8IAbI+GG5m1GolNkzUqlxB+1DOI=
        -----END EC PRIVATE KEY-----
        """;

    public const string EncryptedByCosign = """
        -----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----
        eyJrZGYiOnsibmFtZSI6InNjcnlwdCJ9fQ==
        -----END ENCRYPTED SIGSTORE PRIVATE KEY-----
        """;

    public const string Secp256k1 = """
        -----BEGIN PRIVATE KEY-----
        MIGEAgEAMBAGByqGSM49AgEGBSuBBAAKBG0wawIBAQQgE4J21TMW4PFl6y/oNSIL
        orLidJDXq/s9HL78C6vdB5qhRANCAAQI70p6/UTeWw8+ChGUhOu33T+dEjGTR4n9
        ucjPP0oC5LyMqTLWlA0AEQPtxT1neVEQAk8otBJX0H4eOliMsExF
        -----END PRIVATE KEY-----
        """;

    public const string Secp256k1Public = """
        -----BEGIN PUBLIC KEY-----
        MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAECO9Kev1E3lsPPgoRlITrt90/nRIxk0eJ
        /bnIzz9KAuS8jKky1pQNABED7cU9Z3lREAJPKLQSV9B+HjpYjLBMRQ==
        -----END PUBLIC KEY-----
        """;

    public const string Ed25519 = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEICmVCrhgmgDumitkhZmzN/ledFD/mDdClLSRgN9aUh4V
        -----END PRIVATE KEY-----
        """;

    public const string Ed25519Public = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAhTqKWNFxyIfZLkyzGxXs1uszo4CaZ3xEJd2hv23jMAg=
        -----END PUBLIC KEY-----
        """;

    public const string ExplicitParameters = """
        -----BEGIN EC PRIVATE KEY-----
        MIIBaAIBAQQgj6XUXhDgQMqCBykXNEaQWkZpRqqBAhqWJUa6ow6qo0qggfowgfcC
        AQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAAAAAAAAAAAAAA////////////////
        MFsEIP////8AAAABAAAAAAAAAAAAAAAA///////////////8BCBaxjXYqjqT57Pr
        vVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSdNgiG5wSTamZ44ROdJreBn36QBEEE
        axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54W
        K84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA//////////+85vqtpxeehPO5ysL8
        YyVRAgEBoUQDQgAEo7LYN8rfDDYWrwLB1TqYzIZyxsW6o78shwjOC2Dng3FlFscx
        fnlPIWEpiGLRTSczOT4KTsWxjV14Kqow+bmPqQ==
        -----END EC PRIVATE KEY-----
        """;

    public const string ExplicitParametersPublic = """
        -----BEGIN PUBLIC KEY-----
        MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAA
        AAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA////
        ///////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSd
        NgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5
        RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA
        //////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABKOy2DfK3ww2Fq8CwdU6mMyG
        csbFuqO/LIcIzgtg54NxZRbHMX55TyFhKYhi0U0nMzk+Ck7FsY1deCqqMPm5j6k=
        -----END PUBLIC KEY-----
        """;

    public static SecureString Secret(string text)
    {
        SecureString secret = new();
        foreach (char unit in text)
        {
            secret.AppendChar(unit);
        }

        return secret;
    }
}
