using System.Management.Automation;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning;

/// <summary>Shows what the claims about a model say. It verifies nothing.</summary>
/// <remarks>
/// <para>
/// Get-ModelClaim reads a claims file and shows what each line says and whom it names as its signer. Anyone can add a line that says anything: nothing of the
/// output is verified, which is why its properties are called Claimed... Test-ModelClaim verifies.
/// </para>
/// <para>Specify the model, beside which NAME.claims.jsonl is read, or the claims file itself. A line that cannot be read is a warning.</para>
/// </remarks>
/// <example>
/// <code>Get-ModelClaim ./model | Format-Table Line, ClaimedPredicateType, ClaimedSigner</code>
/// <para>Lists what someone says about a model, and who is named as the signer.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ModelClaim", DefaultParameterSetName = "Path")]
[OutputType(typeof(UnverifiedModelClaim))]
public sealed class GetModelClaimCommand : ModelCommand
{
    private const string Help = "The model or its claims file, for example ./model.";

    /// <summary>
    /// The model, a folder or a single file, or a claims file (*.jsonl). Wildcards are expanded. Use -LiteralPath for a name that has *, ?, [ or ] in it.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path", HelpMessage = Help)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <summary>The model or the claims file, its name taken as it is written, without wildcards.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", HelpMessage = Help)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>The claims file; by default NAME.claims.jsonl beside the model.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string ClaimsPath { get; set; } = "";

    private protected override void ProcessModel(string model)
    {
        if (Attempt(model, () => Read(model)) is not { } read)
        {
            return;
        }

        WriteWarnings(read.Warnings, model);
        read.Claims.ForEach(WriteObject);
    }

    private Lines Read(string model)
    {
        bool isFile = ClaimsPath.Length == 0 && model.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) && File.Exists(model);
        string path = ClaimsPath.Length > 0 ? this.FileSystemPath(ClaimsPath) : isFile ? model : ClaimsFile.Default(model, this.CurrentDirectory());
        return RunInBackground(null, (_, token) =>
        {
            Lines lines = new([], []);
            foreach (ClaimLine line in ClaimsReader.Read(path, token))
            {
                try
                {
                    lines.Claims.Add(Show(path, line, ClaimsReader.ReadUnverified(line, token)));
                }
                catch (ModelSigningException refusal)
                {
                    lines.Warnings.Add(refusal.Message);
                }
            }

            return lines;
        });
    }

    private static UnverifiedModelClaim Show(string path, ClaimLine line, InTotoStatement statement)
    {
        const int most = 100;
        UnverifiedSigner signer = UnverifiedSigner.Of(line.Bundle!.VerificationMaterial);
        List<string> names = [], digests = [];
        foreach (StatementSubject subject in statement.Subjects)
        {
            if (names.Count < most)
            {
                names.Add(Printable.Of(subject.Name));
                digests.Add(subject.Digests.TryGet("sha256", out JsonSlice digest) ? "sha256:" + Printable.Of(digest.Text()) : "");
            }
        }

        return new(path, line.Line)
        {
            ClaimedPredicateType = Printable.Of(statement.PredicateType),
            ClaimedPredicate = PredicateObject.Of(statement.Predicate),
            ClaimedSubjectNames = [.. names],
            ClaimedRootDigests = [.. digests.Where(digest => digest.Length > 0)],
            ClaimedMethod = signer.Method.ToString(),
            ClaimedSigner = Printable.Of(signer.Signer),
            ClaimedIssuer = signer.Issuer is null ? null : Printable.Of(signer.Issuer),
        };
    }

    private sealed record Lines(List<UnverifiedModelClaim> Claims, List<string> Warnings);
}
