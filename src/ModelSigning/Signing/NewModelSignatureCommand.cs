using System.Diagnostics;
using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Content;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Stores;

namespace ModelSigning;

/// <summary>Signs a model: an AI model, a dataset or an agent skill, in a folder or a single file.</summary>
/// <remarks>
/// <para>
/// New-ModelSignature hashes every file of the model, lists the digests in an in-toto statement, signs it and writes an OpenSSF Model
/// Signing (OMS) v1.0 bundle, which every OMS tool reads. Anyone who trusts the signer can then tell with Test-ModelSignature that
/// no file was changed, added or removed.
/// </para>
/// <para>
/// Without -SignaturePath the signature is written as model.sig into a folder, and as NAME.sig beside a single file. It appears whole or
/// not at all. An existing signature is replaced only with -Force.
/// </para>
/// <para>
/// Everything in the folder is signed, hidden files too, except the signature itself, what -IgnorePath names, and .git, .gitignore,
/// .gitattributes and .github at the top (-IncludeGitPath signs those as well). Symbolic links are refused unless -AllowSymlink is used.
/// </para>
/// <para>
/// Warnings name what the model loads from elsewhere without a pinned commit, which no signature covers, and files that can run when the model is loaded.
/// </para>
/// </remarks>
/// <example>
/// <code>New-ModelSigningKey ./release.key
/// New-ModelSignature ./model -PrivateKey ./release.key</code>
/// <para>Makes a key pair, asks for its password, and signs the folder with it. The signature is ./model/model.sig.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem D:\models -Directory | New-ModelSignature -PrivateKey D:\keys\release.key -KeyPassword (Get-Secret ReleaseKey) -HashAlgorithm blake3</code>
/// <para>Signs every model of a store in an unattended job: the password comes from a vault, the digests are BLAKE3.</para>
/// </example>
/// <example>
/// <code>New-ModelSignature ./model -Certificate ./signing.pfx -TimestampServer http://timestamp.example.com</code>
/// <para>Signs with the certificate and key of a PKCS#12 file, for whose password it asks, and adds a timestamp, with which the signature stays verifiable after the certificate has expired.</para>
/// </example>
/// <example>
/// <code>New-ModelSignature ./model -Certificate ./signing.pem -CertificateChain ./intermediate.pem -Pkcs11Uri 'pkcs11:token=Release;object=signing?module-name=softhsm2'</code>
/// <para>Signs with a key that never leaves its token, for whose PIN it asks, and puts its certificate and the one above it into the signature.</para>
/// </example>
/// <example>
/// <code>New-ModelSignature ./model -Sigstore</code>
/// <para>Signs with an identity: in a CI job the job's, at a keyboard yours, after you signed in with the browser. No key is kept anywhere.</para>
/// </example>
/// <example>
/// <code>New-ModelSignature ./model -PrivateKey ./release.key -SignaturePath ./release/model.sig -ManifestFile ./release/model.manifest.jsonl -Force
/// Set-Content ./model/README.md 'What changed'
/// New-ModelSignature ./model -PrivateKey ./release.key -SignaturePath ./release/model.sig -ManifestFile ./release/model.manifest.jsonl -Reuse ./release/model.manifest.jsonl -Force</code>
/// <para>Signs a model, and after a small change once more: only the files that changed are read again.</para>
/// </example>
/// <example>
/// <code>New-ModelSignature ./model -PrivateKey ./release.key -IgnorePath cache, notes.txt -SignaturePath ./release/model.sig -WhatIf</code>
/// <para>Says what would be signed, and writes nothing.</para>
/// </example>
/// <example>
/// <code>New-ModelSignature ./hub/models--org--name -Source HuggingFace -Revision main -PrivateKey ./release.key</code>
/// <para>Signs a snapshot in the cache of the Hugging Face hub where it lies. The signature is also valid for a plain copy of the files.</para>
/// </example>
/// <example>
/// <code>New-ModelSignature ./layout -Source Oci -Revision v1 -SignaturePath ./release/layout.sig -PrivateKey ./release.key</code>
/// <para>Signs the files in the layers of an OCI image layout. The signature is also valid for the folder that the layout is extracted to.</para>
/// </example>
/// <example>
/// <code>New-ModelSignature ./ollama -Source Ollama -Revision tiny:latest -SignaturePath ./release/tiny.sig -PrivateKey ./release.key</code>
/// <para>Signs a model in ollama's store, which has no place for the signature.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "ModelSignature", DefaultParameterSetName = KeySet, SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(SignedModel))]
public sealed class NewModelSignatureCommand : SigningCommand
{
    private readonly List<string> _written = [], _manifests = [];
    private HashProgress _progress = new();

