using ModelSigning.Core.Attestations;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Signing;

/// <summary>A statement that is to be signed as it is: an attestation about some files.</summary>
internal static class StatementFile
{
    private const int MaximumLength = 48 * 1024 * 1024;

    private static readonly InputRules Rules = new("statement", MaximumLength, SigstoreSigningErrors.StatementInvalid);

    /// <summary>Reads a statement, and refuses what no verifier would take.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The file's bytes.</returns>
    /// <exception cref="ModelSigningException"><see cref="SigstoreSigningErrors.StatementInvalid"/>.</exception>
    public static ReadOnlyMemory<byte> Read(string path, CancellationToken cancellationToken)
    {
        byte[] bytes = BoundedFile.Read(path, Rules, cancellationToken);
        InTotoStatement statement = InTotoStatement.Read(bytes, path, Rules, cancellationToken);
        if (!statement.IsOfKnownType)
        {
            throw SigstoreSigningErrors.StatementInvalid.At($"'{path}' is not an in-toto statement: its _type is '{statement.Type}'.", path);
        }

        // Signed, it would be the signature of a model whose files nobody looked at.
        return !PredicateTypes.IsOfOms(statement.PredicateType)
            ? bytes
            : throw SigstoreSigningErrors.StatementInvalid.At(
                $"'{path}' is what a model's signature is over: its predicate type is '{statement.PredicateType}'. New-ModelSignature signs a model, and with -Manifest a manifest of one.", path);
    }
}
