using System.Management.Automation;
using ModelSigning.Core.Boms;

namespace ModelSigning;

/// <summary>Makes a bill of materials of a verified model: CycloneDX or SPDX, with the digest of every file.</summary>
/// <remarks>
/// <para>
/// Test-ModelSignature ... | New-ModelBom makes a bill of materials of what was verified: the files and digests that were signed and compared, the root digest, the signer, and
/// the model card of the bytes that were hashed, with licences, base models, datasets and architecture. The model is not read again. The output is JSON text: keep it with
/// Set-Content, or hand it to New-ModelClaim, which signs it.
/// </para>
/// <para>
/// A bill of materials of a path needs -Unverified. Its files are hashed, and it says in its properties that nothing was verified.
/// </para>
/// <para>
/// The same model, time and parameters give the same bytes, on every system: the number of the document is made of its content. The time is that of -Timestamp, else that
/// of the environment variable SOURCE_DATE_EPOCH, else now.
/// </para>
/// <para>
/// The properties whose names begin with modelsigning: hold what the formats have no place for, and what the model's files do not agree on. A model that was signed in shards
/// has the digests of these instead of those of whole files.
/// </para>
/// </remarks>
/// <example>
/// <code>Test-ModelSignature ./model -PublicKey ./release.pub | New-ModelBom | Set-Content ./model.cdx.json</code>
/// <para>Keeps a bill of materials of a verified model as a file.</para>
/// </example>
/// <example>
/// <code>Test-ModelSignature ./model -PublicKey ./release.pub | New-ModelBom -PackageUrl pkg:huggingface/example-org/model@1f0a -Supplier 'Example Org' |
/// New-ModelClaim ./model -PredicateType cyclonedx -PrivateKey ./release.key</code>
/// <para>Signs a bill of materials as a claim about the model, which Test-ModelClaim verifies.</para>
/// </example>
/// <example>
/// <code>Test-ModelSignature ./model -PublicKey ./release.pub | New-ModelBom -Format spdx -Timestamp 2026-01-02T03:04:05Z</code>
/// <para>Writes SPDX 3.0.1, the same bytes each time.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "ModelBom", DefaultParameterSetName = ResultSet)]
[OutputType(typeof(string))]
public sealed class NewModelBomCommand : ModelCommand
{
    private const string ResultSet = "InputObject", CycloneDx = "cyclonedx", Spdx = "spdx";

    /// <inheritdoc/>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Path", HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [LiteralPathTransformation]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <inheritdoc/>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>A result of Test-ModelSignature of this session. The whole model must be valid.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ResultSet, HelpMessage = "What Test-ModelSignature wrote.")]
    [ValidateNotNull]
    public ModelSignatureResult? InputObject { get; set; }

    /// <summary>Makes a bill of materials of a model that was not verified, and marks it as such.</summary>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    public SwitchParameter Unverified { get; set; }

    /// <summary>cyclonedx (the default) or spdx: SPDX 3.0.1 in JSON-LD.</summary>
    [Parameter]
    [ValidateSet(CycloneDx, Spdx)]
    public string Format { get; set; } = CycloneDx;

    /// <summary>The version of CycloneDX: 1.6 (the default) or 1.7.</summary>
    [Parameter]
    [ValidateSet("1.6", "1.7")]
    public string CycloneDxVersion { get; set; } = "1.6";

    /// <summary>Where the model is published, such as pkg:huggingface/OWNER/NAME@COMMIT; by default pkg:generic/NAME.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string PackageUrl { get; set; } = "";

    /// <summary>The model's name; by default that of -PackageUrl, else that of its folder or file.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The model's version; by default that of -PackageUrl.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Version { get; set; } = "";

    /// <summary>Who supplies the model.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Supplier { get; set; } = "";

    /// <summary>The time that the bill of materials says it was made at; by default that of SOURCE_DATE_EPOCH, else now.</summary>
    [Parameter]
    public DateTimeOffset Timestamp { get; set; }

    /// <summary>Refuses a version of the other format.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (Format.Equals(Spdx, StringComparison.OrdinalIgnoreCase) && MyInvocation.BoundParameters.ContainsKey(nameof(CycloneDxVersion)))
        {
            ThrowTerminatingError(CommandErrors.BomVersion.At($"-CycloneDxVersion {CycloneDxVersion} and -Format {Spdx} cannot be used together.").ToErrorRecord());
        }
    }

    /// <summary>Handles a result, or the models of a record.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName != ResultSet)
        {
            base.ProcessRecord();
            return;
        }

        ModelSignatureResult verified = InputObject!;
        Write(verified.Path, () => BomMaterial.Of(verified, StopToken));
    }

    private protected override void ProcessModel(string model) => Write(model, () => Unverified
        ? BomMaterial.Of(model, this.CurrentDirectory(), StopToken)
        : throw BomErrors.BomNotVerified.At($"'{model}' was not verified.", model));

    private void Write(string model, Func<BomMaterial> material)
    {
        if (Attempt(model, () => RunInBackground(null, (_, _) => Bom(model, material()))) is { } bom)
        {
            WriteObject(bom);
        }
    }

    private string Bom(string model, BomMaterial material)
    {
        if (material.Card.Refusals is [var refusal, ..])
        {
            throw refusal;
        }

        string? version = Version.Length > 0 ? Version : null;
        PackageUrl? package = PackageUrl.Length > 0 ? Core.Boms.PackageUrl.Parse(PackageUrl, version) : null;
        string name = Name.Length > 0 ? Name : package?.Name ?? System.IO.Path.GetFileName(model);
        BomSubject subject = new()
        {
            Name = name,
            PackageUrl = package ?? Core.Boms.PackageUrl.Generic(name, version),
            Supplier = Supplier.Length > 0 ? Supplier : null,
            Time = Time(),
            Card = material.Card,
            Manifest = material.Manifest,
            RootDigest = material.RootDigest,
            Signature = material.Signature,
            UncheckedPaths = material.UncheckedPaths,
            ToolVersion = typeof(NewModelBomCommand).Assembly.GetName().Version!.ToString(3),
        };
        return Format.Equals(Spdx, StringComparison.OrdinalIgnoreCase) ? BomWriter.Write(subject, SpdxBom.Write) : BomWriter.Write(subject, new CycloneDxBom(CycloneDxVersion).Write);
    }

    private DateTimeOffset Time()
    {
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Timestamp)))
        {
            return Timestamp;
        }

        return Environment.GetEnvironmentVariable("SOURCE_DATE_EPOCH") is not { Length: > 0 } epoch ? DateTimeOffset.UtcNow
            : long.TryParse(epoch, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out long seconds) && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw BomErrors.BomTimestampInvalid.At($"SOURCE_DATE_EPOCH is '{epoch}'.");
    }
}