    /// <summary>The signature file to write; by default model.sig inside a folder, NAME.sig beside a single file.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string SignaturePath { get; set; } = "";

    /// <inheritdoc cref="ManifestCommand.HashAlgorithm"/>
    [Parameter]
    [ValidateHashAlgorithm]
    [ArgumentCompleter(typeof(HashAlgorithmCompleter))]
    [Alias("Algorithm")]
    public string HashAlgorithm { get; set; } = "sha256";

    /// <inheritdoc cref="ManifestCommand.ShardSize"/>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long ShardSize { get; set; }

    /// <inheritdoc cref="ManifestCommand.AllowSymlink"/>
    [Parameter]
    public SwitchParameter AllowSymlink { get; set; }

    /// <inheritdoc cref="ManifestCommand.Source"/>
    [Parameter]
    [ValidateSet(ModelStores.HuggingFace, ModelStores.Oci, ModelStores.OciLayers, ModelStores.Ollama)]
    public string Source { get; set; } = "";

    /// <inheritdoc cref="ManifestCommand.Revision"/>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Revision { get; set; } = "";

    /// <summary>
    /// Labels shards as the Python and Go tools do (sha256-sharded-SIZE), which refuse shards otherwise. The specification asks for the
    /// plain label, which is written by default.
    /// </summary>
    [Parameter]
    public SwitchParameter SizedShardLabel { get; set; }

    /// <summary>
    /// Signs a manifest file that Get-ModelManifest -OutFile or Join-ModelManifest wrote: -Path names that file, and no file of the model is read. The
    /// manifest decides what is hashed how and what is left out, so -HashAlgorithm, -ShardSize, -IgnorePath and the like are refused. Anyone who can write the
    /// manifest file decides what you sign. A table of Get-ModelManifest | Export-Csv and a list of sha256sum, with names relative to the model, are signed too. The signature is written as NAME.sig beside the manifest when -SignaturePath is not given.
    /// </summary>
    [Parameter]
    public SwitchParameter Manifest { get; set; }

    /// <summary>
    /// Signs the digests of an earlier signature again for the files that did not change since, and hashes only the others. This is the manifest file that was
    /// written when the model was hashed for the earlier signature (-ManifestFile, or Get-ModelManifest -OutFile). The earlier signature must be of this model and by the
    /// same key, certificate or Sigstore identity with its issuer, and is verified first; algorithm and shard size must be the same. A file is hashed unless its length, modification time, change time
    /// and number in the file system are those that the manifest file records. Links, files that changed within two seconds before they were hashed, and all files on Windows are
    /// always hashed. Models in stores (-Source) are refused. Whoever can write the manifest file can have the earlier content of a changed file signed again, so keep it where only you can write; a file that others may
    /// write by its mode is refused. What remains: a file that changed behind the file system's back, such as a bit that a disk lost, by a memory mapping that is not written
    /// back yet, or on a server whose clock is wrong, keeps its old digest, and Test-ModelSignature then refuses it wherever the model is verified.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string Reuse { get; set; } = "";

    /// <summary>The earlier signature for -Reuse. Without it, it is the one that is replaced: the file at -SignaturePath or its default.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string ReuseSignature { get; set; } = "";

    /// <summary>
    /// Writes the manifest to this file besides, with what the file system says about each file, for a later -Reuse. It must lie outside the model. With -Force an existing
    /// manifest file is replaced, also the one that -Reuse names.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string ManifestFile { get; set; } = "";

