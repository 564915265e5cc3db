using System.Security;
using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Keys.Pkcs11;
using ModelSigning.Testing;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using Net.Pkcs11Interop.HighLevelAPI.Factories;
using Pkcs11Uri = ModelSigning.Core.Keys.Pkcs11.Pkcs11Uri;

namespace ModelSigning.Core.Tests.Pkcs11;

[CollectionDefinition(nameof(UsesSoftHsm), DisableParallelization = true)]
public sealed class UsesSoftHsm : ICollectionFixture<SoftHsm>;

[Collection(nameof(UsesSoftHsm))]
public sealed class Pkcs11SigningKeyTests
{
    private static readonly Pkcs11PinSources RightPin = new(Secret(SoftHsm.Pin), null);
    private readonly SoftHsm _token;

    public Pkcs11SigningKeyTests(SoftHsm token)
    {
        token.Require();
        _token = token;
    }

    [Theory]
    [InlineData("key-256", EcCurve.P256)]
    [InlineData("key-384", EcCurve.P384)]
    [InlineData("key-521", EcCurve.P521)]
    public void A_key_of_the_token_signs_and_others_verify_it(string label, EcCurve curve)
    {
        byte[] data = RandomNumberGenerator.GetBytes(1000);
        byte[] digest = curve switch { EcCurve.P256 => SHA256.HashData(data), EcCurve.P384 => SHA384.HashData(data), _ => SHA512.HashData(data) };
        using Pkcs11SigningKey key = Open(label);
        Assert.Equal(curve, key.Curve);
        Assert.Equal(curve, key.PublicKey!.Curve);

        // The independent look: the point that pkcs11-tool lists, and .NET's own verification.
        using ECDsa independent = ECDsa.Create();
        independent.ImportSubjectPublicKeyInfo(key.PublicKey.SubjectPublicKeyInfo.Span, out _);
        ECPoint point = independent.ExportParameters(includePrivateParameters: false).Q;
        Assert.Contains(
            Convert.ToHexString([0x04, .. point.X!, .. point.Y!]).ToLowerInvariant(), _token.ToolWithPin("--list-objects", "--type", "pubkey"),
            StringComparison.Ordinal);
        for (int count = 0; count < 20; count++)
        {
            Assert.True(independent.VerifyHash(digest, key.SignDigest(digest), DSASignatureFormat.Rfc3279DerSequence));
        }
    }

    [Fact]
    public void A_key_is_found_by_its_identifier_and_by_both()
    {
        foreach (string selector in (string[])["id=%01", "id=%01;object=key-256"])
        {
            using Pkcs11SigningKey key = Open(Uri: $"pkcs11:token=Model%20signing;{selector}?module-path={_token.ModulePath}");
            using Pkcs11SigningKey same = Open("key-256");
            Assert.Equal(same.PublicKey, key.PublicKey);
        }

        Refused(Pkcs11Errors.KeyNotFound, $"pkcs11:token=Model%20signing;id=%01;object=key-384?module-path={_token.ModulePath}");
    }

    [Fact]
    public void The_module_is_found_by_its_name()
    {
        using Pkcs11SigningKey key = Open(Uri: "pkcs11:token=Model%20signing;id=%01?module-name=SoftHSM2");
        Assert.Equal(EcCurve.P256, key.Curve);
        Refused(Pkcs11Errors.ModuleNotFound, "pkcs11:token=Model%20signing;id=%01?module-name=softhsm");
        Refused(Pkcs11Errors.ModuleNotFound, "pkcs11:token=Model%20signing;id=%01?module-name=../softhsm2");
    }

