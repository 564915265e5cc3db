using System.Text.Json;
using ModelSigning.Core.Http;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Identity.Ambient;

/// <summary>A service in which a job gets identity tokens without anyone signing in.</summary>
internal interface IAmbientSource
{
    /// <summary>The service's name, as messages have it.</summary>
    string Name { get; }

    /// <summary>Whether this process runs in the service.</summary>
    /// <param name="environment">What the source reads.</param>
    bool IsHere(AmbientEnvironment environment);

    /// <summary>Gets a token from the service that this process runs in.</summary>
    /// <param name="environment">What the source reads.</param>
    /// <param name="audience">The audience that the token is requested for.</param>
    /// <param name="client">What services are asked with.</param>
    /// <param name="cancellationToken">Ends the call at once.</param>
    /// <returns>The token's text.</returns>
    /// <exception cref="Core.Errors.ModelSigningException">The service gives no token.</exception>
    string Request(AmbientEnvironment environment, string audience, ServiceClient client, CancellationToken cancellationToken);
}

/// <summary>The ambient sources, in the order in which they are tried.</summary>
internal static class AmbientSources
{
    private static readonly InputRules AnswerRules = new("answer of", IdentityToken.MaximumLength * 2, IdentityErrors.AmbientAnswerInvalid);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IAmbientSource> All { get; } =
        [new GitHubActions(), new GitLabJob(), new GoogleCloud(), new Buildkite(), new CircleCi(), new ProjectedTokenFile()];

    /// <summary>The endpoint of a source, for errors.</summary>
    internal static ServiceEndpoint Endpoint(string name, bool allowsPlainHttp = false) => new(
        $"the token service of {name}", IdentityErrors.AmbientServiceUnreachable, IdentityErrors.AmbientServiceRefused, IdentityErrors.AmbientAnswerInvalid)
    {
        MaximumAnswer = AnswerRules.MaximumLength,
        AllowsPlainHttp = allowsPlainHttp,
    };

    /// <summary>The text member of an answer.</summary>
    internal static string Member(ReadOnlyMemory<byte> answer, string member, string source)
    {
        using JsonDocument document = StrictJson.Parse(answer, $"the token service of {source}", AnswerRules);
        return document.RootElement.TryGetProperty(member, out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw IdentityErrors.AmbientAnswerInvalid.At($"The token service of {source} returned a response without the member '{member}'.", source);
    }
}