    /// <summary>Replaces an existing signature, but no other file of the model, and does not ask before something becomes public in a transparency log.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override bool IsForced => Force;

    private protected override void ProcessModel(string model)
    {
        if (Attempt(model, () => SignOrSay(model)) is { } signed)
        {
            WriteObject(signed);
        }
    }

    private SignedModel? SignOrSay(string model)
    {
        RefuseManifestSettings();
        ModelSource source = OpenModel(Source, model, Revision, AllowSymlink);
        if (SignaturePath.Length == 0 && !source.HasSignaturePlace)
        {
            throw StoreErrors.StoreSignaturePath.At($"The path for the signature of the model '{Revision}' was not specified.", model);
        }

        string signature = SignaturePath.Length > 0 ? this.FileSystemPath(SignaturePath) : SignatureLocation.Default(source.ModelPath, this.CurrentDirectory());
        if (_written.Any(written => SignatureWriter.IsSameFile(written, signature)))
        {
            throw CommandErrors.SignaturePathUsedTwice.At($"'{signature}' contains the signature of another model of this command.", model);
        }

        // Before anyone is asked for a password or PIN, and before -WhatIf says that it would be done; the engine checks again.
        SigningRequest request = Request(source, signature);
        ModelSigner.CheckSignaturePath(request, InputFiles());
        CheckManifestFile(request, signature);
        ManifestFile? manifest = Manifest ? RunInBackground(null, (_, token) => ManifestImport.Read(model, token)) : null;
        if (IsWhatIf)
        {
            CheckSigner();
            _ = manifest ?? RunInBackground<object>(null, (_, token) => source.Find(FilesOptions(signature, AllowSymlink) with { IgnorePaths = request.IgnorePaths }, token));
        }

        if (!ShouldProcess(signature, "Create model signature"))
        {
            return null;
        }

        _ = Signer();
        SignedModel signed = Sign(request, manifest);
        _written.Add(signature);
        if (request.ManifestPath is { } written)
        {
            _manifests.Add(written);
        }

        return signed;
    }

    // The manifest file to write, and the one to read: neither may be lost by a slip.
    private void CheckManifestFile(SigningRequest request, string signature)
    {
        if (ReuseSignature.Length > 0 && Reuse.Length == 0)
        {
            throw CommandErrors.ReuseIncomplete.At("-ReuseSignature was used without -Reuse.");
        }

        if (request.ManifestPath is not { } path)
        {
            return;
        }

        if (SignatureLocation.NameIn(request.ModelPath, path, this.CurrentDirectory()) is not null)
        {
            throw CommandErrors.ManifestFileInModel.At($"'{path}' is inside the model '{request.ModelPath}'.", path);
        }

        if (_manifests.Append(signature).FirstOrDefault(other => SignatureWriter.IsSameFile(path, other)) is { } taken)
        {
            throw ManifestFileErrors.ManifestFileExists.At($"'{taken}' is the signature or the manifest file of another model of this command.", path);
        }

        ManifestFileWriter.CheckWritable(path, Force, ManifestFileErrors.ManifestFileExists);
    }

    // What a manifest that is there already decides.
    private void RefuseManifestSettings()
    {
        string? given = ((string[])[nameof(HashAlgorithm), nameof(ShardSize), nameof(AllowSymlink), nameof(IgnorePath), nameof(IncludeGitPath), nameof(Source), nameof(Revision),
                nameof(Reuse), nameof(ReuseSignature), nameof(ManifestFile)])
            .FirstOrDefault(name => Manifest && MyInvocation.BoundParameters.ContainsKey(name));
        if (given is not null)
        {
            throw CommandErrors.ManifestDecides.At($"-{given} cannot be used with -Manifest, because the manifest already exists.");
        }
    }

