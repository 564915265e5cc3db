using System.Security.Cryptography;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>Reads a public key, or that of a certificate, from a token: for those who verify beside the token that signs.</summary>
public static class Pkcs11PublicKeyReader
{
    /// <summary>
    /// Reads the key that a URI describes. Where there is a PIN it is used, so that the private key says which public one is its half: anyone who can open the token can put another one there,
    /// or delete one, without it. Only a private key that the token hides without the PIN counts. One that does not tell its half signs a random digest, which shows it. Without a private key of that name, only a public key that the token hides without the
    /// PIN counts. The PIN is asked for only where the token hides the key.
    /// </summary>
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
        using Pkcs11Pin? given = Pkcs11Pin.Find(uri, pins);
        if (given is null && Read(module, uri, pin: null) is { } visible)
        {
            return visible;
        }

        using Pkcs11Pin? asked = given is null ? Ask(module, uri, pins) : null;
        return Read(module, uri, given ?? asked) ?? throw Pkcs11Errors.KeyNotFound.At(
            $"No public key or certificate on the token matches {uri}.", uri.ToString());
    }

    private static Pkcs11Pin? Ask(string path, Pkcs11Uri uri, Pkcs11PinSources pins)
    {
        using Pkcs11Module module = Pkcs11Module.Load(path);
        return Pkcs11SigningKey.Ask(module, uri, pins);
    }

    // Identifiers and labels are what anyone can write. Only a signature shows the half of a private key that does not tell it.
    private static EcPublicKey? Proven(Pkcs11Token token, Pkcs11Uri uri, Pkcs11Pin pin)
    {
        Pkcs11SigningKey key = Pkcs11SigningKey.Find(token, uri, pin, certified: null);
        key.SignDigest(RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes));
        return key.PublicKey;
    }

    private static EcPublicKey? Read(string path, Pkcs11Uri uri, Pkcs11Pin? pin)
    {
        using Pkcs11Token token = Pkcs11Token.Open(Pkcs11Module.Load(path), uri, pin);
        return Pkcs11Failures.Translate(token.Label, () =>
        {
            Pkcs11Objects objects = new(token.Session);
            // A private key that the token shows without the PIN may be put there without it, too.
            IReadOnlyList<Pkcs11PrivateHalf> keys = pin is null ? objects.FindPrivate(uri) : objects.FindHiddenPrivate(uri);
            if (pin is not null && keys is not ([] or [{ Own: not null }]))
            {
                return Proven(token, uri, pin);
            }

            // Where the private key is seen, its half and no other: the labels of the two need not be the same, and anyone can add a public key of its label.
            return keys is [var key]
                ? objects.HalfOf(key)
                : (pin is null ? objects.FindPublic(uri) : objects.FindHiddenPublic(uri)).Select(found => found.Key).Distinct().ToArray() switch
                {
                    [] when pin is not null && (objects.FindPublic(uri).Count > 0 || objects.FindPrivate(uri).Count > 0) => throw Pkcs11Errors.KeyNotFound.At(
                        $"No private key that the token '{token.Label}' hides without the PIN matches {uri}, so nothing shows whose the key of that name is: anyone can put one there.", uri.ToString(),
                        cure: "Specify the id or label of the private key, as Get-Pkcs11Key lists it, or the public key as a file."),
                    [] => null,
                    [var only] => only,
                    var several => throw Pkcs11Errors.KeyAmbiguous.At(
                        $"The token '{token.Label}' has {several.Length} public keys that match {uri}.", uri.ToString()),
                };
        });
    }
}
