using System.Security.Cryptography;
using System.Text;

namespace ModelSigning.Sigstore.Identity.Interactive;

/// <summary>The query that the provider sends the browser back with (RFC 6749, section 4.1.2).</summary>
/// <param name="State">The sign-in that it belongs to; null unless it is there exactly once, as every other member.</param>
/// <param name="Code">The code to exchange.</param>
/// <param name="Error">The provider's refusal.</param>
/// <param name="ErrorDescription">The refusal's reason.</param>
internal sealed record RedirectQuery(string? State, string? Code, string? Error, string? ErrorDescription)
{
    /// <summary>Reads a query; whatever it is, without an exception.</summary>
    /// <param name="query">The query, without the question mark.</param>
    public static RedirectQuery Read(string query)
    {
        ILookup<string, string> members = query.Split('&').Select(member => member.Split('=', 2))
            .ToLookup(parts => parts[0], parts => parts.Length == 2 ? Uri.UnescapeDataString(parts[1].Replace('+', ' ')) : "", StringComparer.Ordinal);
        string? Single(string name) => members[name].ToArray() is [{ Length: > 0 } value] ? value : null;
        return new RedirectQuery(Single("state"), Single("code"), Single("error"), Single("error_description"));
    }

    /// <summary>Whether it ends a sign-in: it has that one's state, and a code or a refusal.</summary>
    public bool Ends(string state) => State is { } own && Code is null != Error is null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(own), Encoding.UTF8.GetBytes(state));
}
