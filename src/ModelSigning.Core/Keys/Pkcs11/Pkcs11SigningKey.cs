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
    private readonly object _gate = new();
    private readonly Pkcs11Token _token;
    private readonly IObjectHandle _key;
    private readonly Pkcs11Pin? _pinForEachSignature;

    private Pkcs11SigningKey(Pkcs11Token token, IObjectHandle key, EcPublicKey publicKey, Pkcs11Pin? pinForEachSignature)
    {
        _token = token;
        _key = key;
        PublicKey = publicKey;
        _pinForEachSignature = pinForEachSignature;
    }

    /// <inheritdoc/>
    public EcPublicKey PublicKey { get; }

    /// <summary>Opens a key.</summary>
    /// <param name="uri">What describes the module, the token and the key.</param>
    /// <param name="folders">Folders to search for the module before the usual ones.</param>
    /// <param name="pins">Where the PIN comes from besides the URI and the environment.</param>
    /// <param name="publicKey">The public half where the caller knows it, from a certificate; null reads it from the token.</param>
    /// <exception cref="ModelSigningException">One of <see cref="Pkcs11Errors"/>.</exception>
    public static Pkcs11SigningKey Open(Pkcs11Uri uri, IReadOnlyList<string> folders, Pkcs11PinSources pins, EcPublicKey? publicKey = null)
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
            Pkcs11SigningKey opened = Find(token, uri, pin, publicKey);
            pin = opened._pinForEachSignature is null ? pin : null;
            return opened;
        }
        catch (ModelSigningException)
        {
            token?.Dispose();
            module?.Dispose();
            throw;
        }
        finally
        {
            pin?.Dispose();
        }
    }

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
            return EcdsaSignatureFormat.ToDer(signature) is { } der && PublicKey.VerifyDigest(data, der)
                ? der
                : throw Pkcs11Errors.TokenFailed.At(
                    $"The signature of the token '{_token.Label}' does not verify with the key's public half.", _token.Label);
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
            throw Pkcs11Errors.UriIncomplete.At($"{uri} does not name one key: add {missing}.", uri.ToString());
        }
    }

    private static void RequirePrivate(Pkcs11Uri uri)
    {
        if (uri.Type is not (null or "" or "private"))
        {
            throw Pkcs11Errors.UriIncomplete.At($"{uri} names an object of the type '{uri.Type}'; signing needs type=private.", uri.ToString());
        }
    }

    /// <summary>Asks a person for the PIN, where the token wants one.</summary>
    internal static Pkcs11Pin? Ask(Pkcs11Module module, Pkcs11Uri uri, Pkcs11PinSources pins) =>
        Pkcs11Token.LabelIfItAsksForPin(module, uri) is not { } label ? null
        : pins.Ask?.Invoke(label) is { } answer ? Pkcs11Pin.Of(answer)
        : throw Pkcs11Errors.PinRequired.At($"The token '{label}' asks for a PIN, none was given, and nobody can be asked.", label);

    private static Pkcs11SigningKey Find(Pkcs11Token token, Pkcs11Uri uri, Pkcs11Pin? pin, EcPublicKey? publicKey) =>
        Pkcs11Failures.Translate(token.Label, () =>
        {
            Pkcs11Objects objects = new(token.Session);
            List<IObjectHandle> keys = objects.Find(CKO.CKO_PRIVATE_KEY, uri.Id, uri.ObjectLabel);
            IObjectHandle key = keys switch
            {
                [var one] => one,
                [] => throw Pkcs11Errors.KeyNotFound.At(
                    $"The token '{token.Label}' has no private key that {uri} describes{(token.IsLoggedIn ? "" : "; no PIN was given")}.", uri.ToString()),
                _ => throw Pkcs11Errors.KeyAmbiguous.At(
                    $"The token '{token.Label}' has {keys.Count} private keys that {uri} describes.", uri.ToString()),
            };
            Pkcs11PrivateKeyInfo info = objects.ReadPrivateKey(key);
            if (info.KeyType != CKK.CKK_EC || !info.MaySign)
            {
                throw Pkcs11Errors.KeyUnusable.At(
                    $"The key that {uri} describes {(info.KeyType == CKK.CKK_EC ? "may not sign" : $"is of the type {info.KeyType}")}.", uri.ToString());
            }

            EcPublicKey half = publicKey ?? objects.PublicHalf(key, info.Id, uri.ToString())
                ?? throw Pkcs11Errors.KeyUnusable.At($"The token '{token.Label}' holds neither the public half of the key that {uri} describes nor its certificate.", uri.ToString());
            return new Pkcs11SigningKey(token, key, half, info.AsksEachTime ? pin : null);
        });
}
