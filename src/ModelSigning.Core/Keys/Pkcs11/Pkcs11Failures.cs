using ModelSigning.Core.Errors;
using Net.Pkcs11Interop.Common;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>Turns what a module reports (PKCS#11 2.40, section 5.1) into refusals.</summary>
internal static class Pkcs11Failures
{
    /// <summary>Runs a piece of work on a token.</summary>
    /// <param name="token">The token's name, for messages.</param>
    /// <param name="work">The work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="Pkcs11Errors"/>.</exception>
    public static T Translate<T>(string token, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Pkcs11Exception exception)
        {
            throw Refusal(token, exception);
        }
        catch (Exception exception) when (exception is UnmanagedException or ObjectDisposedException or AttributeValueException)
        {
            throw Pkcs11Errors.TokenFailed.At($"The token '{token}' failed: {exception.Message}", token, exception);
        }
    }

    private static ModelSigningException Refusal(string token, Pkcs11Exception exception) => exception.RV switch
    {
        CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE => Pkcs11Errors.PinWrong.At(
            $"The token '{token}' refused the PIN ({exception.RV}), which was tried once.",
            token, exception),
        CKR.CKR_PIN_LOCKED => Pkcs11Errors.PinLocked.At($"The token '{token}' is locked after too many wrong PINs.", token, exception),
        CKR.CKR_USER_NOT_LOGGED_IN or CKR.CKR_PIN_EXPIRED => Pkcs11Errors.PinRequired.At(
            $"The token '{token}' requires a PIN ({exception.RV}).", token, exception),
        CKR.CKR_TOKEN_NOT_PRESENT or CKR.CKR_DEVICE_REMOVED or CKR.CKR_SESSION_HANDLE_INVALID or CKR.CKR_SESSION_CLOSED
            or CKR.CKR_SLOT_ID_INVALID or CKR.CKR_KEY_HANDLE_INVALID or CKR.CKR_OBJECT_HANDLE_INVALID => Pkcs11Errors.TokenRemoved.At(
            $"The token '{token}' was removed, or its session ended ({exception.RV}).", token, exception),
        _ => Pkcs11Errors.TokenFailed.At($"The token '{token}' reported {exception.RV} in {exception.Method}.", token, exception),
    };
}
