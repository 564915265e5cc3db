using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>An OpenID Connect provider that approves everybody as alice: code with PKCE, out of band, device flow, ambient tokens.</summary>
public sealed class OpenIdProvider : IDisposable
{
    /// <summary>The upstream provider that the person's tokens name, as those of the public instance do.</summary>
    public const string ConnectorId = "https://idp.sigstore.test";

    /// <summary>The workflow of the ambient token.</summary>
    public const string WorkflowReference = "octo-org/octo-repo/.github/workflows/sign.yml@refs/heads/main";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ConcurrentDictionary<string, Authorization> _codes = new();
    private readonly ConcurrentDictionary<string, Device> _devices = new();
    private readonly TimeProvider _clock;
    private readonly Faults _faults;

    public OpenIdProvider(Uri address, TimeProvider clock, Faults faults)
    {
        Issuer = new Uri(address, "/oidc").ToString();
        _clock = clock;
        _faults = faults;
    }

    public string Issuer { get; }

    /// <summary>The bearer token that the ambient token service wants.</summary>
    public string AmbientBearer { get; } = "request-" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12));

    /// <summary>The secret that the token endpoint wants; null wants none.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>The person who signs in, and the upstream provider that confirms who they are.</summary>
    public (string Email, string ConnectorId) Person { get; set; } = (SubjectName.Alice.Value, ConnectorId);

    /// <summary>Where the endpoints are; null is the issuer's address. Large providers have them on other hosts.</summary>
    public string? EndpointBase { get; set; }

    /// <summary>The client identifiers that asked, latest last.</summary>
    public ConcurrentQueue<string> Clients { get; } = new();

    /// <summary>Every token that was given out, for tests that search for them.</summary>
    public ConcurrentQueue<string> Issued { get; } = new();

    public JsonObject Configuration() => new()
    {
        ["issuer"] = _faults.Has(Fault.OidcOtherIssuer) ? "https://other.sigstore.test" : Issuer,
        ["authorization_endpoint"] = (EndpointBase ?? Issuer) + "/auth",
        ["token_endpoint"] = (EndpointBase ?? Issuer) + "/token",
        ["jwks_uri"] = Issuer + "/keys",
        ["device_authorization_endpoint"] = (EndpointBase ?? Issuer) + "/device/code",
        ["response_types_supported"] = new JsonArray("code"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("ES256"),
        ["code_challenge_methods_supported"] = new JsonArray("S256"),
        ["scopes_supported"] = new JsonArray("openid", "email"),
        ["grant_types_supported"] = new JsonArray("authorization_code", "urn:ietf:params:oauth:grant-type:device_code"),
    };

    public JsonObject Keys()
    {
        ECParameters key = _key.ExportParameters(false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["kid"] = "k1",
                ["use"] = "sig",
                ["alg"] = "ES256",
                ["x"] = Base64Url.EncodeToString(key.Q.X!),
                ["y"] = Base64Url.EncodeToString(key.Q.Y!),
            }),
        };
    }

    /// <summary>The audience of tokens: the client that signs people in.</summary>
    public string Audience { get; set; } = "sigstore";

    /// <summary>Issues a token: the standing claims, overridden by <paramref name="claims"/>.</summary>
    public string Mint(JsonObject? claims = null)
    {
        long now = _clock.GetUtcNow().ToUnixTimeSeconds();
        JsonObject body = new()
        {
            ["iss"] = Issuer,
            ["aud"] = _faults.Has(Fault.TokenOtherAudience) ? "other" : Audience,
            ["iat"] = now,
            ["exp"] = _faults.Has(Fault.TokenExpired) ? now - 60 : now + 600,
            ["sub"] = "CgVhbGljZRIEbW9jaw",
        };
        foreach ((string name, JsonNode? value) in claims ?? [])
        {
            body[name] = value?.DeepClone();
        }

        string signed = Part(new JsonObject { ["alg"] = "ES256", ["kid"] = "k1", ["typ"] = "JWT" }) + "." + Part(body);
        string token = signed + "." + Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256));
        token = _faults.Has(Fault.TokenMalformed) ? token.Replace('.', '!') : token;
        Issued.Enqueue(token);
        return token;
    }

    /// <summary>A person's token.</summary>
    public string MintPerson(string? nonce = null)
    {
        JsonObject claims = new()
        {
            ["email"] = Person.Email,
            ["email_verified"] = !_faults.Has(Fault.TokenEmailNotVerified),
            ["federated_claims"] = new JsonObject { ["connector_id"] = Person.ConnectorId, ["user_id"] = "alice" },
        };
        if (nonce is not null)
        {
            claims["nonce"] = _faults.Has(Fault.TokenOtherNonce) ? "other" : nonce;
        }

        return Mint(claims);
    }

    /// <summary>A workflow's token, as GitHub issues them.</summary>
    public string MintWorkflow(string audience = "sigstore") => Mint(new JsonObject
    {
        ["aud"] = _faults.Has(Fault.TokenOtherAudience) ? "other" : audience,
        ["sub"] = "repo:octo-org/octo-repo:ref:refs/heads/main",
        ["job_workflow_ref"] = WorkflowReference,
        ["workflow_ref"] = WorkflowReference,
        ["repository"] = "octo-org/octo-repo",
        ["ref"] = "refs/heads/main",
        ["event_name"] = "push",
        ["runner_environment"] = "github-hosted",
    });

    /// <summary>Checks a token as Fulcio does.</summary>
    public JsonObject Check(string token)
    {
        string[] parts = token.Split('.');
        RefusedRequestException.Unless(parts.Length == 3, 401, "the identity token is malformed");
        bool valid = _key.VerifyData(Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256);
        RefusedRequestException.Unless(valid, 401, "the identity token's signature is invalid");
        JsonObject claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
        RefusedRequestException.Unless((string?)claims["iss"] == Issuer, 401, "the identity token is of another issuer");
        RefusedRequestException.Unless((string?)claims["aud"] == "sigstore", 401, "the identity token is for another audience");
        RefusedRequestException.Unless((long)claims["exp"]! > _clock.GetUtcNow().ToUnixTimeSeconds(), 401, "the identity token has expired");
        return claims;
    }

    /// <summary>The authorization endpoint.</summary>
    /// <returns>Where to go, or the code alone for the out-of-band redirect.</returns>
    public (string? Location, string? Code) Authorize(IReadOnlyDictionary<string, string> query)
    {
        string Value(string name) => query.GetValueOrDefault(name) ?? "";
        RefusedRequestException.Unless(Value("response_type") == "code" && Value("code_challenge_method") == "S256" && Value("code_challenge") != "", 400, "PKCE with S256 is required");
        RefusedRequestException.Unless(Value("scope").Split(' ').Contains("openid") && Value("state") != "", 400, "the scope openid and a state are required");
        Clients.Enqueue(Value("client_id"));
        string code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)), redirect = Value("redirect_uri");
        _codes[code] = new Authorization(Value("code_challenge"), redirect, query.GetValueOrDefault("nonce"));
        if (redirect == "urn:ietf:wg:oauth:2.0:oob")
        {
            return (null, code);
        }

        Uri target = new(redirect);
        RefusedRequestException.Unless(target.IsLoopback && target.Scheme == Uri.UriSchemeHttp, 400, "the redirect is not a loopback address");
        string state = Uri.EscapeDataString(_faults.Has(Fault.OidcOtherState) ? "other" : Value("state"));
        return (_faults.Has(Fault.OidcRefuses)
            ? $"{redirect}?error=access_denied&error_description=not%20today&state={state}"
            : $"{redirect}?code={Uri.EscapeDataString(code)}&state={state}", null);
    }

    /// <summary>The device authorization endpoint (RFC 8628, section 3.1).</summary>
    public JsonObject AuthorizeDevice(IReadOnlyDictionary<string, string> form)
    {
        RefusedRequestException.Unless(form.ContainsKey("client_id"), 400, "invalid_request");
        Clients.Enqueue(form["client_id"]);
        string code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(12)), user = Convert.ToHexString(RandomNumberGenerator.GetBytes(4));
        _devices[code] = new Device(user, form.GetValueOrDefault("nonce"), form.GetValueOrDefault("code_challenge"));
        return new JsonObject
        {
            ["device_code"] = code,
            ["user_code"] = user,
            ["verification_uri"] = Issuer + "/device",
            ["verification_uri_complete"] = $"{Issuer}/device?user_code={user}",
            ["expires_in"] = 300,
            ["interval"] = 1,
        };
    }

    /// <summary>The person's approval.</summary>
    public void Approve(string userCode)
    {
        Device? device = _devices.Values.FirstOrDefault(d => d.UserCode == userCode);
        RefusedRequestException.Unless(device is not null, 404, "unknown user code");
        device!.Approved = true;
    }

    /// <summary>The token endpoint.</summary>
    public JsonObject Token(IReadOnlyDictionary<string, string> form, string? authorizationHeader)
    {
        RefusedRequestException.Unless(ClientSecret is null || SecretOf(form, authorizationHeader) == ClientSecret, 401, "invalid_client");
        string? nonce;
        if (form.GetValueOrDefault("grant_type") == "authorization_code")
        {
            RefusedRequestException.Unless(_codes.TryRemove(form.GetValueOrDefault("code") ?? "", out Authorization? granted)
                && granted.Redirect == form.GetValueOrDefault("redirect_uri") && VerifierFits(form, granted.Challenge), 400, "invalid_grant");
            nonce = granted!.Nonce;
        }
        else
        {
            nonce = Poll(form);
        }

        if (_faults.Has(Fault.OidcNoToken))
        {
            return new JsonObject { ["access_token"] = "opaque", ["token_type"] = "bearer", ["expires_in"] = 600 };
        }

        string token = MintPerson(nonce);
        return new JsonObject { ["access_token"] = token, ["id_token"] = token, ["token_type"] = "bearer", ["expires_in"] = 600 };
    }

    public void Dispose() => _key.Dispose();

    private string? Poll(IReadOnlyDictionary<string, string> form)
    {
        RefusedRequestException.Unless(form.GetValueOrDefault("grant_type") == "urn:ietf:params:oauth:grant-type:device_code", 400, "unsupported_grant_type");
        string code = form.GetValueOrDefault("device_code") ?? "";
        RefusedRequestException.Unless(_devices.TryGetValue(code, out Device? device), 400, "invalid_grant");
        RefusedRequestException.Unless(!_faults.Has(Fault.DeviceExpires), 400, "expired_token");
        RefusedRequestException.Unless(!_faults.Has(Fault.DeviceRefuses), 400, "access_denied");
        if (_faults.Has(Fault.DeviceSlowDown) && Interlocked.Increment(ref device!.Polls) == 1)
        {
            throw new RefusedRequestException(400, "slow_down");
        }

        RefusedRequestException.Unless(device!.Approved, 400, "authorization_pending");
        RefusedRequestException.Unless(device.Challenge is null || VerifierFits(form, device.Challenge), 400, "invalid_grant");
        _devices.TryRemove(code, out _);
        return device.Nonce;
    }

    private static bool VerifierFits(IReadOnlyDictionary<string, string> form, string challenge) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(form.GetValueOrDefault("code_verifier") ?? ""))) == challenge;

    private static string? SecretOf(IReadOnlyDictionary<string, string> form, string? header) =>
        form.GetValueOrDefault("client_secret")
        ?? (header?.StartsWith("Basic ", StringComparison.Ordinal) == true
            ? Uri.UnescapeDataString(Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..])).Split(':')[1])
            : null);

    private static string Part(JsonObject value) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(value.ToJsonString()));

    private sealed record Authorization(string Challenge, string Redirect, string? Nonce);

    private sealed class Device(string userCode, string? nonce, string? challenge)
    {
        public int Polls;

        public string UserCode { get; } = userCode;

        public string? Nonce { get; } = nonce;

        public string? Challenge { get; } = challenge;

        public bool Approved { get; set; }
    }
}
