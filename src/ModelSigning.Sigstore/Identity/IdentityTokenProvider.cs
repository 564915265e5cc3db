using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Sigstore.Identity.Ambient;
using ModelSigning.Sigstore.Identity.Interactive;

namespace ModelSigning.Sigstore.Identity;

/// <summary>Where an identity token may come from.</summary>
public sealed record IdentityOptions
{
    /// <summary>The explicit token; null without one. The caller clears it.</summary>
    public char[]? Token { get; init; }

    /// <summary>The audience of the token and the client that signs in.</summary>
    public string ClientId { get; init; } = "sigstore";

    /// <summary>The client's secret; null without one. The caller clears it.</summary>
    public char[]? ClientSecret { get; init; }

    /// <summary>How a person signs in.</summary>
    public SignInFlow Flow { get; init; } = SignInFlow.Browser;

    /// <summary>The person; null when the session cannot prompt.</summary>
    public IInteraction? Interaction { get; init; }

    /// <summary>Whether a person is asked even where a CI or cloud service offers tokens.</summary>
    public bool SkipAmbient { get; init; }

    /// <summary>How long the person may take.</summary>
    public TimeSpan SignInTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What ambient sources look at.</summary>
    internal AmbientEnvironment Environment { get; init; } = new();

    /// <summary>Never the secrets.</summary>
    public override string ToString() => $"identity for the client {ClientId}";
}

/// <summary>
/// Gets identity tokens: the explicit one, else <c>SIGSTORE_ID_TOKEN</c>, else the CI or cloud service's, else a person signs in.
/// A CI job never waits for a person.
/// </summary>
public sealed class IdentityTokenProvider
{
    private const string TokenVariable = "SIGSTORE_ID_TOKEN";

    private readonly IdentityOptions _options;
    private readonly ServiceClient _client;

    /// <summary>Makes a provider.</summary>
    /// <param name="options">Where tokens may come from.</param>
    /// <param name="client">What services are asked with.</param>
    public IdentityTokenProvider(IdentityOptions options, ServiceClient client)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(client);
        _options = options;
        _client = client;
    }

    /// <summary>The audience that every token must be for.</summary>
    public string Audience => _options.ClientId;

    /// <summary>Whether getting a token would ask a person: no other source is there.</summary>
    public bool IsInteractive => _options.Token is null && _options.Environment.Variable(TokenVariable) is null && CanAsk && AmbientSource is null;

    private IAmbientSource? AmbientSource => _options.SkipAmbient ? null : AmbientSources.All.FirstOrDefault(source => source.IsHere(_options.Environment));

    private bool CanAsk => _options.Interaction is not null && !_options.Environment.IsContinuousIntegration;

    /// <summary>Gets a token that is usable now.</summary>
    /// <param name="issuer">The instance's identity provider, where a person signs in; null when the instance has none.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <exception cref="ModelSigningException">No source gives a usable token; the message says what was tried.</exception>
    public IdentityToken Get(Uri? issuer, CancellationToken cancellationToken)
    {
        IdentityToken token = Find(issuer, cancellationToken);
        try
        {
            token.RequireUsable(Audience, _client.Policy.Clock.GetUtcNow());
            return token;
        }
        catch (ModelSigningException)
        {
            token.Dispose();
            throw;
        }
    }

    private IdentityToken Find(Uri? issuer, CancellationToken cancellationToken)
    {
        if (_options.Token is { } given)
        {
            return IdentityToken.Parse(given, "-IdentityToken");
        }

        if (_options.Environment.Variable(TokenVariable) is { } variable)
        {
            return IdentityToken.Parse(variable, TokenVariable);
        }

        if (AmbientSource is { } source)
        {
            return IdentityToken.Parse(source.Request(_options.Environment, Audience, _client, cancellationToken), source.Name);
        }

        return CanAsk && issuer is not null
            ? SignIn.Run(_options.Flow, new SignInRequest(issuer, _options.ClientId, _options.ClientSecret, _options.SignInTimeout, _client.Policy), _options.Interaction!, cancellationToken)
            : throw Missing(issuer);
    }

    private ModelSigningException Missing(Uri? issuer)
    {
        string ambient = _options.SkipAmbient ? "" : $"; none of {string.Join(", ", AmbientSources.All.Select(source => source.Name))} was found";
        string person = _options.Environment.IsContinuousIntegration ? "this is a CI job, which cannot sign in interactively"
            : _options.Interaction is null ? "this session is not interactive"
            : "the signing configuration has no identity provider";
        return IdentityErrors.IdentityTokenMissing.At(
            $"No identity token was found: -IdentityToken was not specified; {TokenVariable} is not set{ambient}; {person}.", issuer?.ToString());
    }
}
