namespace ModelSigning.Tests;

/// <summary>Tests that change the environment of the process run alone.</summary>
[CollectionDefinition(nameof(OfTheEnvironment), DisableParallelization = true)]
public sealed class OfTheEnvironment;

/// <summary>The environment of a person's desk, whatever the tests run in: no CI service, no token. Restored at the end.</summary>
internal sealed class DeskEnvironment : IDisposable
{
    private static readonly string[] Variables =
    [
        "CI", "GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "CIRCLECI", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION", "SIGSTORE_ID_TOKEN",
        "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "GOOGLE_SERVICE_ACCOUNT_NAME",
    ];

    private readonly Dictionary<string, string?> _before = Variables.ToDictionary(name => name, Environment.GetEnvironmentVariable);

    internal DeskEnvironment() => Array.ForEach(Variables, name => Environment.SetEnvironmentVariable(name, null));

    public void Dispose()
    {
        foreach ((string name, string? value) in _before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }
}
