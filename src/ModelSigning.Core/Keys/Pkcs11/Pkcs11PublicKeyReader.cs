using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>Reads a public key, or that of a certificate, from a token: for those who verify beside the token that signs.</summary>
public static class Pkcs11PublicKeyReader
{
    /// <summary>Reads the key that a URI describes. The PIN is used, or asked for, only where the token hides the key without it.</summary>
    /// <param name="uri">What describes the module, the token and the key; its type does not matter.</param>
    /// <param name="folders">Folders to search for the module before the usual ones.</param>
    /// <param name="pins">Where the PIN comes from besides the URI and the environment.</param>
    /// <exception cref="ModelSigningException">One of <see cref="Pkcs11Errors"/> or <see cref="KeyErrors"/>.</exception>
    public static EcPublicKey Read(Pkcs11Uri uri, IReadOnlyList<string> folders, Pkcs11PinSources pins)
    {
        ArgumentNullException.ThrowIfNull(uri);
        ArgumentNullException.ThrowIfNull(pins);
        Pkcs11SigningKey.RequireOneKey(uri);
        string module = Pkcs11ModuleSearch.Find(uri, folders);
        if (Read(module, uri, pin: null) is { } visible)
        {
            return visible;
        }

        using Pkcs11Pin? pin = FindPin(module, uri, pins);
        return Read(module, uri, pin) ?? throw Pkcs11Errors.KeyNotFound.At(
            $"No public key or certificate on the token matches {uri}.", uri.ToString());
    }

    private static Pkcs11Pin? FindPin(string path, Pkcs11Uri uri, Pkcs11PinSources pins)
    {
        using Pkcs11Module module = Pkcs11Module.Load(path);
        return Pkcs11Pin.Find(uri, pins) ?? Pkcs11SigningKey.Ask(module, uri, pins);
    }

    private static EcPublicKey? Read(string path, Pkcs11Uri uri, Pkcs11Pin? pin)
    {
        using Pkcs11Token token = Pkcs11Token.Open(Pkcs11Module.Load(path), uri, pin);
        return Pkcs11Failures.Translate(token.Label, () =>
        {
            Pkcs11Objects objects = new(token.Session);

            // The private key's half first: the labels of the two need not be the same. Most tokens show it only after the PIN.
            return objects.FindPrivate(uri) is [var key] && objects.HalfOf(key) is { } half
                ? half
                : objects.FindPublic(uri).Select(found => found.Key).Distinct().ToArray() switch
                {
                    [] => null,
                    [var only] => only,
                    var several => throw Pkcs11Errors.KeyAmbiguous.At(
                        $"The token '{token.Label}' has {several.Length} public keys that match {uri}.", uri.ToString()),
                };
        });
    }
}