    public static TheoryData<string, string> BadUris => new()
    {
        { "pkcs11:object=key-256?module-path={0}", "Pkcs11UriIncomplete" },
        { "pkcs11:token=Model%20signing?module-path={0}", "Pkcs11UriIncomplete" },
        { "pkcs11:token=Model%20signing;object=key-256", "Pkcs11UriIncomplete" },
        { "pkcs11:token=Model%20signing;object=key-256;type=cert?module-path={0}", "Pkcs11UriIncomplete" },
        { "pkcs11:token=Model%20signing;object=key-256?module-path=softhsm2.so", "Pkcs11UriIncomplete" },
        { "pkcs11:token=Model%20signing;object=key-256?module-path=/nowhere/module.so", "Pkcs11ModuleNotFound" },
        { "pkcs11:token=Model%20signing;object=key-256?module-path=/etc/passwd", "Pkcs11ModuleUnusable" },
        { "pkcs11:token=model%20signing;object=key-256?module-path={0}", "Pkcs11TokenNotFound" },
        { "pkcs11:token=Model%20signing;serial=0;object=key-256?module-path={0}", "Pkcs11TokenNotFound" },
        { "pkcs11:slot-id=4294967295;object=key-256?module-path={0}", "Pkcs11TokenNotFound" },
        { "pkcs11:token=Model%20signing;library-manufacturer=Nobody;object=key-256?module-path={0}", "Pkcs11TokenNotFound" },
        { "pkcs11:token=Model%20signing;object=nothing?module-path={0}", "Pkcs11KeyNotFound" },
        { "pkcs11:token=Empty%20token;object=key-256?module-path={0}", "Pkcs11KeyNotFound" },
        { "pkcs11:token=Model%20signing;object=twin?module-path={0}", "Pkcs11KeyAmbiguous" },
        { "pkcs11:token=Model%20signing;object=rsa?module-path={0}", "Pkcs11KeyUnusable" },
        { "pkcs11:token=Model%20signing;object=k1?module-path={0}", "KeyCurveRefused" },
        { "pkcs11:token=Model%20signing;object=key-256?module-path={0}&pin-source=/nowhere/pin", "Pkcs11PinSourceUnusable" },
        { "pkcs11:token=Model%20signing;object=key-256?module-path={0}&pin-source=pin", "Pkcs11PinSourceUnusable" },
    };

    [Theory]
    [MemberData(nameof(BadUris))]
    public void What_is_missing_is_refused_for_its_own_reason(string uri, string id)
    {
        Pkcs11PinSources pins = uri.Contains("pin-source", StringComparison.Ordinal) ? new(null, null) : RightPin;
        Assert.Equal(id, Assert.Throws<ModelSigningException>(() => Open(Uri: uri.Replace("{0}", _token.ModulePath, StringComparison.Ordinal), Pins: pins)).Definition.Id);
    }

    [Fact]
    public void A_wrong_PIN_is_refused_and_not_tried_again()
    {
        int asked = 0;
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Open("key-256", new Pkcs11PinSources(null, _ =>
        {
            asked++;
            return Secret("00000000");
        })));
        Assert.Equal(Pkcs11Errors.PinWrong, refusal.Definition);
        Assert.Equal(1, asked);
        Assert.DoesNotContain("00000000", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_PIN_is_asked_for_with_the_tokens_name()
    {
        string? name = null;
        using Pkcs11SigningKey key = Open("key-256", new Pkcs11PinSources(null, label =>
        {
            name = label;
            return Secret(SoftHsm.Pin);
        }));
        Assert.Equal(SoftHsm.Label, name);
        Assert.Equal(Pkcs11Errors.PinRequired, Assert.Throws<ModelSigningException>(() => Open("key-384", new Pkcs11PinSources(null, null))).Definition);
        Assert.Equal(Pkcs11Errors.PinRequired, Assert.Throws<ModelSigningException>(() => Open("key-384", new Pkcs11PinSources(null, _ => null))).Definition);
    }

    [Fact]
    public void The_PIN_may_stand_in_a_file_that_ends_with_a_line_end()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("pin", SoftHsm.Pin + "\r\n");
        foreach (string source in (string[])[file, $"file:{file}", $"file://{file}"])
        {
            using Pkcs11SigningKey key = Open(Uri: _token.Uri("key-256") + "&pin-source=" + source, Pins: new Pkcs11PinSources(null, null));
            Assert.Equal(EcCurve.P256, key.Curve);
        }

        using Pkcs11SigningKey byValue = Open(
            Uri: _token.Uri("key-256") + "&pin-value=" + System.Uri.EscapeDataString(SoftHsm.Pin), Pins: new Pkcs11PinSources(null, null));
        Assert.Equal(EcCurve.P256, byValue.Curve);
    }

    [Fact]
    public void Two_users_of_a_module_do_not_end_each_others_session()
    {
        using Pkcs11SigningKey first = Open("key-256");
        Open("key-384").Dispose();
        Assert.NotEmpty(first.SignDigest(new byte[32]));
    }

