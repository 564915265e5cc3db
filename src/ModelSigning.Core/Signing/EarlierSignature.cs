using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Signing;

/// <summary>What of an earlier signature of a model may be signed again.</summary>
/// <param name="ManifestPath">The full path of the manifest file that was written when the model was hashed for it.</param>
/// <param name="SignaturePath">The full path of the signature.</param>
public sealed record EarlierSignature(string ManifestPath, string SignaturePath)
{
    /// <summary>Verifies the signature as the signer's own, and reads both.</summary>
    /// <param name="signer">What made the signature, and signs now.</param>
    /// <param name="modelName">The model's name, as its statement says it.</param>
    /// <param name="serialization">How the model is hashed now.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="SigningErrors.ReuseUnsupported"/>, <see cref="SigningErrors.ReuseRefused"/>, or one of <see cref="ManifestFileErrors"/> or <see cref="BundleErrors"/>.
    /// </exception>
    internal EarlierManifest Read(ISigner signer, string modelName, Serialization serialization, CancellationToken cancellationToken)
    {
        // Both files first: to tell who signs, a signer may ask a person to sign in.
        ManifestFile recorded = ManifestFileReader.ReadWhole(ManifestPath, RefuseOthers, cancellationToken);
        Bundle bundle = ReadBundle(cancellationToken);
        SignatureVerifier verifier = signer.MakeOwnVerifier(cancellationToken)
            ?? throw SigningErrors.ReuseUnsupported.At($"A signature of the method '{signer.Method}' cannot be verified as this signer's own.", SignaturePath);
        Manifest signed = Verify(verifier, bundle, cancellationToken);
        foreach ((Manifest manifest, string path) in (ReadOnlySpan<(Manifest, string)>)[(recorded.Manifest, ManifestPath), (signed, SignaturePath)])
        {
            if (manifest.ModelName != modelName)
            {
                throw SigningErrors.ReuseRefused.At($"'{path}' is of the model '{manifest.ModelName}', not of '{modelName}'.", path);
            }

            if (manifest.Serialization.HashType != serialization.HashType || manifest.Serialization.ShardSize != serialization.ShardSize)
            {
                throw SigningErrors.ReuseRefused.At($"'{path}' uses {manifest.Serialization.Description}, but the model is signed with {serialization.Description}.", path);
            }
        }

        EarlierManifest earlier = new(recorded, signed);
        return earlier.HasAny() ? earlier : throw SigningErrors.ReuseRefused.At($"'{ManifestPath}' and '{SignaturePath}' have no digest in common.", ManifestPath);
    }

    // Whoever writes into it "unchanged since then" has the old digest of a changed file signed again. Where others may write to its folder, they can put a file of
    // their own in its place.
    private void RefuseOthers(FileStream manifest)
    {
        if (!OperatingSystem.IsWindows() && FileStatus.IsWritableByOthers(manifest.SafeFileHandle))
        {
            throw SigningErrors.ReuseRefused.At(
                $"'{ManifestPath}' can be changed by other users or belongs to another one, so what it says of unchanged files cannot be relied on.", ManifestPath,
                cure: "Make sure that the file is yours and that only you can write it (chmod go-w), and omit -Reuse once, so that every file is hashed and the manifest file is written again.");
        }
    }

    private Bundle ReadBundle(CancellationToken cancellationToken)
    {
        try
        {
            return BundleReader.Read(SignaturePath, cancellationToken);
        }
        catch (ModelSigningException refusal) when (refusal.Definition == BundleErrors.BundleNotFound)
        {
            throw SigningErrors.ReuseRefused.At($"No earlier signature was found at '{SignaturePath}'.", SignaturePath, refusal);
        }
    }

    private Manifest Verify(SignatureVerifier verifier, Bundle bundle, CancellationToken cancellationToken)
    {
        try
        {
            return verifier.VerifyModel(bundle, cancellationToken: cancellationToken).Manifest;
        }
        catch (ModelSigningException refusal)
        {
            throw SigningErrors.ReuseRefused.At($"'{SignaturePath}' is not a valid signature of this signer: {refusal.Message}", SignaturePath, refusal);
        }
    }
}
