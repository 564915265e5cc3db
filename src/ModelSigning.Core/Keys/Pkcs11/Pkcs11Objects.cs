using System.Text;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>Finds and reads the objects of a token. What the module reports comes out as it is; the caller translates it.</summary>
internal sealed class Pkcs11Objects(ISession session)
{
    /// <summary>Finds objects; both the identifier and the label must fit, as far as they are given.</summary>
    public List<IObjectHandle> Find(CKO type, ReadOnlyMemory<byte>? id, string? label)
    {
        List<IObjectAttribute> template = [session.Factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, type)];
        if (id is { } identifier)
        {
            template.Add(session.Factories.ObjectAttributeFactory.Create(CKA.CKA_ID, identifier.ToArray()));
        }

        if (label is not null)
        {
            template.Add(session.Factories.ObjectAttributeFactory.Create(CKA.CKA_LABEL, Encoding.UTF8.GetBytes(label)));
        }

        return session.FindAllObjects(template);
    }

    /// <summary>What a private key says of itself.</summary>
    public Pkcs11PrivateKeyInfo ReadPrivateKey(IObjectHandle key) => new(
        (CKK)Read(key, CKA.CKA_KEY_TYPE)!.GetValueAsUlong(),
        Read(key, CKA.CKA_SIGN)?.GetValueAsBool() ?? true,
        Read(key, CKA.CKA_ALWAYS_AUTHENTICATE)?.GetValueAsBool() ?? false,
        Bytes(key, CKA.CKA_ID),
        Encoding.UTF8.GetString(Bytes(key, CKA.CKA_LABEL)));

    /// <summary>The bytes of an attribute; empty where it cannot be read.</summary>
    public byte[] Bytes(IObjectHandle handle, CKA attribute) => Read(handle, attribute)?.GetValueAsByteArray() ?? [];

    /// <summary>The public half of a private key: the public key object of the same identifier, the certificate, or the key itself.</summary>
    public EcPublicKey? PublicHalf(IObjectHandle key, byte[] id, string source)
    {
        foreach (IObjectHandle handle in id.Length > 0 ? Find(CKO.CKO_PUBLIC_KEY, id, null) : [])
        {
            if (Pkcs11PublicKey.Read(session, handle, source) is { } half)
            {
                return half;
            }
        }

        foreach (IObjectHandle handle in id.Length > 0 ? Find(CKO.CKO_CERTIFICATE, id, null) : [])
        {
            if (Pkcs11PublicKey.ReadCertificate(session, handle, source) is { } half)
            {
                return half;
            }
        }

        return Pkcs11PublicKey.Read(session, key, source);
    }

    private IObjectAttribute? Read(IObjectHandle handle, CKA attribute)
    {
        try
        {
            IObjectAttribute value = session.GetAttributeValue(handle, new List<CKA> { attribute })[0];
            return value.CannotBeRead ? null : value;
        }
        catch (Pkcs11Exception exception) when (exception.RV is CKR.CKR_ATTRIBUTE_TYPE_INVALID or CKR.CKR_ATTRIBUTE_SENSITIVE)
        {
            return null;
        }
    }
}

/// <summary>What a private key says of itself.</summary>
/// <param name="KeyType">CKA_KEY_TYPE.</param>
/// <param name="MaySign">CKA_SIGN.</param>
/// <param name="AsksEachTime">CKA_ALWAYS_AUTHENTICATE: the PIN is wanted for every signature.</param>
/// <param name="Id">CKA_ID.</param>
/// <param name="Label">CKA_LABEL.</param>
internal sealed record Pkcs11PrivateKeyInfo(CKK KeyType, bool MaySign, bool AsksEachTime, byte[] Id, string Label);
