using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Content;
using ModelSigning.Core.Loaded;

namespace ModelSigning;

/// <summary>The result of Test-ModelSignature for one model. Everything about the signer is verified, and null where it was not.</summary>
public sealed class ModelSignatureResult
{
    private VerifiedCard? _card;
    private ReadOnlyMemory<byte> _signatureDigest;
    private IReadOnlyList<Uninspected>? _uninspected;

    internal ModelSignatureResult(string path) => Path = path;

    /// <summary>The model: a full path.</summary>
    public string Path { get; }

    /// <summary>The signature file: a full path; null when none was found.</summary>
    public string? SignaturePath { get; internal init; }

    /// <summary>
    /// The verdict: the name of a <see cref="ModelSignatureStatus"/>. As text, because an enum that has travelled through a job or a
    /// remote session is a number, which no comparison with 'Valid' would find.
    /// </summary>
    public string Status => StatusValue.ToString();

    /// <summary>The verdict as a sentence.</summary>
    public string StatusMessage { get; internal init; } = "";

    /// <summary>The error's identifier (<c>docs/errors.md</c>); null for a valid model.</summary>
    public string? ErrorId { get; internal init; }

    /// <summary>The rule of the trust policy that decided; null without a policy, and for a model that no rule matches.</summary>
    public string? TrustRule { get; internal init; }

    /// <summary>
    /// What that rule requires of the model besides its signature, each in words: claims, base models that verify, what may be in its files. A valid model meets all of it.
    /// </summary>
    public string[] RuleDemands { get; internal init; } = [];

    /// <summary>How it was signed: <c>Key</c>, <c>Certificate</c> or <c>Sigstore</c>; null when the signature does not hold.</summary>
    public string? Method { get; internal init; }

    /// <summary>
    /// Who signed, in one line: a key's hint (the SHA-256 of the public key's PEM text, with LF line ends), a certificate's subject, an identity; null when the
    /// signature does not hold.
    /// </summary>
    public string? Signer { get; internal init; }

    /// <summary>The file of the public key that verified the signature: a full path; null for other methods, and for a key that is not from a file.</summary>
    public string? PublicKeyPath { get; internal init; }

    /// <summary>The identity of a Sigstore signature; null for other methods.</summary>
    public string? Identity { get; internal init; }

    /// <summary>Who confirmed the identity of a Sigstore signature; null for other methods.</summary>
    public string? Issuer { get; internal init; }

    /// <summary>The transparency logs that hold a Sigstore signature, and where in them.</summary>
    public SigstoreLogEntry[] LogEntries { get; internal init; } = [];

    /// <summary>The SHA-256 of the signing certificate in lower-case hexadecimal; null without a certificate.</summary>
    public string? SignerFingerprint { get; internal init; }

    /// <summary>The subject of the signing certificate; null without a certificate. Sigstore's certificates identify the signer elsewhere: see Identity.</summary>
    public string? SignerSubject { get; internal init; }

    /// <summary>The signing certificate in PEM; null without one. GetSignerCertificate() returns it as an object.</summary>
    public string? SignerCertificate { get; internal init; }

    /// <summary>The subject of the timestamp authority's certificate; null without a verified timestamp.</summary>
    public string? TimestampSubject { get; internal init; }

    /// <summary>The SHA-256 of that certificate in lower-case hexadecimal; null without one.</summary>
    public string? TimestampFingerprint { get; internal init; }

    /// <summary>That certificate in PEM; null without one. GetTimestampCertificate() returns it as an object.</summary>
    public string? TimestampCertificate { get; internal init; }

    /// <summary>The subject of the trusted certificate in which the signing certificate's chain ends; null without a certificate.</summary>
    public string? TrustAnchor { get; internal init; }

    /// <summary>The SHA-256 of that certificate in lower-case hexadecimal; null without one.</summary>
    public string? TrustAnchorFingerprint { get; internal init; }

    /// <summary>The confirmed signing time, in UTC; null if no time is confirmed.</summary>
    public DateTimeOffset? SignedTime { get; internal init; }

    /// <summary>The timestamp authority or log that confirmed that time; null if none did.</summary>
    public string? TimeSource { get; internal init; }

