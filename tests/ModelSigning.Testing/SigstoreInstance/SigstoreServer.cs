using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>Serves a <see cref="PrivateSigstore"/> over HTTP on loopback, all services on one port.</summary>
public sealed class SigstoreServer : IAsyncDisposable
{
    private LoopbackServer? _server;
    private FulcioService? _fulcio;
    private RekorService? _rekor;
    private TimestampService? _timestamps;

    private SigstoreServer()
    {
    }

    /// <summary>The instance that is served.</summary>
    public PrivateSigstore Instance { get; private set; } = null!;

    /// <summary>The TUF repository at <c>/tuf/</c>, with the trusted root and the signing configuration.</summary>
    public TufRepository Tuf { get; private set; } = null!;

    /// <summary>The requests that came in, as <c>POST /api/v1/log/entries</c>, oldest first.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The address of the services.</summary>
    public Uri Address => Instance.Address;

    /// <summary>The GitHub-like variables of the ambient token service.</summary>
    public IReadOnlyDictionary<string, string> AmbientVariables => new Dictionary<string, string>
    {
        ["GITHUB_ACTIONS"] = "true",
        ["ACTIONS_ID_TOKEN_REQUEST_URL"] = new Uri(Address, "/oidc/github?api-version=2.0").ToString(),
        ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = Instance.OpenId.AmbientBearer,
    };

    /// <summary>Starts a server with a new instance.</summary>
    public static async Task<SigstoreServer> StartAsync(TimeProvider? clock = null)
    {
        SigstoreServer server = new();
        server._server = await LoopbackServer.StartAsync(server.HandleAsync);
        Uri address = server._server.Address;
        server.Instance = new PrivateSigstore(clock, address, new UriBuilder(address) { Host = "localhost" }.Uri);
        server._fulcio = new FulcioService(server.Instance);
        server._rekor = new RekorService(server.Instance);
        server._timestamps = new TimestampService(server.Instance);
        server.Tuf = new TufRepository(server.Instance.Clock);
        server.Tuf.SetTarget("trusted_root.json", CanonicalJson.File(server.Instance.TrustedRoot()));
        server.Tuf.SetTarget("signing_config.v0.2.json", CanonicalJson.File(server.Instance.SigningConfig()));
        server.Tuf.Publish();
        return server;
    }

    /// <summary>Writes the files that clients are given into a folder.</summary>
    /// <returns>The path of the client trust configuration of Rekor v1.</returns>
    public string WriteFiles(TemporaryFolder folder)
    {
        folder.Write("trusted_root.json", CanonicalJson.File(Instance.TrustedRoot()));
        folder.Write("signing_config.v0.2.json", CanonicalJson.File(Instance.SigningConfig()));
        folder.Write("signing_config_rekor_v2.v0.2.json", CanonicalJson.File(Instance.SigningConfig(2)));
        folder.Write("client_trust_config_rekor_v2.json", CanonicalJson.File(Instance.ClientTrustConfig(2)));
        folder.Write("tuf-root.json", Tuf.Files["1.root.json"]);
        return folder.Write("client_trust_config.json", CanonicalJson.File(Instance.ClientTrustConfig()));
    }

