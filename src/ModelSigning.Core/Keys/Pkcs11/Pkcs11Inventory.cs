using System.Globalization;
using System.Security;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>A key of a token, with the URI that names it.</summary>
/// <param name="Token">The token.</param>
/// <param name="Label">The key's label.</param>
/// <param name="Id">The key's identifier in lower-case hexadecimal.</param>
/// <param name="Curve">The curve; null for a key that cannot sign models.</param>
/// <param name="PublicKey">The public half; null if the token's attributes do not identify it with certainty.</param>
/// <param name="Uri">The key's URI (RFC 7512), without a PIN.</param>
public sealed record Pkcs11KeyDescription(Pkcs11TokenDescription Token, string Label, string Id, EcCurve? Curve, EcPublicKey? PublicKey, string Uri);

/// <summary>A token.</summary>
/// <param name="ModulePath">The module's file.</param>
/// <param name="SlotId">The number of the slot that holds the token; it may change.</param>
/// <param name="Label">The token's label.</param>
/// <param name="SerialNumber">The token's serial number.</param>
public sealed record Pkcs11TokenDescription(string ModulePath, ulong SlotId, string Label, string SerialNumber)
{
    /// <summary>The token as the path of a URI.</summary>
    internal string UriPath => $"pkcs11:token={Pkcs11Uri.Encode(Encoding.UTF8.GetBytes(Label))};serial={Pkcs11Uri.Encode(Encoding.UTF8.GetBytes(SerialNumber))}";
}

/// <summary>Lists tokens and their keys. Nothing is signed: that may want a touch, or count against the key.</summary>
public static class Pkcs11Inventory
{
    /// <summary>Lists the tokens of a module.</summary>
    /// <param name="modulePath">The module's file.</param>
    /// <param name="tokenLabel">The label of the only token to look at; null for all.</param>
    /// <param name="report">Takes sentences about tokens that are left out.</param>
    /// <exception cref="ModelSigningException">One of <see cref="Pkcs11Errors"/>.</exception>
    public static IReadOnlyList<Pkcs11TokenDescription> Tokens(string modulePath, string? tokenLabel, Action<string> report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using Pkcs11Module module = Pkcs11Module.Load(modulePath);
        Pkcs11Slots slots = Pkcs11Failures.Translate(modulePath, () => Pkcs11Slots.Read(module, _ => true));
        Pkcs11TokenDescription[] tokens =
        [
            .. slots.Tokens.Where(token => token.Info.TokenFlags.TokenInitialized && (tokenLabel is null || token.Label == tokenLabel))
                .Select(token => new Pkcs11TokenDescription(modulePath, token.Slot.SlotId, token.Label, token.Info.SerialNumber.TrimEnd(' '))),
        ];
        if (tokens.Length == 0 || slots.Unreadable.Count > 0)
        {
            string has = tokens.Length > 0 ? $"{tokens.Length} that can be read" : tokenLabel is null ? "no token" : $"no token named '{tokenLabel}'";
            report($"The module '{modulePath}' has {has}{slots.LeftOut}.");
        }

        return tokens;
    }

    /// <summary>Refuses to give one PIN to several tokens: all but one would count it as wrong, and their modules would learn it.</summary>
    /// <returns>The tokens.</returns>
    /// <exception cref="ModelSigningException"><see cref="Pkcs11Errors.TokenAmbiguous"/>.</exception>
    public static IReadOnlyList<Pkcs11TokenDescription> RequireOneForPin(IReadOnlyList<Pkcs11TokenDescription> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return tokens.Count < 2
            ? tokens
            : throw Pkcs11Errors.TokenAmbiguous.At(
                $"A PIN was specified, but there are {tokens.Count} tokens: {string.Join(", ", tokens.Select(token => $"'{token.Label}' of '{token.ModulePath}'"))}.",
                tokens[0].ModulePath);
    }

    /// <summary>Lists the keys of a token: the private ones with a PIN, otherwise those whose public half is to be seen.</summary>
    /// <param name="token">The token; another one that is in the slot by now is not given the PIN.</param>
    /// <param name="pin">The PIN; null for none.</param>
    /// <param name="report">Takes a sentence about a token that shows no keys.</param>
    /// <exception cref="ModelSigningException">One of <see cref="Pkcs11Errors"/>.</exception>
    public static IReadOnlyList<Pkcs11KeyDescription> Keys(Pkcs11TokenDescription token, SecureString? pin, Action<string> report)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(report);
        string slot = token.SlotId <= uint.MaxValue ? Invariant($";slot-id={token.SlotId}") : "";
        Pkcs11Uri uri = Pkcs11Uri.Parse(token.UriPath + slot);
        using Pkcs11Pin? secret = pin is null ? null : Pkcs11Pin.Of(pin);
        using Pkcs11Token opened = Pkcs11Token.Open(Pkcs11Module.Load(token.ModulePath), uri, secret);
        List<Pkcs11KeyDescription> keys = Pkcs11Failures.Translate(token.Label, () => Read(opened, token));
        if (keys.Count == 0)
        {
            report(opened.IsLoggedIn
                ? $"The token '{token.Label}' has no key."
                : $"The token '{token.Label}' shows no key. Most tokens show private keys only after the PIN is entered.");
        }

        return keys;
    }

    private static List<Pkcs11KeyDescription> Read(Pkcs11Token opened, Pkcs11TokenDescription token)
    {
        Pkcs11Objects objects = new(opened.Session);
        List<Pkcs11PublicHalf> halves = objects.AllPublic();
        List<Pkcs11PrivateHalf> keys = opened.IsLoggedIn ? objects.AllPrivate() : objects.HiddenPrivate();
        return keys.ConvertAll(key =>
        {
            EcPublicKey? half = Pkcs11Pairing.HalfOf(key, keys, halves);
            return new Pkcs11KeyDescription(token, Encoding.UTF8.GetString(key.Label), Hexadecimal.Write(key.Id),
                half?.Curve ?? key.Curve, half, Uri(token, key, keys, opened.IsLoggedIn));
        });
    }

    /// <summary>
    /// A private key is named by identifier and label. Where only public keys are seen, whose labels may be others, by the identifier
    /// alone if no other key has it.
    /// </summary>
    private static string Uri(Pkcs11TokenDescription token, Pkcs11PrivateHalf key, List<Pkcs11PrivateHalf> keys, bool isPrivate)
    {
        StringBuilder uri = new(token.UriPath);
        if (key.Id.Length > 0)
        {
            uri.Append(";id=").Append(string.Concat(key.Id.Select(octet => octet.ToString("X2", CultureInfo.InvariantCulture).Insert(0, "%"))));
        }

        bool isAlone = key.Id.Length > 0 && keys.Count(other => other.Id.AsSpan().SequenceEqual(key.Id)) == 1;
        if (key.Label.Length > 0 && (isPrivate || !isAlone))
        {
            uri.Append(";object=").Append(Pkcs11Uri.Encode(key.Label));
        }

        return uri.Append(";type=private?module-path=").Append(Pkcs11Uri.EncodePath(token.ModulePath)).ToString();
    }
}
