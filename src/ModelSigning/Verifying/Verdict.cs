using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Loaded;
using ModelSigning.Core.Models;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Stores;
using ModelSigning.Core.Verifying;
using ModelSigning.Sigstore.Verifying;

namespace ModelSigning;

/// <summary>The outcome of one verification: the result for the report, and the refusal unless the model is valid.</summary>
/// <param name="Result">What was found out.</param>
/// <param name="Refusal">Why the model is not valid; null for a valid one and for no other.</param>
internal sealed record Verdict(ModelSignatureResult Result, ModelSigningException? Refusal)
{
    private const int NamesInMessage = 3;

    // The message of a mismatch says what to do with the model, because reports show it alone.
    private const string CureBesideMessage = "Test-ModelSignature -Detailed | Format-List shows every difference.";

    /// <summary>The verification behind a verdict; null where the signature was refused.</summary>
    internal VerificationResult? Verified { get; private init; }

    /// <summary>What a valid model names elsewhere.</summary>
    internal IReadOnlyList<Reference> References { get; private init; } = [];

    /// <summary>The verdict on a model whose signature holds: it is what was signed, or it differs.</summary>
    internal static Verdict Of(VerificationResult verified, InspectedContent? content, TrustRule? rule, TimeSpan duration, LoadedWeights? loaded = null)
    {
        content = verified.IsValid ? content : null;
        Serialization serialization = verified.Statement.Serialization;
        SignatureEvidence evidence = verified.Statement.Evidence;
        X509Certificate2? signer = evidence.CertificatePath is [var leaf, ..] ? leaf : null;
        ModelSigningException? refusal = verified.IsValid ? loaded?.RefusalOf(verified.ModelPath)
            : verified.Basis == VerificationBasis.Manifest ? VerifyingErrors.ManifestMismatch.At(Describe(verified), verified.ModelPath, cure: CureBesideMessage)
            : CommandErrors.ModelMismatch.At(Describe(verified), verified.ModelPath, cure: CureBesideMessage);
        return new Verdict(
            new ModelSignatureResult(verified.ModelPath)
            {
                SignaturePath = verified.SignaturePath,
                StatusValue = refusal is null ? ModelSignatureStatus.Valid
                    : refusal.Definition == LoadedErrors.LoadedNotVerifiable ? StatusNames.Of(refusal.Definition) : ModelSignatureStatus.HashMismatch,
                StatusMessage = refusal?.Message ?? Valid(verified) + loaded?.Sentence,
                ErrorId = refusal?.Definition.Id,
                TrustRule = rule?.Name,
                RuleDemands = DemandsOf(rule),
                Method = evidence.Method.ToString(),
                Signer = Printable.Of(evidence.Signer),
                Identity = (evidence as SigstoreEvidence)?.Verification.Identity is { } identity ? Printable.Of(identity.Name.Value) : null,
                Issuer = (evidence as SigstoreEvidence)?.Verification.Identity is { } confirmed ? Printable.Of(confirmed.Issuer) : null,
                LogEntries = evidence is SigstoreEvidence sigstore ? SigstoreLogEntry.Of(sigstore.Verification) : [],
                PublicKeyPath = evidence is KeyEvidence { Key.Source: { } source } && Path.IsPathFullyQualified(source) ? source : null,
                SignerFingerprint = signer?.Sha256Fingerprint(),
                SignerSubject = signer is null ? null : Printable.Of(signer.DisplaySubject()),
                SignerCertificate = signer?.ExportCertificatePem(),
                TimestampSubject = evidence.TimestampCertificate is { } authority ? Printable.Of(authority.DisplaySubject()) : null,
                TimestampFingerprint = evidence.TimestampCertificate?.Sha256Fingerprint(),
                TimestampCertificate = evidence.TimestampCertificate?.ExportCertificatePem(),
                TrustAnchor = (evidence as CertificateEvidence)?.Anchor,
                TrustAnchorFingerprint = (evidence as CertificateEvidence)?.AnchorFingerprint,
                SignedTime = evidence.SignedTime?.ToUniversalTime(),
                TimeSource = evidence.TimeSource,
                Source = verified.Source,
                Revision = verified.Revision,
                Scope = verified.Scope.ToString(),
                Basis = verified.Basis.ToString(),
                CheckedFiles = [.. verified.CheckedFiles],
                HashAlgorithm = serialization.HashType.Identifier(),
                RootDigest = verified.Statement.Statement.RootDigest is { } rootDigest ? Digests.Root(rootDigest.Span) : null,
                ModelPin = verified.Statement.Pin,
                FileCount = verified.FileCount,
                Length = verified.ByteCount,
                Duration = duration,
                ExtraFiles = [.. verified.Difference.Extra],
                MissingFiles = [.. verified.Difference.Missing],
                ChangedFiles = [.. verified.Difference.Mismatched.Select(changed => new ChangedModelFile(changed.Name,
                    Digests.Labelled(serialization.HashType, changed.Expected.Span), Digests.Labelled(serialization.HashType, changed.Actual.Span))
                {
                    StoredAs = verified.StoredAs.GetValueOrDefault(changed.Name),
                })],
                UncheckedPaths = [.. verified.UncheckedPaths],
                Warnings = [.. verified.Warnings.Concat(PipedPath.Warnings(verified.ModelPath)).Select(Printable.Of)],
                LoadedProcessId = loaded?.Process,
                VerifiedTensors = loaded?.Verified.Count(LoadedState.AsSigned),
                ChangedTensors = loaded?.Verified.Count(LoadedState.Changed),
                UnverifiableTensors = loaded?.Verified.Count(LoadedState.NotVerifiable),
                TensorDifferences = [.. loaded?.Differences.Select(tensor => new LoadedTensorDifference(tensor)) ?? []],
                References = content?.References() ?? [],
                ExecutableContent = content?.Executables() ?? [],
            }.WithCard(verified.Basis == VerificationBasis.Files ? content?.Card : null, verified.SignatureDigest).WithUninspected(content?.Inspection.Uninspected ?? []),
            refusal)
        {
            Verified = verified,
            References = content?.Inspection.References ?? [],
        };
    }