    /// <summary>
    /// What the verdict is about: <c>Whole</c>, everything that was signed; <c>Partial</c>, the <see cref="CheckedFiles"/> of a signed folder, and nothing else of
    /// it. Null when the signature does not hold.
    /// </summary>
    public string? Scope { get; internal init; }

    /// <summary>The files that a partial verdict is about, relative to the signed folder, in order; empty when Scope is not <c>Partial</c>.</summary>
    public string[] CheckedFiles { get; internal init; } = [];

    /// <summary>
    /// Where the files came from: <c>Folder</c> for a plain folder or file, or the store that -Source named; <c>Manifest</c> where none was read; null when the signature does not
    /// hold.
    /// </summary>
    public string? Source { get; internal init; }

    /// <summary>
    /// What of the store was verified, by a name that cannot be moved to another content as a tag can: the commit of a snapshot in the cache of the Hugging Face hub, or the digest of the manifest in an OCI layout or ollama's
    /// store, as <c>sha256:hex</c>. Null for a folder or file, and when the signature does not hold.
    /// </summary>
    public string? Revision { get; internal init; }

    /// <summary>
    /// What was compared with the signature: <c>Files</c>, the files themselves; <c>Manifest</c>, a manifest file, and Path is its path. Null when the signature does not hold.
    /// </summary>
    public string? Basis { get; internal init; }

    /// <summary>The digest algorithm of the model's files: <c>sha256</c>, <c>blake2b</c> or <c>blake3</c>.</summary>
    public string? HashAlgorithm { get; internal init; }

    /// <summary>The signed root digest, as <c>sha256:hex</c>.</summary>
    public string? RootDigest { get; internal init; }

    /// <summary>The model's pin, as <c>pin1:hex</c>: the names and digests of all signed files, and how they were hashed; null unless the signature holds.</summary>
    public string? ModelPin { get; internal init; }

    /// <summary>How many files were compared.</summary>
    public int FileCount { get; internal init; }

