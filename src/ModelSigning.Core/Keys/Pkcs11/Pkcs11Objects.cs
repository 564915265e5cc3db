using System.Text;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>Finds and reads the objects of a token. What the module reports comes out as it is; the caller translates it.</summary>
internal sealed class Pkcs11Objects(ISession session)
{
    private static readonly CKO[] PublicClasses = [CKO.CKO_PUBLIC_KEY, CKO.CKO_CERTIFICATE];

    /// <summary>Finds objects; both the identifier and the label must fit, as far as they are given.</summary>
    public List<IObjectHandle> Find(CKO type, ReadOnlyMemory<byte>? id, ReadOnlyMemory<byte>? label)
    {
        List<IObjectAttribute> template = [session.Factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, type)];
        if (id is { } identifier)
        {
            template.Add(session.Factories.ObjectAttributeFactory.Create(CKA.CKA_ID, identifier.ToArray()));
        }

        if (label is { } text)
        {
            template.Add(session.Factories.ObjectAttributeFactory.Create(CKA.CKA_LABEL, text.ToArray()));
        }

        return session.FindAllObjects(template);
    }

    /// <summary>The private keys that a URI describes.</summary>
    public List<Pkcs11PrivateHalf> FindPrivate(Pkcs11Uri uri) =>
        Find(CKO.CKO_PRIVATE_KEY, uri.Id, Label(uri)).ConvertAll(ReadPrivate);

    /// <summary>Those of them that the token shows with the PIN alone, so that nobody could add one without it.</summary>
    public List<Pkcs11PrivateHalf> FindHiddenPrivate(Pkcs11Uri uri) => Find(CKO.CKO_PRIVATE_KEY, uri.Id, Label(uri)).FindAll(IsHidden).ConvertAll(ReadPrivate);

    /// <summary>Every private key of the token.</summary>
    public List<Pkcs11PrivateHalf> AllPrivate() => Find(CKO.CKO_PRIVATE_KEY, null, null).ConvertAll(ReadPrivate);

    /// <summary>
    /// The private keys that a token hides, as far as its public keys tell of them. Of several with the same name none tells the key's
    /// point, because nobody can say whose it is.
    /// </summary>
    public List<Pkcs11PrivateHalf> HiddenPrivate() => Find(CKO.CKO_PUBLIC_KEY, null, null).ConvertAll(handle =>
    {
        Pkcs11PrivateHalf key = ReadPrivate(handle);
        return key is { Id: [], Label: [] } ? key : key with { Own = null };
    });

    /// <summary>Every public key and certificate of the token that can verify model signatures.</summary>
    public List<Pkcs11PublicHalf> AllPublic() => ReadPublic(type => Find(type, null, null));

    /// <summary>The public keys and certificates that a URI describes.</summary>
    public List<Pkcs11PublicHalf> FindPublic(Pkcs11Uri uri) => ReadPublic(type => Find(type, uri.Id, Label(uri)));

    /// <summary>Those of them that the token shows with the PIN alone, so that nobody could add one without it.</summary>
    public List<Pkcs11PublicHalf> FindHiddenPublic(Pkcs11Uri uri) => ReadPublic(type => Find(type, uri.Id, Label(uri)).Where(IsHidden));

    /// <summary>The public half of a private key, as far as the token's attributes tell it; asks only for objects that can matter.</summary>
    public EcPublicKey? HalfOf(Pkcs11PrivateHalf key)
    {
        List<Pkcs11PublicHalf> halves = ReadPublic(type => Around(type, key.Id, key.Label));
        IEnumerable<IObjectHandle> near =
        [
            .. Around(CKO.CKO_PRIVATE_KEY, key.Id, key.Label),
            .. halves.DistinctBy(half => (Convert.ToHexString(half.Id), Convert.ToHexString(half.Label)))
                .SelectMany(half => Around(CKO.CKO_PRIVATE_KEY, half.Id, half.Label)),
        ];
        List<Pkcs11PrivateHalf> rivals =
            [.. near.DistinctBy(handle => handle.ObjectId).Where(handle => handle.ObjectId != key.Handle!.ObjectId).Select(ReadPrivate)];
        return Pkcs11Pairing.HalfOf(key, rivals, halves);
    }

    /// <summary>Whether the key may sign.</summary>
    public bool MaySign(Pkcs11PrivateHalf key) => Read(key.Handle!, CKA.CKA_SIGN)?.GetValueAsBool() ?? true;

    /// <summary>Whether the token wants the PIN for every signature.</summary>
    public bool AsksEachTime(Pkcs11PrivateHalf key) => Read(key.Handle!, CKA.CKA_ALWAYS_AUTHENTICATE)?.GetValueAsBool() ?? false;

    /// <summary>The bytes of an attribute; empty where it cannot be read.</summary>
    public byte[] Bytes(IObjectHandle handle, CKA attribute) => Read(handle, attribute)?.GetValueAsByteArray() ?? [];

    private bool IsHidden(IObjectHandle handle) => Read(handle, CKA.CKA_PRIVATE)?.GetValueAsBool() ?? false;

    private static ReadOnlyMemory<byte>? Label(Pkcs11Uri uri) => uri.ObjectLabel is { } label ? Encoding.UTF8.GetBytes(label) : (ReadOnlyMemory<byte>?)null;

    private List<Pkcs11PublicHalf> ReadPublic(Func<CKO, IEnumerable<IObjectHandle>> find) =>
        [.. PublicClasses.SelectMany(type => find(type).Select(handle => ReadPublic(type, handle)).OfType<Pkcs11PublicHalf>())];

    private Pkcs11PublicHalf? ReadPublic(CKO type, IObjectHandle handle)
    {
        EcPublicKey? key = type == CKO.CKO_CERTIFICATE ? Pkcs11PublicKey.ReadCertificate(this, handle) : Pkcs11PublicKey.Read(this, handle);
        return key is null ? null : new(Bytes(handle, CKA.CKA_ID), Bytes(handle, CKA.CKA_LABEL), key);
    }

    private Pkcs11PrivateHalf ReadPrivate(IObjectHandle handle) => new(
        handle, Bytes(handle, CKA.CKA_ID), Bytes(handle, CKA.CKA_LABEL), (CKK)(Read(handle, CKA.CKA_KEY_TYPE)?.GetValueAsUlong() ?? ulong.MaxValue),
        Pkcs11PublicKey.Curve(Bytes(handle, CKA.CKA_EC_PARAMS)), Pkcs11PublicKey.Read(this, handle));

    /// <summary>The objects with the identifier, and those with the label.</summary>
    private IEnumerable<IObjectHandle> Around(CKO type, byte[] id, byte[] label) =>
        ((IEnumerable<IObjectHandle>)[.. id.Length > 0 ? Find(type, id, null) : [], .. label.Length > 0 ? Find(type, null, label) : []])
            .DistinctBy(handle => handle.ObjectId);

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
