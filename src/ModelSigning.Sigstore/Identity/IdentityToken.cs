using System.Buffers;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Identity;

/// <summary>
/// An OpenID Connect identity token (a JSON Web Token, RFC 7519) and its claims. The text is kept as bytes, cleared on
/// <see cref="Dispose"/> and in no message; the claims are read, not trusted: Fulcio verifies the signature.
/// </summary>
public sealed class IdentityToken : IDisposable
{
    /// <summary>The longest token that is read: 64 KiB.</summary>
    public const int MaximumLength = 64 * 1024;

    /// <summary>A token is used only while it is valid for at least a minute.</summary>
    public static readonly TimeSpan MinimumLifetime = TimeSpan.FromSeconds(60);

    private static readonly InputRules Rules = new("identity token of", MaximumLength, IdentityErrors.IdentityTokenMalformed);

    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private readonly byte[] _text;

    private IdentityToken(byte[] text, string source, JsonElement claims)
    {
        _text = text;
        Source = source;
        Claims = TokenClaims.Read(claims, source);
    }

    /// <summary>Where the token comes from, for messages: <c>-IdentityToken</c>, <c>GitHub Actions</c>.</summary>
    public string Source { get; }

    /// <summary>What the token says.</summary>
    public TokenClaims Claims { get; }

    /// <summary>Reads a token.</summary>
    /// <param name="text">The token; white space around it is ignored.</param>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <exception cref="ModelSigningException"><see cref="IdentityErrors.IdentityTokenMalformed"/>; the message holds nothing of the token.</exception>
    public static IdentityToken Parse(ReadOnlySpan<char> text, string source)
    {
        ReadOnlySpan<char> trimmed = text.Trim();
        int first = trimmed.IndexOf('.'), last = trimmed.LastIndexOf('.');
        if (trimmed.Length > MaximumLength || first <= 0 || last <= first || trimmed[(first + 1)..last].Contains('.')
            || trimmed.ContainsAnyExcept(Alphabet))
        {
            throw Malformed(source);
        }

        byte[] payload;
        try
        {
            payload = Base64UrlText.Decode(trimmed[(first + 1)..last]);
        }
        catch (FormatException)
        {
            // Not kept as the inner exception: what it says may hold characters of the token.
            throw Malformed(source);
        }

        using JsonDocument document = StrictJson.Parse(payload, source, Rules);
        return new IdentityToken(Encoding.ASCII.GetBytes(trimmed.ToArray()), source, document.RootElement);
    }

    /// <summary>Refuses a token that Fulcio would refuse or that is not meant for it (sigstore client specification, section "Authentication").</summary>
    /// <param name="audience">The audience that the instance expects: <c>sigstore</c>.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ModelSigningException">The token is (nearly) over, for another audience, or its e-mail address is not verified.</exception>
    public void RequireUsable(string audience, DateTimeOffset now)
    {
        if (Claims.Expires - now < MinimumLifetime)
        {
            throw IdentityErrors.IdentityTokenExpired.At(
                $"The identity token of {Source} expires at {Rfc3339.Write(Claims.Expires)}, and it is now {Rfc3339.Write(now)}. At least one minute must remain.", Source);
        }

        if (!Claims.Audiences.Contains(audience, StringComparer.Ordinal))
        {
            throw IdentityErrors.IdentityTokenAudience.At(
                $"The identity token of {Source} is for the audience '{string.Join("', '", Claims.Audiences)}', but '{audience}' is required.", Source);
        }

        if (Claims is { Email: not null, EmailVerified: false })
        {
            throw IdentityErrors.IdentityTokenEmailUnverified.At(
                $"The identity provider '{Claims.Issuer}' has not verified the address '{Claims.Email}'.", Source);
        }
    }

    /// <summary>The header that authenticates a request to Fulcio.</summary>
    internal AuthenticationHeaderValue Authorization() => new("Bearer", Encoding.ASCII.GetString(_text));

    /// <summary>The token's characters, for a caller that hands it on as a secret; the caller clears the array.</summary>
    public char[] CopyText() => Encoding.ASCII.GetChars(_text);

    /// <summary>Never the token.</summary>
    public override string ToString() => $"(identity token of {Source})";

    /// <summary>Clears the token.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_text);

    private static ModelSigningException Malformed(string source) => IdentityErrors.IdentityTokenMalformed.At(
        $"The value from {source} is not a JSON Web Token (three base64url parts, separated by periods).", source);
}
