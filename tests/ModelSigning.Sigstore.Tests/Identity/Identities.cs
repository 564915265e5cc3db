using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Identity.Ambient;

namespace ModelSigning.Sigstore.Tests.Identity;

/// <summary>What the identity tests share: an environment of the test's own and services that are not waited for.</summary>
internal static class Identities
{
    /// <summary>No pauses between tries, and few of them.</summary>
    public static ServicePolicy Policy { get; } = new() { Delay = (_, token) => token.IsCancellationRequested ? Task.FromCanceled(token) : Task.CompletedTask };

    /// <summary>An environment with these variables and no files.</summary>
    public static AmbientEnvironment Environment(params (string Name, string Value)[] variables)
    {
        Dictionary<string, string> known = variables.ToDictionary(variable => variable.Name, variable => variable.Value);
        return new AmbientEnvironment
        {
            Variable = known.GetValueOrDefault,
            ProjectedTokenFile = Path.Join(Path.GetTempPath(), "no-such-token-file"),
            ProductNameFile = Path.Join(Path.GetTempPath(), "no-such-product-file"),
            Run = (program, _, _) => throw new InvalidOperationException("No program is run here: " + program),
        };
    }

    /// <summary>Gets a token as a signing does.</summary>
    public static IdentityToken Get(IdentityOptions options, string? issuer, CancellationToken cancellationToken = default)
    {
        using ServiceClient client = new(Policy);
        return new IdentityTokenProvider(options, client).Get(issuer is null ? null : new Uri(issuer), cancellationToken);
    }

    /// <summary>The refusal of getting a token.</summary>
    public static ModelSigningException Refusal(IdentityOptions options, string? issuer = null) =>
        Assert.Throws<ModelSigningException>(() => Get(options, issuer));

    /// <summary>The characters of a token.</summary>
    public static string Text(this IdentityToken token) => new(token.CopyText());
}