    [Fact]
    public void A_session_that_ends_in_between_is_a_removed_token()
    {
        using Pkcs11SigningKey key = Open("key-256");
        using (Pkcs11Module module = Pkcs11Module.Load(_token.ModulePath))
        {
            foreach (ISlot slot in module.Library.GetSlotList(SlotsType.WithTokenPresent))
            {
                slot.CloseAllSessions();
            }
        }

        Assert.Equal(Pkcs11Errors.TokenRemoved, Assert.Throws<ModelSigningException>(() => key.SignDigest(new byte[32])).Definition);
    }

    [Fact]
    public void The_public_key_is_read_without_a_PIN()
    {
        using Pkcs11SigningKey key = Open("key-521");
        Assert.Equal(key.PublicKey, Pkcs11PublicKeyReader.Read(Pkcs11Uri.Parse(_token.Uri("key-521")), [], new Pkcs11PinSources(null, null)));
        Assert.Equal(Pkcs11Errors.KeyNotFound, Assert.Throws<ModelSigningException>(
            () => Pkcs11PublicKeyReader.Read(Pkcs11Uri.Parse(_token.Uri("nothing")), [], RightPin)).Definition);
    }

    // Anyone who can open a token can delete and write public objects, without the PIN.
    [Fact]
    public void With_a_PIN_a_public_key_that_was_put_beside_the_private_one_is_not_its_half()
    {
        _token.ToolWithPin("--keypairgen", "--key-type", "EC:prime256v1", "--label", "told", "--id", "c7");
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string file = _token["planted.der"];
        File.WriteAllBytes(file, other.ExportSubjectPublicKeyInfo());
        EcPublicKey Read(Pkcs11PinSources pins) => Pkcs11PublicKeyReader.Read(Pkcs11Uri.Parse(_token.Uri("told")), [], pins);
        EcPublicKey genuine = Read(RightPin);
        _token.Tool("--token-label", SoftHsm.Label, "--write-object", file, "--type", "pubkey", "--label", "told", "--id", "c8");
        Assert.Equal(genuine, Read(RightPin));
        _token.Tool("--token-label", SoftHsm.Label, "--delete-object", "--type", "pubkey", "--id", "c7");
        Assert.Equal(Pkcs11Errors.KeyMismatch, Assert.Throws<ModelSigningException>(() => Read(RightPin)).Definition);

        // With the identifier and the label of the one that was deleted.
        _token.Tool("--token-label", SoftHsm.Label, "--write-object", file, "--type", "pubkey", "--label", "told", "--id", "c7");
        Assert.Equal(Pkcs11Errors.KeyMismatch, Assert.Throws<ModelSigningException>(() => Read(RightPin)).Definition);
        File.WriteAllBytes(file, genuine.SubjectPublicKeyInfo.ToArray());
        _token.Tool("--token-label", SoftHsm.Label, "--write-object", file, "--type", "pubkey", "--label", "another", "--id", "c8");
        Assert.Equal(genuine, Read(RightPin));
        _token.Tool("--token-label", SoftHsm.Label, "--delete-object", "--type", "pubkey", "--id", "c7");
        _token.Tool("--token-label", SoftHsm.Label, "--delete-object", "--type", "pubkey", "--id", "c8", "--label", "another");

        // The other tests list the same token.
        _token.ToolWithPin("--delete-object", "--type", "privkey", "--id", "c7");
        _token.Tool("--token-label", SoftHsm.Label, "--delete-object", "--type", "pubkey", "--id", "c8");
    }

    [Fact]
    public void With_a_PIN_a_public_key_without_a_private_one_of_its_name_counts_only_if_the_token_hides_it()
    {
        using ECDsa other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string file = _token["alone.der"];
        File.WriteAllBytes(file, other.ExportSubjectPublicKeyInfo());
        EcPublicKey Read(Pkcs11PinSources pins) => Pkcs11PublicKeyReader.Read(Pkcs11Uri.Parse(_token.Uri("alone")), [], pins);
        _token.Tool("--token-label", SoftHsm.Label, "--write-object", file, "--type", "pubkey", "--label", "alone", "--id", "d1");
        Assert.Equal(other.ExportSubjectPublicKeyInfo(), Read(new Pkcs11PinSources(null, null)).SubjectPublicKeyInfo.ToArray());
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Read(RightPin));
        Assert.Equal(Pkcs11Errors.KeyNotFound, refusal.Definition);
        Assert.Contains("anyone can put one there", refusal.Message, StringComparison.Ordinal);
        _token.Tool("--token-label", SoftHsm.Label, "--delete-object", "--type", "pubkey", "--id", "d1");
        _token.ToolWithPin("--write-object", file, "--type", "pubkey", "--label", "alone", "--id", "d1", "--private");
        Assert.Equal(other.ExportSubjectPublicKeyInfo(), Read(RightPin).SubjectPublicKeyInfo.ToArray());

