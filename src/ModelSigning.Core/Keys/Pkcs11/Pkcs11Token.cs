using ModelSigning.Core.Errors;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>A session with one token, logged in where a PIN was given.</summary>
internal sealed class Pkcs11Token : IDisposable
{
    private readonly Pkcs11Module _module;

    private Pkcs11Token(Pkcs11Module module, ISession session, string label, bool isLoggedIn)
    {
        _module = module;
        Session = session;
        Label = label;
        IsLoggedIn = isLoggedIn;
    }

    /// <summary>The session; read-only, and never used by two threads at once.</summary>
    public ISession Session { get; }

    /// <summary>The token's label.</summary>
    public string Label { get; }

    /// <summary>Whether private objects can be seen.</summary>
    public bool IsLoggedIn { get; }

    /// <summary>Opens the token that a URI describes.</summary>
    /// <param name="module">The module; the token disposes of it, here already where it cannot be opened.</param>
    /// <param name="uri">The URI.</param>
    /// <param name="pin">The PIN; null does not log in, but for a token with a keypad of its own.</param>
    /// <exception cref="ModelSigningException">One of <see cref="Pkcs11Errors"/>.</exception>
    public static Pkcs11Token Open(Pkcs11Module module, Pkcs11Uri uri, Pkcs11Pin? pin)
    {
        ISession? session = null;
        try
        {
            Pkcs11Slot slot = Find(module, uri);
            session = Pkcs11Failures.Translate(slot.Label, () => slot.Slot.OpenSession(SessionType.ReadOnly));
            return new Pkcs11Token(module, session, slot.Label, LogIn(session, slot.Info, slot.Label, pin));
        }
        catch
        {
            Close(session);
            module.Dispose();
            throw;
        }
    }

    /// <summary>The label of the token that a URI describes, if it asks for a PIN that nobody has given yet.</summary>
    /// <returns>Null where the token does not want a PIN, or takes it by a keypad of its own.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="Pkcs11Errors"/>.</exception>
    public static string? LabelIfItAsksForPin(Pkcs11Module module, Pkcs11Uri uri)
    {
        Pkcs11Slot slot = Find(module, uri);
        return slot.Info.TokenFlags.LoginRequired && !slot.Info.TokenFlags.ProtectedAuthenticationPath ? slot.Label : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close(Session);
        _module.Dispose();
    }

    private static void Close(ISession? session)
    {
        try
        {
            session?.Dispose();
        }
        catch (Pkcs11Exception)
        {
            // The token was removed, and its session with it.
            return;
        }
    }

    private static Pkcs11Slot Find(Pkcs11Module module, Pkcs11Uri uri) => Pkcs11Failures.Translate(module.FilePath, () => FindSlot(module, uri));

    private static Pkcs11Slot FindSlot(Pkcs11Module module, Pkcs11Uri uri)
    {
        ILibraryInfo library = module.Library.GetInfo();
        bool fits = uri.Allows("library-manufacturer", library.ManufacturerId)
            && uri.Allows("library-description", library.LibraryDescription) && AllowsVersion(uri, library.LibraryVersion);
        Pkcs11Slots slots = fits ? Pkcs11Slots.Read(module, slot => AllowsSlot(uri, slot)) : new([], []);
        Pkcs11Slot[] tokens = [.. slots.Tokens.Where(token => AllowsToken(uri, token.Info))];
        return tokens switch
        {
            [var token] => token,
            [] => throw Pkcs11Errors.TokenNotFound.At($"The module '{module.FilePath}' has no token that matches {uri}{slots.LeftOut}.", uri.ToString()),
            _ => throw Pkcs11Errors.TokenAmbiguous.At(
                $"The module '{module.FilePath}' has {tokens.Length} tokens that match {uri}.", uri.ToString()),
        };
    }

    private static bool AllowsSlot(Pkcs11Uri uri, ISlot slot)
    {
        ISlotInfo info = slot.GetSlotInfo();
        return (uri.SlotId is not { } number || slot.SlotId == number)
            && uri.Allows("slot-description", info.SlotDescription) && uri.Allows("slot-manufacturer", info.ManufacturerId);
    }

    private static bool AllowsToken(Pkcs11Uri uri, ITokenInfo info) =>
        uri.Allows("token", info.Label) && uri.Allows("manufacturer", info.ManufacturerId) && uri.Allows("model", info.Model)
        && uri.Allows("serial", info.SerialNumber);

    /// <summary>A version without its part behind the point stands for that part being 0 (RFC 7512, section 2.3).</summary>
    private static bool AllowsVersion(Pkcs11Uri uri, string version) =>
        uri.Allows("library-version", version)
        || (version.EndsWith(".0", StringComparison.Ordinal) && uri.Allows("library-version", version[..^2]));

    /// <summary>One attempt. A token with its own keypad is logged in without a PIN from here.</summary>
    private static bool LogIn(ISession session, ITokenInfo info, string label, Pkcs11Pin? pin)
    {
        if (info.TokenFlags.UserPinLocked)
        {
            throw Pkcs11Errors.PinLocked.At($"The token '{label}' is locked after too many wrong PINs.", label);
        }

        bool keypad = info.TokenFlags.ProtectedAuthenticationPath && info.TokenFlags.LoginRequired;
        return (pin is not null || keypad) && Pkcs11Failures.Translate(label, () =>
        {
            try
            {
                session.Login(CKU.CKU_USER, pin?.Utf8);
            }
            catch (Pkcs11Exception exception) when (exception.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
            {
                // All sessions of a process share the login; another runspace was first.
            }

            return true;
        });
    }
}
