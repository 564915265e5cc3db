using ModelSigning.Core.Bundles;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Signing;

/// <summary>Whatever can sign: a key, a certificate, a token, Sigstore. One procedure carries the design.</summary>
public interface ISigner
{
    /// <summary>The method as traces name it: <c>key</c>, <c>certificate</c>, <c>pkcs11-key</c>, <c>pkcs11-certificate</c>, <c>sigstore</c>.</summary>
    string Method { get; }

    /// <summary>The largest statement that can be signed, in bytes, whatever the format allows.</summary>
    int MaximumStatementLength => int.MaxValue;

    /// <summary>Makes what verifies a signature that this signer made before, and nothing of anyone else.</summary>
    /// <param name="cancellationToken">Ends network calls at once.</param>
    /// <returns>The verifier; null where the signer cannot tell.</returns>
    /// <exception cref="Errors.ModelSigningException">Who signs cannot be established, because the identity or a service refuses.</exception>
    SignatureVerifier? MakeOwnVerifier(CancellationToken cancellationToken) => null;

    /// <summary>Signs a statement and makes the finished bundle: signature, material, timestamps, log entries.</summary>
    /// <param name="statement">The in-toto statement's bytes (UTF-8 JSON), final: they are signed as they are.</param>
    /// <param name="cancellationToken">Ends network calls at once; a token's operation is never abandoned half-way.</param>
    /// <exception cref="Errors.ModelSigningException">The key, the token or a service refuses; nothing was written anywhere.</exception>
    Bundle Sign(ReadOnlyMemory<byte> statement, CancellationToken cancellationToken);
}