    public async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        Instance.Dispose();
        Tuf.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        byte[] body = await LoopbackServer.ReadBodyAsync(context);
        string route = context.Request.Method + " " + context.Request.Path;
        Requests.Enqueue(route);
        try
        {
            if (Drops(route))
            {
                context.Abort();
                return;
            }

            (int status, string type, byte[] answer) = Answer(route, body, context);
            if (route == "POST /api/v1/log/entries" && Instance.Faults.Take(Fault.RekorDropsAnswerOnce))
            {
                context.Abort();
                return;
            }

            await LoopbackServer.AnswerAsync(context, status, type, answer);
        }
        catch (RefusedRequestException refusal)
        {
            if (refusal.Location is not null)
            {
                context.Response.Headers.Location = refusal.Location;
            }

            JsonObject error = new() { ["code"] = refusal.Status, ["message"] = refusal.Message, ["error"] = refusal.Message };
            await LoopbackServer.AnswerAsync(context, refusal.Status, "application/json", CanonicalJson.File(error));
        }
    }

    private bool Drops(string route) => Instance.Faults.Has(route switch
    {
        "POST /api/v2/signingCert" => Fault.FulcioDrops,
        "POST /api/v1/timestamp" => Fault.TimestampDrops,
        "POST /api/v1/log/entries" or "POST /api/v2/log/entries" => Fault.RekorDrops,
        _ => (Fault)(-1),
    });

    private (int Status, string Type, byte[] Body) Answer(string route, byte[] body, HttpContext context)
    {
        Faults faults = Instance.Faults;
        OpenIdProvider openId = Instance.OpenId;
        switch (route)
        {
            case "POST /api/v2/signingCert":
                RefusedRequestException.Unless(!faults.Has(Fault.FulcioFails) && !faults.Take(Fault.FulcioFailsOnce), 503, "the service is unavailable");
                if (faults.Has(Fault.FulcioRedirects))
                {
                    throw new RefusedRequestException(307, "moved", "http://sigstore.invalid/api/v2/signingCert");
                }

                return faults.Has(Fault.FulcioMalformed) ? (200, "application/json", "{\"signedCertificateEmbeddedSct\":{}}"u8.ToArray())
                    : faults.Has(Fault.FulcioTooLarge) ? (200, "application/json", new byte[2 * 1024 * 1024])
                    : Json(_fulcio!.Certify(Parse(body), context.Request.Headers.Authorization));
            case "POST /api/v1/log/entries" or "POST /api/v2/log/entries":
                RefusedRequestException.Unless(!faults.Has(Fault.RekorFails) && !faults.Take(Fault.RekorFailsOnce), 500, "internal error");
                if (faults.Take(Fault.RekorBusyOnce))
                {
                    context.Response.Headers.RetryAfter = "0";
                    throw new RefusedRequestException(429, "too many requests");
                }

                return faults.Has(Fault.RekorMalformed) ? (201, "application/json", "[1]"u8.ToArray())
                    : Json(route.Contains("/v1/", StringComparison.Ordinal) ? _rekor!.CreateV1(Parse(body)) : _rekor!.CreateV2(Parse(body)), 201);
            case "POST /api/v1/timestamp":
                RefusedRequestException.Unless(!faults.Has(Fault.TimestampFails), 500, "internal error");
                RefusedRequestException.Unless(context.Request.ContentType == "application/timestamp-query", 415, "unsupported content type");
                return (201, "application/timestamp-reply", faults.Has(Fault.TimestampMalformed) ? [0x30, 0x03, 0x01] : _timestamps!.Respond(body));
            case "GET /oidc/.well-known/openid-configuration":
                RefusedRequestException.Unless(!faults.Has(Fault.OidcFails), 500, "internal error");
                return Json(openId.Configuration());
            case "GET /oidc/keys":
                return Json(openId.Keys());
            case "GET /oidc/auth":
                (string? location, string? code) = openId.Authorize(Query(context));
                return location is null ? Text(code!) : throw new RefusedRequestException(302, "found", location);
            case "POST /oidc/token":
                return Json(openId.Token(Form(body), context.Request.Headers.Authorization));
            case "POST /oidc/device/code":
                return Json(openId.AuthorizeDevice(Form(body)));
            case "GET /oidc/device":
                openId.Approve(Query(context).GetValueOrDefault("user_code") ?? "");
                return Text("approved");
            case "POST /oidc/mint":
                return Text(openId.Mint(Parse(body)));
            case "GET /oidc/github":
                RefusedRequestException.Unless(context.Request.Headers.Authorization == "Bearer " + openId.AmbientBearer && !faults.Has(Fault.AmbientRefuses), 401, "unauthorized");
                return faults.Has(Fault.AmbientMalformed) ? Json(new JsonObject { ["count"] = 1 })
                    : Json(new JsonObject { ["count"] = 1, ["value"] = openId.MintWorkflow(Query(context).GetValueOrDefault("audience") ?? "https://github.com/octo-org") });
            default:
                return Read(route);
        }
    }

    private (int Status, string Type, byte[] Body) Read(string route)
    {
        if (route.StartsWith("GET /api/v1/log/entries/", StringComparison.Ordinal))
        {
            return Json(_rekor!.GetV1(route["GET /api/v1/log/entries/".Length..]));
        }

        RefusedRequestException.Unless(route.StartsWith("GET /tuf/", StringComparison.Ordinal) && Tuf.Files.ContainsKey(route["GET /tuf/".Length..]), 404, "not found");
        return (200, "application/octet-stream", Tuf.Files[route["GET /tuf/".Length..]]);
    }

    private static (int, string, byte[]) Json(JsonObject answer, int status = 200) => (status, "application/json", CanonicalJson.File(answer));

    private static (int, string, byte[]) Text(string answer) => (200, "text/plain", Encoding.UTF8.GetBytes(answer));

    private static JsonObject Parse(byte[] body) => body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject();

    private static Dictionary<string, string> Query(HttpContext context) => context.Request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString());

    private static Dictionary<string, string> Form(byte[] body) =>
        Encoding.UTF8.GetString(body).Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => Decode(pair[0]), pair => Decode(pair.ElementAtOrDefault(1) ?? ""));

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
