using System.Management.Automation;
using System.Security;
using ModelSigning.Core.Http;
using ModelSigning.Sigstore.Identity;

namespace ModelSigning;

/// <summary>Gets an identity token for signing with Sigstore, for scripts that sign later or elsewhere.</summary>
/// <remarks>
/// <para>
/// Get-SigstoreToken gets a token as New-ModelSignature -Sigstore does: from the variable SIGSTORE_ID_TOKEN, from the CI or cloud service
/// that the job runs in, or by signing in. It writes an object whose IdentityToken is a SecureString, for the parameter -IdentityToken.
/// Tokens are valid for minutes; anyone who has one can sign in your name until it expires.
/// </para>
/// </remarks>
/// <example>
/// <code>$token = Get-SigstoreToken
/// New-ModelSignature ./model -Sigstore -IdentityToken $token.IdentityToken</code>
/// <para>Signs in first and signs then.</para>
/// </example>
/// <example>
/// <code>Get-SigstoreToken -Issuer https://login.company.example -ClientId model-signing -SignInFlow Device</code>
/// <para>Gets a token of a company's own provider, confirmed in a browser on another machine.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "SigstoreToken")]
[OutputType(typeof(SigstoreToken))]
public sealed class GetSigstoreTokenCommand : IdentityCommand
{
    /// <summary>Gets the token.</summary>
    protected override void EndProcessing() => WriteObject(OrTerminate(GetToken));

    private SigstoreToken GetToken()
    {
        SigstoreSigningInput input = SigningInput;
        PersonAtHost? person = PersonAtHost.Of(this);
        IdentityOptions identity = input.Identity(person);
        try
        {
            // The services are of interest only for where to sign in.
            Uri? issuer = input.IssuerAddress()
                ?? SelectedIssuer(input);
            using ServiceClient client = new(new ServicePolicy());
            using IdentityToken token = RunInBackground(null, (pipeline, stop) =>
            {
                if (person is not null)
                {
                    person.Pipeline = pipeline;
                }

                return new IdentityTokenProvider(identity, client).Get(issuer, stop);
            });
            return new SigstoreToken(Secure(token))
            {
                Identity = Printable.Of(token.Claims.Display),
                Issuer = Printable.Of(token.Claims.CertificateIssuer),
                Audience = [.. token.Claims.Audiences.Select(Printable.Of)],
                Expires = token.Claims.Expires.ToUniversalTime(),
                Source = Printable.Of(token.Source),
            };
        }
        finally
        {
            Array.Clear(identity.ClientSecret ?? []);
        }
    }

    private Uri? SelectedIssuer(SigstoreSigningInput input) =>
        ModelSigning.Sigstore.Trust.SelectedServices.Select(input.Load(this).Services, DateTimeOffset.UtcNow).OidcIssuer?.Url;

    private static SecureString Secure(IdentityToken token)
    {
        char[] text = token.CopyText();
        try
        {
            SecureString secure = new();
            Array.ForEach(text, secure.AppendChar);
            secure.MakeReadOnly();
            return secure;
        }
        finally
        {
            Array.Clear(text);
        }
    }
}
