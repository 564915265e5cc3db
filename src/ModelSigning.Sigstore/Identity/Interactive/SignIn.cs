using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;

namespace ModelSigning.Sigstore.Identity.Interactive;

/// <summary>Signs a person in (sigstore client specification, "Authentication"; OpenID Connect Core 1.0, section 3.1).</summary>
internal static class SignIn
{
    private static readonly ServiceEndpoint Provider = new("the identity provider",
        IdentityErrors.IdentityProviderUnreachable, IdentityErrors.IdentityProviderRefused, IdentityErrors.IdentityProviderAnswerInvalid);

    private const string OutOfBandRedirect = "urn:ietf:wg:oauth:2.0:oob";

    /// <summary>Signs in.</summary>
    /// <param name="flow">How.</param>
    /// <param name="request">Where, and for whom.</param>
    /// <param name="interaction">The person.</param>
    /// <param name="cancellationToken">Ends the wait at once.</param>
    /// <returns>The token, of the provider that was asked and made for this sign-in.</returns>
    /// <exception cref="ModelSigningException">The provider is not reached or refuses, the answer is not this sign-in's, or the person does not sign in.</exception>
    public static IdentityToken Run(SignInFlow flow, SignInRequest request, IInteraction interaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(interaction);
        ServiceClient.RequireSecure(Provider, request.Issuer);
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(request.Timeout);
        try
        {
            // Out of band asks the host, which answers only the thread that asks.
            return flow switch
            {
                SignInFlow.Browser => BrowserAsync(request, interaction, deadline.Token).GetAwaiter().GetResult(),
                SignInFlow.OutOfBand => OutOfBand(request, interaction, deadline.Token),
                SignInFlow.Device => DeviceSignIn.Run(request, interaction, deadline.Token),
                _ => throw new ArgumentOutOfRangeException(nameof(flow)),
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(request);
        }
    }

    /// <summary>Nobody signed in.</summary>
    internal static ModelSigningException TimedOut(SignInRequest request) => IdentityErrors.SignInTimeout.At(Invariant($"The sign-in at '{request.Provider}' was not completed within {request.Timeout.TotalSeconds:0} seconds."), request.Provider);

    private static async Task<IdentityToken> BrowserAsync(SignInRequest request, IInteraction interaction, CancellationToken cancellationToken)
    {
        using LoopbackRedirect redirect = new();
        using OpenIdClient client = new(request, redirect.Address);
        // The host is spoken to before the first true wait, on the thread that called.
        Uri address = client.BeginAsync(cancellationToken).GetAwaiter().GetResult();
        bool opened = interaction.OpenBrowser(address);
        interaction.Show(opened ? "Waiting for the sign-in in the browser." : "Open this address in a browser on this machine to sign in: " + address.AbsoluteUri);
        using Redirection redirection = await redirect.WaitAsync(client.State, cancellationToken);
        try
        {
            IdentityToken token = await client.FinishAsync(redirection.Query, cancellationToken);
            token.RequireUsable(request.ClientId, request.Policy.Clock.GetUtcNow());
            await redirection.FinishAsync(refusal: null);
            return token;
        }
        catch (ModelSigningException refusal)
        {
            await redirection.FinishAsync(refusal.Definition);
            throw;
        }
    }

    private static IdentityToken OutOfBand(SignInRequest request, IInteraction interaction, CancellationToken cancellationToken)
    {
        using OpenIdClient client = new(request, OutOfBandRedirect);
        interaction.Show("Open this address in a browser to sign in: " + client.BeginAsync(cancellationToken).GetAwaiter().GetResult().AbsoluteUri);
        string code = interaction.AskForCode().Trim();
        return code.Length == 0
            ? throw TimedOut(request)
            : client.FinishWithCodeAsync(code, cancellationToken).GetAwaiter().GetResult();
    }
}