    private SigningRequest Request(ModelSource source, string signature)
    {
        Serialization serialization = ManifestCommand.SerializationOf(HashAlgorithm, ShardSize, AllowSymlink);
        return new()
        {
            ModelPath = source.ModelPath,
            Source = source,
            CurrentDirectory = this.CurrentDirectory(),
            Hashing = HashSettings(_progress = new HashProgress()),
            SignaturePath = signature,
            Force = Force,
            HashType = serialization.HashType,
            ShardSize = serialization.ShardSize,
            SizedShardLabels = SizedShardLabel,
            IgnorePaths = ExpandedIgnorePaths(source.ModelPath),
            IgnoreGitPaths = !IncludeGitPath,
            AllowSymlinks = AllowSymlink,
            Earlier = Reuse.Length == 0 ? null : new(this.ExistingFileSystemPath(Reuse), ReuseSignature.Length > 0 ? this.ExistingFileSystemPath(ReuseSignature) : signature),
            ManifestPath = ManifestFile.Length > 0 ? this.FileSystemPath(ManifestFile) : null,
        };
    }

    // A signature records what was left out, path by path.
    private List<string> ExpandedIgnorePaths(string model)
    {
        List<string> paths = [];
        foreach (string path in ModelIgnorePaths)
        {
            if (!IgnorePattern.Is(path, model))
            {
                paths.Add(path);
                continue;
            }

            IReadOnlyList<string> found = IgnorePattern.Expand(path, model, StopToken);
            if (found.Count == 0)
            {
                WriteWarning($"The ignored path '{path}' matches nothing in the model '{model}'.");
            }

            paths.AddRange(found);
        }

        return paths;
    }

    private SignedModel Sign(SigningRequest request, ManifestFile? manifest)
    {
        string model = request.ModelPath;
        WriteVerbose($"Signing '{model}' with {SignerText}.");
        DebugHashing(request.Hashing, model);
        Stopwatch clock = Stopwatch.StartNew();
        ContentCapture capture = new();
        InspectedContent? inspected = null;
        SigningRequest observed = request with { Hashing = request.Hashing with { Observer = capture }, Hashed = token => inspected = InspectedContent.Of(capture, token) };
        SigningResult result = SignInBackground(
            new ProgressDisplay($"Signing {model}", _progress), (signer, token) => manifest is not null
                ? ModelSigner.SignManifest(request with { Signer = signer }, manifest, token)
                : ModelSigner.Sign(observed with { Signer = signer }, token));
        WriteWarnings([.. result.Warnings, .. ListNotes(model, "signed", manifest is not null)], model);
        WriteWarnings(inspected?.SigningNotes() ?? [], model);
        TimeSpan duration = clock.Elapsed;
        WriteVerbose(manifest is not null ? $"Signed the manifest of {result.FileCount} files; none was read." : Narrate($"By {HashAlgorithm}, hashed and signed", result.FileCount, result.ByteCount, duration));
        if (manifest is null)
        {
            AdviseDevice(result.Manifest.Serialization.HashType, result.Manifest.Resources.Count, result.ByteCount);
        }

        if (request.Earlier is { } earlier)
        {
            WriteVerbose($"{result.ReusedFiles.Count} of {result.FileCount} files did not change since '{earlier.SignaturePath}' and were not read.");
        }

        NarrateTimestamp();
        WriteVerbose($"Wrote '{result.SignaturePath}'.");
        WriteDebug($"Method {result.Method}, {result.Manifest.Resources.Count} resources by {result.Manifest.Serialization.HashType.Identifier()}, "
            + $"root digest {Digests.Root(result.RootDigest.Span)}, took {Quantity.Milliseconds(duration)}.");
        return new SignedModel(result.ModelPath, result.SignaturePath)
        {
            Source = result.Source,
            RootDigest = Digests.Root(result.RootDigest.Span),
            Method = result.Method.ToString(),
            HashAlgorithm = result.Manifest.Serialization.HashType.Identifier(),
            Basis = manifest is not null ? "Manifest" : "Files",
            FileCount = result.FileCount,
            ResourceCount = result.Manifest.Resources.Count,
            Length = result.ByteCount,
            ReusedFileCount = result.ReusedFiles.Count,
            ReusedFiles = [.. result.ReusedFiles],
            Duration = duration,
        };
    }
}
