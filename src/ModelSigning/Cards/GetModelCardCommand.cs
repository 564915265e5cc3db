using System.Management.Automation;
using ModelSigning.Core.Cards;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores;

namespace ModelSigning;

/// <summary>Shows what a model's files say about it: licence, base models, datasets, architecture, parameters, types of tensors.</summary>
/// <remarks>
/// <para>
/// Get-ModelCard reads the front matter of README.md, config.json, adapter_config.json, generation_config.json and tokenizer_config.json, the indexes of shards, and
/// the headers of safetensors and GGUF files, and makes one object of them. Nothing is executed, and nothing outside the model is read.
/// </para>
/// <para>
/// Test-ModelSignature ... | Get-ModelCard makes a card that cannot have been tampered with: it is made of the very bytes that were hashed when the model was verified, the model
/// is not read again, and Verified is $true. With -Path or -LiteralPath nothing is verified and Verified is $false: anyone may have changed the files.
/// </para>
/// <para>
/// Statements says which file says what, and Conflicts what several files say differently: the card decides nothing for you. The properties have what the first of
/// these says: README.md, config.json, the other configurations, the headers of safetensors, those of GGUF files, an index.
/// </para>
/// <para>
/// A verified card says who wrote these statements, not that they are true: the signer answers for the model as a whole. What the signature does not cover is not in it.
/// </para>
/// <para>
/// If a file of the card cannot be read, for example because a key stands twice in README.md, an error is written and no card; the error's TargetObject is what the other
/// files say. -Detailed writes the card in any case, with the files in UnreadFiles.
/// </para>
/// <para>Results that were made in a job or in another session carry no card, and are refused.</para>
/// </remarks>
/// <example>
/// <code>Test-ModelSignature ./model -PublicKey ./release.pub | Get-ModelCard</code>
/// <para>Verifies a model and shows its card.</para>
/// </example>
/// <example>
/// <code>(Test-ModelSignature ./model -PublicKey ./release.pub | Get-ModelCard).Conflicts</code>
/// <para>Lists what the files of a verified model do not agree on.</para>
/// </example>
/// <example>
/// <code>Get-ModelCard ./download | Select-Object License, BaseModels, Parameters</code>
/// <para>Shows the card of an unsigned model. Nothing of it is verified.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ModelCard", DefaultParameterSetName = "Path")]
[OutputType(typeof(ModelCard))]
public sealed class GetModelCardCommand : ModelCommand
{
    private const string ResultSet = "InputObject";

    /// <inheritdoc/>
    // Not from the pipeline by its property: a result of another session has a Path and no card, and must not become a card that is not verified.
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = "Path", HelpMessage = ModelHelp)]
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

    /// <summary>A result of Test-ModelSignature of this session. The model must be valid.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ResultSet, HelpMessage = "What Test-ModelSignature wrote.")]
    [ValidateNotNull]
    public ModelSignatureResult? InputObject { get; set; }

    /// <summary>Writes a card even if files that belong to it cannot be read, and names them in UnreadFiles.</summary>
    [Parameter]
    public SwitchParameter Detailed { get; set; }

    /// <inheritdoc cref="ManifestCommand.Source"/>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateSet(ModelStores.HuggingFace, ModelStores.Oci, ModelStores.OciLayers, ModelStores.Ollama)]
    public string Source { get; set; } = "";

    /// <inheritdoc cref="ManifestCommand.Revision"/>
    [Parameter(ParameterSetName = "Path")]
    [Parameter(ParameterSetName = "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Revision { get; set; } = "";

    /// <summary>Handles a result, or the models of a record.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName != ResultSet)
        {
            base.ProcessRecord();
        }
        else if (Attempt(InputObject!.Path, () => InputObject.RequireCard()) is { } card)
        {
            Write(card.Card, InputObject.Path, InputObject);
        }
    }

    private protected override void ProcessModel(string model)
    {
        if (Attempt(model, () => RunInBackground(null, (_, token) => Read(model, token))) is { } card)
        {
            Write(card, model, null);
        }
    }

    private Card Read(string model, CancellationToken cancellationToken)
    {
        ModelSource source = ModelStores.Open(Source.Length > 0 ? Source : null, model, Revision.Length > 0 ? Revision : null, this.CurrentDirectory(), allowSymlinks: false, cancellationToken);
        ModelFiles files = source.Find(new() { CurrentDirectory = this.CurrentDirectory() }, cancellationToken);
        return CardReader.Read(CardFiles.Read(files, cancellationToken), cancellationToken);
    }

    private void Write(Card card, string path, ModelSignatureResult? verified)
    {
        ModelCard written = ModelCard.Of(card, path, verified);
        if (card.Refusals is [var first, ..] && !Detailed)
        {
            WriteError(first.About(path).ToErrorRecord(written));
        }
        else
        {
            WriteObject(written);
        }
    }
}
