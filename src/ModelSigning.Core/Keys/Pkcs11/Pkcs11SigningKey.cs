using ModelSigning.Core.Errors;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>
/// A private key in a PKCS#11 token. The token is opened, and the PIN tried, once; the session lasts until the end. Only a digest goes
/// to the token (CKM_ECDSA).
/// </summary>
public sealed class Pkcs11SigningKey : ISigningKey, IDisposable
{
    private readonly Lock _gate = new();
    private readonly Pkcs11Token _token;
    private readonly IObjectHandle _key;
    private readonly Pkcs11Pin? _pinForEachSignature;
    private readonly EcPublicKey? _certified;
    private EcPublicKey? _half;

    private Pkcs11SigningKey(
        Pkcs11Token token, IObjectHandle key, EcCurve curve, EcPublicKey? half, EcPublicKey? certified, Pkcs11Pin? pinForEachSignature)
    {
        _token = token;
        _key = key;
        Curve = curve;
        _half = half;
        _certified = certified;
        _pinForEachSignature = pinForEachSignature;
    }

    /// <inheritdoc/>
    public EcCurve Curve { get; }

    /// <summary>The public half; before the first signature null where the token's attributes fit several or none.</summary>
    public EcPublicKey? PublicKey => _half;

    /// <summary>Opens a key.</summary>
    /// <param name="uri">What describes the module, the token and the key.</param>
    /// <param name="folders">Folders to search for the module before the usual ones.</param>
    /// <param name="pins">Where the PIN comes from besides the URI and the environment.</param>
    /// <param name="certified">The public half where the caller knows it, from a certificate that need not be on the token; null for none.</param>
    /// <exception cref="ModelSigningException">One of <see cref="Pkcs11Errors"/>.</exception>
    public static Pkcs11SigningKey Open(Pkcs11Uri uri, IReadOnlyList<string> folders, Pkcs11PinSources pins, EcPublicKey? certified = null)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(pins);
        RequireOneKey(uri);
        RequirePrivate(uri);
        Pkcs11Pin? pin = Pkcs11Pin.Find(uri, pins);
        Pkcs11Module? module = null;
        Pkcs11Token? token = null;
        try
        {
            module = Pkcs11Module.Load(Pkcs11ModuleSearch.Find(uri, folders));
            pin ??= Ask(module, uri, pins);
            token = Pkcs11Token.Open(module, uri, pin);
            Pkcs11SigningKey opened = Find(token, uri, pin, certified);
            pin = opened._pinForEachSignature is null ? pin : null;
            return opened;
        }
        catch
        {
            // Anything: a stopped prompt is not an exception of this engine.
            token?.Dispose();
            module?.Dispose();
            throw;
        }
        finally
        {
            pin?.Dispose();
        }
    }

    /// <summary>
    /// Signs a digest. The signature itself tells which of the token's public keys is the key's half, whatever the token's attributes say.
    /// </summary>
    /// <inheritdoc/>
    public byte[] SignDigest(ReadOnlySpan<byte> digest)
    {
        byte[] data = digest.ToArray();
        lock (_gate)
        {
            byte[] signature = Pkcs11Failures.Translate(_token.Label, () =>
            {
                IMechanism mechanism = _token.Session.Factories.MechanismFactory.Create(CKM.CKM_ECDSA);
                return _pinForEachSignature is { } pin
                    ? _token.Session.Sign(mechanism, _key, pin.Utf8, data)
                    : _token.Session.Sign(mechanism, _key, data);
            });
            byte[] der = EcdsaSignatureFormat.ToDer(signature)
                ?? throw Pkcs11Errors.TokenFailed.At($"The token '{_token.Label}' returned a signature of {signature.Length} bytes.", _token.Label);
            _half = Verifying(data, der) ?? throw Pkcs11Errors.KeyMismatch.At(
                $"The signature of the token '{_token.Label}' does not verify with {(_certified is null ? "" : "the certificate or ")}any public key on the token.",
                _token.Label);
            return der;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _token.Dispose();
        _pinForEachSignature?.Dispose();
    }

    /// <summary>Refuses a URI that does not name one key of one token.</summary>
    internal static void RequireOneKey(Pkcs11Uri uri)
    {
        string? missing =
            uri.Token is null && uri.SlotId is null ? "token or slot-id"
            : uri.Id is null && uri.ObjectLabel is null ? "id or object"
            : null;
        if (missing is not null)
        {
            throw Pkcs11Errors.UriIncomplete.At($"{uri} does not identify one key: add {missing}.", uri.ToString());
        }
    }

    private static void RequirePrivate(Pkcs11Uri uri)
    {
        if (uri.Type is not (null or "" or "private"))
        {
            throw Pkcs11Errors.UriIncomplete.At($"{uri} has the type '{uri.Type}', but signing needs type=private.", uri.ToString());
        }
    }

    /// <summary>Asks a person for the PIN, where the token wants one.</summary>
    internal static Pkcs11Pin? Ask(Pkcs11Module module, Pkcs11Uri uri, Pkcs11PinSources pins) =>
        Pkcs11Token.LabelIfItAsksForPin(module, uri) is not { } label ? null
        : pins.Ask?.Invoke(label) is { } answer ? Pkcs11Pin.Of(answer)
        : throw Pkcs11Errors.PinRequired.At($"The token '{label}' requires a PIN, none was specified, and the session cannot prompt.", label);

    /// <summary>Finds the private key on a token that is open. The key owns the token then.</summary>
    internal static Pkcs11SigningKey Find(Pkcs11Token token, Pkcs11Uri uri, Pkcs11Pin? pin, EcPublicKey? certified) =>
        Pkcs11Failures.Translate(token.Label, () =>
        {
            Pkcs11Objects objects = new(token.Session);
            Pkcs11PrivateHalf key = objects.FindPrivate(uri) switch
            {
                [var one] => one,
                [] => throw Pkcs11Errors.KeyNotFound.At(
                    $"The token '{token.Label}' has no private key that matches {uri}{(token.IsLoggedIn ? "" : "; no PIN was specified")}.", uri.ToString()),
                var several => throw Pkcs11Errors.KeyAmbiguous.At(
                    $"The token '{token.Label}' has {several.Count} private keys that match {uri}.", uri.ToString()),
            };
            if (key.KeyType != CKK.CKK_EC || !objects.MaySign(key))
            {
                throw Pkcs11Errors.KeyUnusable.At(
                    $"The key that matches {uri} {(key.KeyType == CKK.CKK_EC ? "is not allowed to sign" : $"is of the type {key.KeyType}")}.", uri.ToString());
            }

            EcCurve curve = CurveOf(objects, key, uri);
            EcPublicKey? half = certified is not null && MayBe(objects, key, curve, certified) ? certified : objects.HalfOf(key);
            return half is not null || objects.AllPublic().Exists(found => found.Key.Curve == curve)
                ? new Pkcs11SigningKey(token, key.Handle!, curve, half, certified, objects.AsksEachTime(key) ? pin : null)
                : throw Pkcs11Errors.KeyUnusable.At(
                    $"The token '{token.Label}' has neither the public key nor the certificate for the key that matches {uri}.", uri.ToString());
        });

    private static EcCurve CurveOf(Pkcs11Objects objects, Pkcs11PrivateHalf key, Pkcs11Uri uri) =>
        objects.Bytes(key.Handle!, CKA.CKA_EC_PARAMS) is { Length: > 0 } parameters ? EcKeyFormat.OfParameters(parameters, uri.ToString())
        : objects.HalfOf(key)?.Curve ?? throw Pkcs11Errors.KeyUnusable.At($"The token does not provide the curve of the key that matches {uri}.", uri.ToString());

    /// <summary>
    /// Whether the certificate's key may be the half, which only the signature can tell. It may not where the token knows the key's half
    /// and has not seen the certificate's key at all: then the wrong certificate was given, and the model need not be hashed first.
    /// </summary>
    private static bool MayBe(Pkcs11Objects objects, Pkcs11PrivateHalf key, EcCurve curve, EcPublicKey certified) =>
        curve == certified.Curve
        && (objects.HalfOf(key) is not { } half || half.Equals(certified)
            || (key.Own is null && objects.AllPublic().Exists(found => found.Key.Equals(certified))));

    /// <summary>The public key that verifies a signature just made: the expected one, else any that the token holds.</summary>
    private EcPublicKey? Verifying(byte[] digest, byte[] signature) =>
        _half is { } expected && expected.VerifyDigest(digest, signature)
            ? expected
            : Pkcs11Failures.Translate(_token.Label, () => new Pkcs11Objects(_token.Session).AllPublic())
                .Select(half => half.Key).FirstOrDefault(key => key.Curve == Curve && key.VerifyDigest(digest, signature));
}
