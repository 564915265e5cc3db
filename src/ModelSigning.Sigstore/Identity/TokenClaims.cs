using System.Text.Json;
using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Identity;

/// <summary>The claims of an identity token that decide what Fulcio certifies (OpenID Connect Core 1.0, section 2). None is verified here.</summary>
public sealed record TokenClaims
{
    /// <summary><c>iss</c>: who issued the token.</summary>
    public required string Issuer { get; init; }

    /// <summary><c>sub</c>: whom it is about.</summary>
    public required string Subject { get; init; }

    /// <summary><c>aud</c>: whom it is for.</summary>
    public required IReadOnlyList<string> Audiences { get; init; }

    /// <summary><c>exp</c>: when it ends.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary><c>email</c>; null without one.</summary>
    public string? Email { get; init; }

    /// <summary><c>email_verified</c>; false when absent.</summary>
    public bool EmailVerified { get; init; }

    /// <summary><c>nonce</c>; null without one.</summary>
    public string? Nonce { get; init; }

    /// <summary>
    /// The issuer that the certificate will name: <c>federated_claims.connector_id</c> where a broker such as the public
    /// instance's Dex names the provider behind it, otherwise <see cref="Issuer"/>.
    /// </summary>
    public required string CertificateIssuer { get; init; }

    /// <summary>The name that the certificate will carry, where the claims determine it; null where only the instance's configuration knows.</summary>
    internal ExpectedName? Name { get; init; }

    /// <summary>The identity as a person knows it: the address, the workflow or the subject.</summary>
    public string Display => Name?.Value ?? Subject;

    internal static TokenClaims Read(JsonElement claims, string source)
    {
        string issuer = Text(claims, "iss", source) ?? throw Missing("iss", source);
        string? email = Text(claims, "email", source);
        string subject = Text(claims, "sub", source) ?? email ?? throw Missing("sub", source);
        string? connector = claims.TryGetProperty("federated_claims", out JsonElement federated) && federated.ValueKind == JsonValueKind.Object
            ? Text(federated, "connector_id", source) : null;
        return new TokenClaims
        {
            Issuer = issuer,
            Subject = subject,
            Audiences = ReadAudiences(claims, source),
            Expires = ReadTime(claims, source),
            Email = email,
            EmailVerified = claims.TryGetProperty("email_verified", out JsonElement verified)
                && (verified.ValueKind == JsonValueKind.True || (verified.ValueKind == JsonValueKind.String && verified.ValueEquals("true"))),
            Nonce = Text(claims, "nonce", source),
            CertificateIssuer = connector ?? issuer,
            Name = ExpectedName.Of(email, subject, name => Text(claims, name, source), issuer),
        };
    }

    private static IReadOnlyList<string> ReadAudiences(JsonElement claims, string source)
    {
        if (!claims.TryGetProperty("aud", out JsonElement audience))
        {
            throw Missing("aud", source);
        }

        return audience.ValueKind switch
        {
            JsonValueKind.String => [audience.GetString()!],
            JsonValueKind.Array => [.. audience.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Missing("aud", source))],
            _ => throw Missing("aud", source),
        };
    }

    private static DateTimeOffset ReadTime(JsonElement claims, string source) =>
        claims.TryGetProperty("exp", out JsonElement time) && time.ValueKind == JsonValueKind.Number
            && time.TryGetDouble(out double seconds) && seconds is >= 0 and < 253402300799
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : throw Missing("exp", source);

    private static string? Text(JsonElement claims, string name, string source)
    {
        if (!claims.TryGetProperty(name, out JsonElement value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Missing(name, source);
    }

    private static ModelSigningException Missing(string claim, string source) => IdentityErrors.IdentityTokenMalformed.At(
        $"The identity token of {source} has no usable claim '{claim}'.", source);
}
