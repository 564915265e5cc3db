using System.Diagnostics;
using System.Management.Automation;

namespace ModelSigning;

/// <summary>Hashes a model and lists its files with their digests, as a signature would.</summary>
/// <remarks>
/// <para>
/// Get-ModelManifest writes one object for each file of the model, or for each shard with -ShardSize, in the order in which a signature
/// lists them. It signs and verifies nothing. The rules are those of New-ModelSignature: the signature model.sig and Git's files are
/// not part of the model, -IgnorePath leaves further ones out.
/// </para>
/// <para>
/// -RootDigest writes the digest of the whole model alone, which is the one that its signature carries. It covers the contents and not the names.
/// -ModelPin writes the model's pin, which covers everything that a signature lists, and which trust policies name.
/// </para>
/// </remarks>
/// <example>
/// <code>Get-ModelManifest ./model | Export-Csv manifest.csv</code>
/// <para>Keeps the names, digests and lengths as a table.</para>
/// </example>
/// <example>
/// <code>Get-ModelManifest ./model -RootDigest</code>
/// <para>Writes one line, such as sha256:b0fef964..., to compare two copies of a model by eye.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ModelManifest", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelResource), typeof(string))]
public sealed class GetModelManifestCommand : ManifestCommand
{
    /// <inheritdoc/>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path",
        HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <inheritdoc/>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>Writes the digest of the whole model alone, as sha256:HEX. It is SHA-256 whatever -HashAlgorithm says of the files.</summary>
    [Parameter]
    public SwitchParameter RootDigest { get; set; }

    /// <summary>
    /// Writes the model's pin alone, as pin1:HEX: the names and digests of all files, and how they were hashed. A trust policy accepts exactly this model by it
    /// (pins), or refuses it (revoked). Use the same parameters as for signing, because they are part of it.
    /// </summary>
    [Parameter]
    public SwitchParameter ModelPin { get; set; }

    private protected override void ProcessModel(string model)
    {
        Stopwatch clock = Stopwatch.StartNew();
        if (Attempt(model, () => HashModel(model)) is not { } hashed)
        {
            return;
        }

        WriteVerbose($"'{model}': " + Narrate($"By {HashAlgorithm}, hashed", hashed.Files.Files.Count, hashed.Files.Files.Sum(file => file.Length), clock.Elapsed));
        WriteWarnings(hashed.Files.Warnings, model);
        if (RootDigest)
        {
            WriteObject(hashed.RootDigest);
        }

        if (ModelPin)
        {
            WriteObject(hashed.Pin);
        }

        foreach (ModelResource resource in RootDigest || ModelPin ? [] : hashed.Resources())
        {
            WriteObject(resource);
        }
    }
}