    /// <summary>How many bytes were hashed; with the Basis <c>Manifest</c>, how many the manifest lists.</summary>
    public long Length { get; internal init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Files that are there and were not signed, in order.</summary>
    public string[] ExtraFiles { get; internal init; } = [];

    /// <summary>Signed files that are missing, in order.</summary>
    public string[] MissingFiles { get; internal init; } = [];

    /// <summary>Files whose content is not what was signed, in order.</summary>
    public ChangedModelFile[] ChangedFiles { get; internal init; } = [];

    /// <summary>
    /// What is in the model's folder and was neither signed nor checked, because the signer, -IgnorePath, -IgnoreUnsignedFile or the defaults
    /// for git leave it out: files, and
    /// folders with all that is in them and not signed. For a signature in shards, also empty files. The signature itself is not named. '.'
    /// stands for the rest of the folder where the verdict is about some files of it, and for all of it where Basis is <c>Manifest</c>.
    /// </summary>
    public string[] UncheckedPaths { get; internal init; } = [];

    /// <summary>What to know about the signature although it is valid.</summary>
    public string[] Warnings { get; internal init; } = [];

    /// <summary>
    /// What the model's configurations name elsewhere: code, base models, kernels, each with the file that names it and whether it is pinned to a commit. Found in the verified
    /// bytes of a valid model; empty for any other model. They do not change the verdict.
    /// </summary>
    public ModelReference[] References { get; internal init; } = [];

    /// <summary>What in the model runs, or can run, when it is loaded, found in the verified bytes of a valid model; empty for any other model.</summary>
    public ExecutableModelContent[] ExecutableContent { get; internal init; } = [];

    /// <summary>
    /// The files of a valid model that could not be inspected to their end for <see cref="References"/> and <see cref="ExecutableContent"/>, each with the reason, as text
    /// for display.
    /// </summary>
    // Of a dataset that can be nearly every file, and not everyone asks.
    public string[] UninspectedFiles => field ??= [.. Uninspected().Select(one => Printable.Of($"'{one.File}': {one.Reason}"))];

    /// <summary>The process whose memory -Loaded compared, as its list says; null without -Loaded, and when the signature does not hold.</summary>
    public int? LoadedProcessId { get; internal init; }

    /// <summary>How many tensors lay in the memory of that process as they were signed; 0 if the files are not valid. Null as <see cref="LoadedProcessId"/> is.</summary>
    public int? VerifiedTensors { get; internal init; }

    /// <summary>How many tensors had other bytes there. Null as <see cref="LoadedProcessId"/> is.</summary>
    public int? ChangedTensors { get; internal init; }

    /// <summary>
    /// How many tensors of the files, or of the list, could not be compared, because they were converted, fused, divided, renamed or not loaded. Null as
    /// <see cref="LoadedProcessId"/> is.
    /// </summary>
    public int? UnverifiableTensors { get; internal init; }

    /// <summary>The changed tensors and those that could not be compared, each with the reason, by file and name.</summary>
    public LoadedTensorDifference[] TensorDifferences { get; internal init; } = [];

    internal ModelSignatureStatus StatusValue { get; init; }

    /// <summary>Keeps the card of a valid model, made of the bytes that were verified. It is not a property, so that no copy of the result has it.</summary>
    internal ModelSignatureResult WithCard(VerifiedCard? card, ReadOnlyMemory<byte> signatureDigest)
    {
        _card = card;
        _signatureDigest = signatureDigest;
        return this;
    }

    /// <summary>The files of a valid model that could not be inspected to their end.</summary>
    internal IReadOnlyList<Uninspected> Uninspected() => _uninspected ?? [];

    /// <summary>Keeps these files. It is not a property either.</summary>
    internal ModelSignatureResult WithUninspected(IReadOnlyList<Uninspected> files)
    {
        _uninspected = files;
        return this;
    }

    /// <summary>Whether a signature file's bytes, by their SHA-256, are those that were verified.</summary>
    internal bool IsOfSignature(ReadOnlySpan<byte> digest) => !_signatureDigest.IsEmpty && digest.SequenceEqual(_signatureDigest.Span);

    /// <summary>The card.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">The model is not valid, or the result came from another session.</exception>
    internal VerifiedCard RequireCard() => StatusValue == ModelSignatureStatus.Valid && _card is { } card ? card
        : throw OutputErrors.CardNotVerified.At(StatusValue == ModelSignatureStatus.Valid
            ? $"The files of '{Path}' were not read in this session, so there is no card of verified bytes."
            : $"The result for '{Path}' is '{Status}', and only a valid model has a verified card.", Path);

    /// <summary>The signing certificate as an object, which the caller disposes of; null without one. It has no private key.</summary>
    public X509Certificate2? GetSignerCertificate() => SignerCertificate is { } pem ? X509Certificate2.CreateFromPem(pem) : null;

    /// <summary>The timestamp authority's certificate as an object, which the caller disposes of; null without one.</summary>
    public X509Certificate2? GetTimestampCertificate() => TimestampCertificate is { } pem ? X509Certificate2.CreateFromPem(pem) : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Status}: {Path}";
}

/// <summary>A file, or a shard of one, whose content is not what was signed.</summary>
public sealed class ChangedModelFile
{
    internal ChangedModelFile(string name, string expected, string actual) => (Name, Expected, Actual) = (name, expected, actual);

    /// <summary>The file relative to the model, with <c>/</c> between its components; a shard carries <c>:start:end</c> in bytes.</summary>
    public string Name { get; }

    /// <summary>The digest that was signed, as <c>algorithm:hex</c>.</summary>
    public string Expected { get; }

    /// <summary>The file's digest, as <c>algorithm:hex</c>.</summary>
    public string Actual { get; }

    /// <summary>Where the store keeps the file, such as <c>blobs/3f2a…</c> of a Hugging Face repository; null in a plain folder.</summary>
    public string? StoredAs { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A tensor that is not known to lie in the memory of another process as it was signed.</summary>
public sealed class LoadedTensorDifference
{
    internal LoadedTensorDifference(ComparedTensor tensor) =>
        (File, Name, State, Reason, Length) = (tensor.File, tensor.Name, tensor.State.ToString(), tensor.Reason.Length > 0 ? tensor.Reason : "The bytes there are different.", tensor.Length);

    /// <summary>The file, relative to the model.</summary>
    public string File { get; }

    /// <summary>The tensor's name in it.</summary>
    public string Name { get; }

    /// <summary><c>Changed</c>: other bytes lie there; <c>NotVerifiable</c>: nothing is known.</summary>
    public string State { get; }

    /// <summary>Why, as a sentence.</summary>
    public string Reason { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{State}: {Name}";
}