        // Nor does a private key of that name that anyone can put there, because the token shows it to all.
        using (Pkcs11Token stranger = Pkcs11Token.Open(Pkcs11Module.Load(_token.ModulePath), Pkcs11Uri.Parse(_token.Uri("alone")), pin: null))
        {
            using ECDsa evil = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            IObjectHandle[] put = [Put(stranger.Session, evil, CKO.CKO_PRIVATE_KEY), Put(stranger.Session, evil, CKO.CKO_PUBLIC_KEY)];
            Assert.Equal(other.ExportSubjectPublicKeyInfo(), Read(RightPin).SubjectPublicKeyInfo.ToArray());
            Array.ForEach(put, stranger.Session.DestroyObject);
        }

        _token.ToolWithPin("--delete-object", "--type", "pubkey", "--id", "d1");
    }

    // For as long as the session lasts, and without a PIN.
    private static IObjectHandle Put(ISession session, ECDsa key, CKO type)
    {
        IObjectAttributeFactory make = session.Factories.ObjectAttributeFactory;
        ECParameters parameters = key.ExportParameters(true);
        byte[] curve = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07], id = [0xD1];
        List<IObjectAttribute> attributes =
        [
            make.Create(CKA.CKA_CLASS, type), make.Create(CKA.CKA_KEY_TYPE, CKK.CKK_EC), make.Create(CKA.CKA_TOKEN, false), make.Create(CKA.CKA_PRIVATE, false),
            make.Create(CKA.CKA_LABEL, type == CKO.CKO_PRIVATE_KEY ? "alone" : "x"), make.Create(CKA.CKA_ID, id), make.Create(CKA.CKA_EC_PARAMS, curve),
        ];
        attributes.AddRange(type == CKO.CKO_PRIVATE_KEY
            ? [make.Create(CKA.CKA_SIGN, true), make.Create(CKA.CKA_SENSITIVE, false), make.Create(CKA.CKA_VALUE, parameters.D!)]
            : [make.Create(CKA.CKA_VERIFY, true), make.Create(CKA.CKA_EC_POINT, [0x04, 0x41, 0x04, .. parameters.Q.X!, .. parameters.Q.Y!])]);
        return session.CreateObject(attributes);
    }

    [Theory]
    [InlineData("shared-a")]
    [InlineData("shared-b")]
    [InlineData("no-id")]
    [InlineData("kept")]
    [InlineData("changed-a")]
    [InlineData("changed-b")]
    public void The_signature_shows_which_public_key_is_the_half_whatever_identifiers_and_labels_say(string label)
    {
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(label));
        using Pkcs11SigningKey key = Open(label);
        byte[] signature = key.SignDigest(digest);
        Assert.True(key.PublicKey!.VerifyDigest(digest, signature));
        Assert.Equal(PublicObject(label), key.PublicKey);
    }

    [Fact]
    public void A_key_whose_public_half_is_gone_signs_with_the_certificates_key_or_not_at_all()
    {
        using Pkcs11SigningKey unknown = Open("lost");
        Assert.Null(unknown.PublicKey);
        Assert.Equal(Pkcs11Errors.KeyMismatch, Assert.Throws<ModelSigningException>(() => unknown.SignDigest(new byte[32])).Definition);

        // No signature of the other key must come out under the name of this one, although the certificate says so.
        using Pkcs11SigningKey wrong = Pkcs11SigningKey.Open(Pkcs11Uri.Parse(_token.Uri("lost")), [], RightPin, PublicObject("key-256"));
        Assert.Equal(Pkcs11Errors.KeyMismatch, Assert.Throws<ModelSigningException>(() => wrong.SignDigest(new byte[32])).Definition);
    }

    [Fact]
    public void A_certificate_of_another_key_is_noticed_before_anything_is_signed()
    {
        using Pkcs11SigningKey other = Pkcs11SigningKey.Open(Pkcs11Uri.Parse(_token.Uri("key-384")), [], RightPin, PublicObject("key-256"));
        Assert.Equal(EcCurve.P384, other.PublicKey!.Curve);
        using ECDsa strange = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using Pkcs11SigningKey stranger = Pkcs11SigningKey.Open(
            Pkcs11Uri.Parse(_token.Uri("key-256")), [], RightPin, EcPublicKey.Of(strange, "a stranger"));
        Assert.Equal(PublicObject("key-256"), stranger.PublicKey);
    }

    [Fact]
    public void The_inventory_names_keys_by_URIs_that_open_them()
    {
        IReadOnlyList<Pkcs11KeyDescription> keys = List(Secret(SoftHsm.Pin));
        Assert.Equal(
            ["", "alike", "alike", "changed-a", "changed-b", "k1", "kept", "key-256", "key-384", "key-521", "lost", "no-id", "rsa", "shared-a", "shared-b", "twin", "twin"],
            keys.Select(key => key.Label).Order(StringComparer.Ordinal));
        foreach (Pkcs11KeyDescription description in keys.Where(key => key.PublicKey is not null))
        {
            using Pkcs11SigningKey key = Open(Uri: description.Uri);
            byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes(description.Label));
            Assert.True(description.PublicKey!.VerifyDigest(digest, key.SignDigest(digest)), description.Label);
        }

        Assert.All(keys.Where(key => key.Label is "rsa" or "k1"), key => Assert.Null(key.Curve));
        Assert.Equal(
            ["kept", "key-256", "key-384", "key-521", "no-id", "shared-a", "shared-b", "twin", "twin"],
            keys.Where(key => key.PublicKey is not null).Select(key => key.Label).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_the_PIN_a_URI_names_the_private_key_though_its_label_is_another()
    {
        Assert.All(List(null).Where(key => key.Label.StartsWith("key-", StringComparison.Ordinal)), key =>
        {
            Assert.DoesNotContain("object=", key.Uri, StringComparison.Ordinal);
            using Pkcs11SigningKey opened = Open(Uri: key.Uri);
            Assert.Equal(key.PublicKey, opened.PublicKey);
        });
    }

    [Fact]
    public void Without_the_PIN_a_public_key_is_listed_for_a_key_without_a_name_and_for_none_of_several_of_one_name()
    {
        ILookup<string, Pkcs11KeyDescription> keys = List(null).ToLookup(key => key.Label);
        Assert.NotNull(Assert.Single(keys[""]).PublicKey);
        Assert.Equal([null, null], keys["alike"].Select(key => key.PublicKey));
    }

    [Fact]
    public void A_token_without_keys_is_reported()
    {
        List<string> reports = [];
        Pkcs11TokenDescription token = Assert.Single(Pkcs11Inventory.Tokens(_token.ModulePath, SoftHsm.EmptyLabel, reports.Add));
        Assert.Empty(Pkcs11Inventory.Keys(token, null, reports.Add));
        Assert.Single(reports);
    }

    private IReadOnlyList<Pkcs11KeyDescription> List(SecureString? pin) =>
        Pkcs11Inventory.Keys(Assert.Single(Pkcs11Inventory.Tokens(_token.ModulePath, SoftHsm.Label, _ => { })), pin, _ => { });

    /// <summary>The public key object of that label, as another program reads it.</summary>
    private EcPublicKey PublicObject(string label)
    {
        string file = _token[$"{label}.der"];
        _token.Tool("--token-label", SoftHsm.Label, "--read-object", "--type", "pubkey", "--label", label, "--output-file", file);
        return EcPublicKey.FromSubjectPublicKeyInfo(File.ReadAllBytes(file), label);
    }

    private Pkcs11SigningKey Open(string label = "", Pkcs11PinSources? Pins = null, string? Uri = null) =>
        Pkcs11SigningKey.Open(Pkcs11Uri.Parse(Uri ?? _token.Uri(label)), [], Pins ?? RightPin);

    private void Refused(ErrorDefinition expected, string uri) =>
        Assert.Equal(expected, Assert.Throws<ModelSigningException>(() => Open(Uri: uri)).Definition);

    private static SecureString Secret(string text)
    {
        SecureString secret = new();
        foreach (char character in text)
        {
            secret.AppendChar(character);
        }

        return secret;
    }
}