    /// <summary>The verdict on a model whose signature is not valid, or that could not be read. It has no signer.</summary>
    internal static Verdict Of(ModelSigningException refusal, string model, string? signature, TrustRule? rule, TimeSpan duration) => new(
        new ModelSignatureResult(model)
        {
            SignaturePath = signature,
            StatusValue = StatusNames.Of(refusal.Definition),
            StatusMessage = refusal.Message,
            ErrorId = refusal.Definition.Id,
            TrustRule = rule?.Name,
            RuleDemands = DemandsOf(rule),
            Duration = duration,
        },
        refusal);

    private static string[] DemandsOf(TrustRule? rule) => [.. rule?.Demands.Select(Printable.Of) ?? []];

    private static string Describe(VerificationResult verified)
    {
        if (!verified.IsListed)
        {
            string name = verified.CheckedFiles is [var file, ..] ? file : ResourceName.SingleFile;
            return $"'{verified.ModelPath}' was not signed: the signature '{verified.SignaturePath}' does not list '{name}'. If the signature is of another folder, verify that one, with -Include and the file's path in it.";
        }

        string[] parts =
        [
            Describe("changed", [.. verified.Difference.Mismatched.Select(changed => changed.Name)], verified.StoredAs),
            Describe("missing", verified.Difference.Missing),
            Describe("not signed", verified.Difference.Extra),
        ];
        if (verified.Basis == VerificationBasis.Manifest)
        {
            return $"'{verified.ModelPath}' does not list what was signed: {string.Join("; ", parts.Where(part => part.Length > 0))}. Hash the model again, or do not use it.";
        }

        string cure = (verified.Difference.Mismatched.Count + verified.Difference.Missing.Count, verified.Difference.Extra.Count) switch
        {
            (0, _) => "delete the unsigned files",
            (_, 0) => "restore these files",
            _ => "restore these files and delete the unsigned ones",
        };
        string kept = string.Concat(Bookkeeping.Among(verified.Difference.Extra)
            .Take(NamesInMessage).Select(one => $" {one.Program} keeps '{one.Path}': use -IgnorePath {Printable.Of(QuotedText.Of(one.Path))} if you trust it."));
        string lineEnds = verified.LineEndsOnly.Count == 0 ? ""
            : $" Of these, {Describe("changed only in line ends (CRLF or LF)", verified.LineEndsOnly)}: check them out again without conversion (in git, '* -text').";
        string partial = verified.Source == ModelStores.HuggingFace && verified.Difference.Missing.Count > 0
            ? " The snapshot may be a partial download: 'hf download' fetches what is missing." : "";
        string pointers = verified.LfsPointers.Count == 0 ? ""
            : $" {Describe("only a pointer of git LFS", verified.LfsPointers)}: fetch the files with 'git lfs pull'.";
        string store = verified.Source == ModelSource.PlainKind && Bookkeeping.StoreOf(verified.Difference.Extra) is var (what, parameters)
            ? $" The folder is {what}: use {parameters} to verify the files of a model in it." : "";
        string differences = string.Join("; ", parts.Where(part => part.Length > 0));
        return $"'{verified.ModelPath}' is not what was signed: {differences}. Do not use it. Download it again, or {cure}.{store}{partial}{kept}{pointers}{lineEnds}";
    }

    // What the verdict covers, so that nothing that was only skipped is taken for signed.
    private static string Valid(VerificationResult verified)
    {
        if (verified.Basis == VerificationBasis.Manifest)
        {
            return "The manifest lists exactly what was signed. No file of the model was read.";
        }

        if (verified.Scope == VerificationScope.Partial)
        {
            string[] excused = [.. verified.UncheckedPaths.Where(path => path != ResourceName.SingleFile)];
            return verified.CheckedFiles.Count == 1
                ? $"The file{Selected(verified)} is as it was signed. The other signed files were not checked.{Excused(excused)}"
                : $"{Describe("selected", verified.CheckedFiles)}: these files are as they were signed. Nothing else in the folder was checked.{Excused(excused)}";
        }

        bool seesAll = verified.Statement.Serialization.ShardSize is null;
        return (seesAll, verified.UncheckedPaths) switch
        {
            (true, []) => "The model is exactly as it was signed.",
            (false, []) => "Every signed file is as it was signed, and nothing was added. Empty files are not covered by a signature with shards.",
            (_, var left) => $"Every signed file is as it was signed. Other files were not checked: {Describe("ignored", left)}.",
        };
    }

    // A folder's name alone would say that all of it was verified.
    private static string Selected(VerificationResult verified) =>
        Path.GetFileName(verified.ModelPath) == Path.GetFileName(verified.CheckedFiles[0]) ? "" : $" '{Printable.Of(verified.CheckedFiles[0])}'";

    private static string Excused(string[] paths) => paths.Length == 0 ? "" : $" {Describe("ignored", paths)}.";

    private static string Describe(string what, IReadOnlyList<string> names, IReadOnlyDictionary<string, string>? storedAs = null)
    {
        string first = string.Join(", ", names.Take(NamesInMessage).Select(name => $"'{Printable.Of(name)}'"
            + (storedAs?.GetValueOrDefault(name) is { } place ? $" in '{Printable.Of(place)}'" : "")));
        int more = names.Count - NamesInMessage;
        return names.Count == 0 ? "" : $"{names.Count} {what} ({first}{(more > 0 ? $" and {more} more" : "")})";
    }
}
