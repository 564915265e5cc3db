using ModelSigning.Core.Attestations;
using ModelSigning.Core.Boms;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Cards;
using ModelSigning.Core.Content;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;

namespace ModelSigning;

/// <summary>What a bill of materials is made of.</summary>
/// <param name="Card">What the model's files say about it.</param>
/// <param name="Manifest">The files and their digests.</param>
/// <param name="RootDigest">The root digest, as <c>sha256:hex</c>.</param>
/// <param name="Signature">The verified signature; null where nothing was verified.</param>
internal sealed record BomMaterial(Card Card, Manifest Manifest, string? RootDigest, BomSignature? Signature)
{
    /// <summary>What lies in the model and was not verified.</summary>
    internal IReadOnlyList<string> UncheckedPaths { get; init; } = [];

    /// <summary>What was verified. A result does not keep the list of files: it is read from the signature again, and that must be the file that was verified, byte for byte.</summary>
    internal static BomMaterial Of(ModelSignatureResult verified, CancellationToken cancellationToken)
    {
        Card card = verified.RequireCard().Card;
        if (verified.Scope != "Whole")
        {
            throw BomErrors.BomNotWhole.At($"The verdict on '{verified.Path}' covers only some of its files.", verified.Path);
        }

        string signature = verified.SignaturePath!, pin = verified.ModelPin!;
        Bundle bundle = BundleReader.Read(signature, cancellationToken);
        if (!verified.IsOfSignature(bundle.FileDigest.Span))
        {
            throw BomErrors.BomSignatureChanged.At($"The signature '{signature}' is not the file that was verified for '{verified.Path}'.", signature);
        }

        ModelStatement statement = UnverifiedSignature.ReadStatement(bundle, signature, cancellationToken);
        return new(card, statement.Manifest, verified.RootDigest,
            new(Path.GetFileName(signature), Digests.Hex(bundle.FileDigest.Span), verified.Method!, verified.Signer!, pin, verified.SignedTime))
        { UncheckedPaths = verified.UncheckedPaths };
    }

    /// <summary>What is there, unverified: hashed, with the card of the same bytes.</summary>
    internal static BomMaterial Of(string model, string directory, CancellationToken cancellationToken)
    {
        ContentCapture capture = new();
        ModelFiles files = ModelSource.Plain(model, directory).Find(
            new() { CurrentDirectory = directory, SignaturePath = SignatureLocation.Default(model, directory) }, cancellationToken);
        Manifest manifest = ModelHasher.Hash(files, DigestAlgorithm.Sha256, null, false, new() { Device = HashDeviceSelection.Open([]), Observer = capture }, cancellationToken);
        return new(CardReader.Read(capture.Files(), cancellationToken), manifest, Digests.Root(manifest.ComputeRootDigest()), null);
    }
}
