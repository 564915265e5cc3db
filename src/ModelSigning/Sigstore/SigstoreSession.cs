using System.Collections.Concurrent;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Http;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Signing;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>What a command signs with while it runs: one signer, its connections and its secrets, which are cleared at its end.</summary>
internal sealed class SigstoreSession : ISigner, IDisposable
{
    // The logs about which a person of this process has been told what becomes public.
    private static readonly ConcurrentDictionary<string, bool> Told = new(StringComparer.Ordinal);

    private readonly CancellableCommand _command;
    private readonly IdentityOptions _identity;
    private readonly ServiceClient _client = new(new ServicePolicy());
    private readonly SigstoreSigner _signer;
    private readonly PersonAtHost? _person;

    private SigstoreSession(CancellableCommand command, SigstoreSigningInput input)
    {
        _command = command;
        (SigstoreTrust trust, SigningConfig services) = input.Load(command);
        _person = PersonAtHost.Of(command);
        _identity = input.Identity(_person);
        _signer = new SigstoreSigner(new SigstoreSignerOptions
        {
            SigningConfig = services,
            TrustedRoot = trust.TrustedRoot,
            Tokens = new IdentityTokenProvider(_identity, _client),
            Client = _client,
            Issuer = input.IssuerAddress(),
            Report = line => Pipeline?.Verbose(line),
        });
    }

    /// <summary>The way to the pipeline's thread while background work runs; set by the command for each run.</summary>
    internal PipelineThread? Pipeline
    {
        get;
        set
        {
            field = value;
            if (_person is not null)
            {
                _person.Pipeline = value;
            }
        }
    }

    /// <summary>The identity that the latest certificate names; null before the first signature.</summary>
    internal VerifiedIdentity? Identity => _signer.Identity;

    /// <summary>
    /// Loads trust and services and says, before a person signs in for the first time, what becomes public for ever. Called on the
    /// pipeline's thread.
    /// </summary>
    /// <param name="command">The command.</param>
    /// <param name="input">What its parameters say.</param>
    /// <param name="force">Whether to sign without a prompt.</param>
    /// <exception cref="ModelSigningException">
    /// The trust cannot be loaded, no service can be used, or <see cref="CommandErrors.SigningDeclined"/>.
    /// </exception>
    internal static SigstoreSession Begin(CancellableCommand command, SigstoreSigningInput input, bool force)
    {
        SigstoreSession session = new(command, input);
        try
        {
            session.Confirm(force);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Method => _signer.Method;

    /// <inheritdoc/>
    public int MaximumStatementLength => _signer.MaximumStatementLength;

    /// <inheritdoc/>
    public SignatureVerifier MakeOwnVerifier(CancellationToken cancellationToken) => _signer.MakeOwnVerifier(cancellationToken);

    /// <inheritdoc/>
    public Bundle Sign(ReadOnlyMemory<byte> statement, CancellationToken cancellationToken) => _signer.Sign(statement, cancellationToken);

    /// <inheritdoc cref="SigstoreSigner.SignMessage"/>
    internal Bundle SignMessage(IArtifact artifact, CancellationToken cancellationToken) => _signer.SignMessage(artifact, cancellationToken);

    /// <summary>Forgets key, certificate and secrets.</summary>
    public void Dispose()
    {
        _signer.Dispose();
        _client.Dispose();
        Array.Clear(_identity.Token ?? []);
        Array.Clear(_identity.ClientSecret ?? []);
    }

    private void Confirm(bool force)
    {
        string logs = string.Join(", ", _signer.Services.TransparencyLogs.Select(log => log.Url.Host));
        if (force || !_signer.WillAsk || Told.ContainsKey(logs))
        {
            return;
        }

        string published = _signer.PublishesStatement
            ? "your identity (such as your e-mail address) and the whole statement with the names and digests of all files"
            : "your identity (such as your e-mail address) and the digest of what you sign";
        if (!_command.ShouldContinue(
            $"The transparency log {logs} will contain {published}. Anyone who can read the log can see them, and they cannot be removed. Sign?", "Sign with Sigstore"))
        {
            throw CommandErrors.SigningDeclined.At("Nothing was signed. Use -Force to sign without a prompt.");
        }

        Told[logs] = true;
    }
}
