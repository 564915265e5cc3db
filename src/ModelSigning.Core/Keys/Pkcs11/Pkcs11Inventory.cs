using System.Globalization;
using System.Security;
using System.Text;
using ModelSigning.Core.Errors;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>A key of a token, with the URI that names it.</summary>
/// <param name="ModulePath">The module's file.</param>
/// <param name="Token">The token's label.</param>
/// <param name="SerialNumber">The token's serial number.</param>
/// <param name="SlotId">The number of the slot that holds the token; it may change.</param>
/// <param name="Label">The key's label.</param>
/// <param name="Id">The key's identifier in lower-case hexadecimal.</param>
/// <param name="PublicKey">The public half; null for a key that cannot sign models, or whose public half is not on the token.</param>
/// <param name="Uri">The key's URI (RFC 7512), without a PIN.</param>
public sealed record Pkcs11KeyDescription(
    string ModulePath, string Token, string SerialNumber, ulong SlotId, string Label, string Id, EcPublicKey? PublicKey, string Uri);

/// <summary>Lists the keys of tokens.</summary>
public static class Pkcs11Inventory
{
    /// <summary>Lists the keys of a module's tokens: the private ones with a PIN, otherwise those whose public half is to be seen.</summary>
    /// <param name="modulePath">The module's file.</param>
    /// <param name="tokenLabel">The label of the only token to look at; null for all.</param>
    /// <param name="pin">The PIN; null for none. It is tried only where one token is left, because the others would count it as wrong.</param>
    /// <param name="report">Takes sentences about tokens that show no keys.</param>
    /// <exception cref="ModelSigningException">One of <see cref="Pkcs11Errors"/>.</exception>
    public static IReadOnlyList<Pkcs11KeyDescription> List(string modulePath, string? tokenLabel, SecureString? pin, Action<string> report)
    {
        ArgumentNullException.ThrowIfNull(report);
        using Pkcs11Module module = Pkcs11Module.Load(modulePath);
        ITokenInfo[] tokens = Pkcs11Failures.Translate(modulePath, () => module.Library.GetSlotList(SlotsType.WithTokenPresent)
            .Select(slot => slot.GetTokenInfo()).Where(info => info.TokenFlags.TokenInitialized)
            .Where(info => tokenLabel is null || info.Label.TrimEnd(' ') == tokenLabel).ToArray());
        if (tokens.Length == 0)
        {
            report($"The module '{modulePath}' has no such token.");
        }

        if (pin is not null && tokens.Length > 1)
        {
            throw Pkcs11Errors.TokenAmbiguous.At($"The module '{modulePath}' has {tokens.Length} tokens; name the one whose PIN this is.", modulePath);
        }

        return [.. tokens.SelectMany(info => ListToken(modulePath, info, pin, report))];
    }

    private static List<Pkcs11KeyDescription> ListToken(string modulePath, ITokenInfo info, SecureString? secret, Action<string> report)
    {
        Pkcs11Uri slot = Pkcs11Uri.Parse(string.Create(CultureInfo.InvariantCulture, $"pkcs11:slot-id={info.SlotId}"));
        Pkcs11Pin? pin = secret is null ? null : Pkcs11Pin.Of(secret);
        try
        {
            using Pkcs11Token token = Pkcs11Token.Open(Pkcs11Module.Load(modulePath), slot, pin);
            List<Pkcs11KeyDescription> keys = Pkcs11Failures.Translate(token.Label, () => Read(token, modulePath, info));
            if (keys.Count == 0)
            {
                report(token.IsLoggedIn
                    ? $"The token '{token.Label}' holds no key."
                    : $"The token '{token.Label}' shows no key; most tokens show private keys only after the PIN was given.");
            }

            return keys;
        }
        finally
        {
            pin?.Dispose();
        }
    }

    private static List<Pkcs11KeyDescription> Read(Pkcs11Token token, string modulePath, ITokenInfo info)
    {
        Pkcs11Objects objects = new(token.Session);
        CKO type = token.IsLoggedIn ? CKO.CKO_PRIVATE_KEY : CKO.CKO_PUBLIC_KEY;
        return objects.Find(type, null, null).ConvertAll(handle =>
        {
            byte[] id = objects.Bytes(handle, CKA.CKA_ID);
            byte[] label = objects.Bytes(handle, CKA.CKA_LABEL);
            string uri = Uri(modulePath, info, id, label);
            return new Pkcs11KeyDescription(modulePath, token.Label, info.SerialNumber.TrimEnd(' '), info.SlotId,
                Encoding.UTF8.GetString(label), Convert.ToHexString(id).ToLowerInvariant(), PublicHalf(objects, handle, id, uri), uri);
        });
    }

    private static EcPublicKey? PublicHalf(Pkcs11Objects objects, IObjectHandle handle, byte[] id, string uri)
    {
        try
        {
            return objects.PublicHalf(handle, id, uri);
        }
        catch (ModelSigningException)
        {
            // RSA or a curve that is not allowed: the key is listed, and cannot sign.
            return null;
        }
    }

    private static string Uri(string modulePath, ITokenInfo info, byte[] id, byte[] label)
    {
        StringBuilder uri = new("pkcs11:");
        uri.Append("token=").Append(Pkcs11Uri.Encode(Encoding.UTF8.GetBytes(info.Label.TrimEnd(' '))));
        uri.Append(";serial=").Append(Pkcs11Uri.Encode(Encoding.UTF8.GetBytes(info.SerialNumber.TrimEnd(' '))));
        if (id.Length > 0)
        {
            uri.Append(";id=").Append(string.Concat(id.Select(octet => octet.ToString("X2", CultureInfo.InvariantCulture).Insert(0, "%"))));
        }

        if (label.Length > 0)
        {
            uri.Append(";object=").Append(Pkcs11Uri.Encode(label));
        }

        uri.Append(";type=private?module-path=");
        return uri.Append(Pkcs11Uri.EncodePath(modulePath)).ToString();
    }
}
