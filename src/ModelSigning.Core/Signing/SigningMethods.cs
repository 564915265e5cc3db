using ModelSigning.Core.Keys;
using ModelSigning.Core.Keys.Pkcs11;

namespace ModelSigning.Core.Signing;

/// <summary>The methods' names in traces, which are those of the reference implementations' commands.</summary>
internal static class SigningMethods
{
    internal static string Of(ISigningKey key, string method) => key is Pkcs11SigningKey ? "pkcs11-" + method : method;
}
