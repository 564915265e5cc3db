using System.Management.Automation;
using ModelSigning.Core.Atlas;
using ModelSigning.Core.Cards;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;
using ModelSigning.Core.Lineage;
using ModelSigning.Core.Models;
using ModelSigning.Core.Policy;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

/// <summary>Shows what a model was made from, as far as signed files and verified claims name it, with a verdict on each.</summary>
/// <remarks>
/// <para>
/// Get-ModelLineage verifies a model as Test-ModelSignature does, reads what its signed files name (base models, datasets, kernels and code elsewhere) and what claims that count
/// name (SLSA provenance, in-toto links, CycloneDX, SPDX, in NAME.claims.jsonl beside the model), looks for each of them in the folders of -Store, verifies what is there, and goes on from there.
/// With -AtlasStore, manifests of Intel Atlas that list files of the model are read as well.
/// Every model is verified once. Nothing is followed from a model that does not verify, because anyone may have written what it names.
/// </para>
/// <para>
/// The Verdict is Valid, or why a model is not (see Test-ModelSignature); Missing: no store has it; Conflicting: files and claims do not agree, several stores have models of this name that differ, or what was found has
/// a root digest other than the one that a claim names; Loop: it is an ancestor of itself; Unsigned: only something unsigned names it; NotFollowed: beyond -MaximumDepth or 1,000 models. Remarks name the claims that do not count, and bills of materials in claims that do not say which of several models they are about.
/// A store is searched for OWNER/NAME, OWNER--NAME, NAME and models--OWNER--NAME (the cache of the Hugging Face hub), and then for the digest that a claim gives. A name in a card is a name: only a claim with a digest, or a rule of a trust policy for the base model, says which bytes are meant.
/// </para>
/// <para>
/// The output is a report, not a condition. To refuse models whose base models do not verify, use "lineage" in a rule of a trust policy and Test-ModelSignature. Nothing is downloaded.
/// </para>
/// </remarks>
/// <example>
/// <code>Get-ModelLineage ./model -PublicKey ./release.pub -Store ./models</code>
/// <para>Lists the model and its ancestors. Each must be signed with this key.</para>
/// </example>
/// <example>
/// <code>Get-ModelLineage D:\models\llama-3 -TrustPolicy D:\policy\models.json -Store D:\models -As Html | Set-Content lineage.html</code>
/// <para>Writes one page with a picture, which needs nothing else. The policy says who may have signed which of the models.</para>
/// </example>
/// <example>
/// <code>Get-ModelLineage ./model -PublicKey ./release.pub -Store ./models -AtlasStore ./atlas-store -AtlasPublicKey ./atlas.pub</code>
/// <para>Follows what Intel Atlas says about the model as well.</para>
/// </example>
/// <example>
/// <code>Get-ModelLineage ./model -PublicKey ./release.pub -Store ./models -As Mermaid</code>
/// <para>Writes a flow chart for a README on GitHub.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "ModelLineage", DefaultParameterSetName = KeySet)]
[OutputType(typeof(ModelLineageEntry), typeof(string))]
public sealed class GetModelLineageCommand : VerifyingCommand
{
    private const string TableForm = "Table", TreeForm = "Tree", MermaidForm = "Mermaid", DotForm = "Dot", JsonForm = "Json", HtmlForm = "Html";
    private const int MaximumNodes = 1000, MostRemarks = 10;

    private readonly Dictionary<string, LineageFacts> _known = new(StringComparer.Ordinal);
    private StoreSearch _search = new([], FileSystemRules.Current);
    private AtlasAncestors? _atlas;

    /// <summary>The folders to look for ancestors in; their names are taken as they are, without wildcards. Without one nothing is found.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string[] Store { get; set; } = [];

    /// <summary>
    /// A folder of manifests of Intel Atlas (--storage-type filesystem of atlas-cli). What they refer to is followed from the models whose files they list; it is Unsigned unless the
    /// manifest's claim names it and -AtlasPublicKey signed that.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string AtlasStore { get; set; } = "";

    /// <summary>The public key that signed the Atlas manifests, in PEM: RSA of at least 2,048 bits, or P-256, P-384 or P-521.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string AtlasPublicKey { get; set; } = "";

    /// <summary>The hash algorithm of the Atlas manifests' signatures (--hash-alg of atlas-cli): sha384 (the default), sha256 or sha512.</summary>
    [Parameter]
    [ValidateSet("sha384", "sha256", "sha512")]
    public string AtlasHashAlgorithm { get; set; } = "sha384";

    /// <summary>
    /// The form of the output: Table, objects; Tree, lines for a terminal; Mermaid, Dot and Json, for programs that draw or read graphs; Html, one page with a picture.
    /// </summary>
    [Parameter]
    [ValidateSet(TableForm, TreeForm, MermaidForm, DotForm, JsonForm, HtmlForm)]
    public string As { get; set; } = TableForm;

    /// <summary>How many levels are followed, the model itself among them.</summary>
    [Parameter]
    [ValidateRange(1, LineageGraph.MaximumDepth)]
    public int MaximumDepth { get; set; } = 16;

    /// <summary>Finds the stores, and reads the Atlas manifests.</summary>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _search = new(OrTerminate<string[]>(() => [.. Store.Select(store => this.FileSystemPath(store)).Select(path => Directory.Exists(path)
            ? path
            : throw CommandErrors.StoreNotFound.At($"The store '{path}' of -Store is not a folder.", path))]), FileSystemRules.Current);
        string? atlas = AtlasStore.Length > 0 ? OrTerminate(() => this.ExistingFileSystemPath(AtlasStore)) : null;
        string? key = AtlasPublicKey.Length > 0 ? OrTerminate(() => this.FileSystemPath(AtlasPublicKey)) : null;
        _atlas = atlas is null ? null : OrTerminate(() => RunInterruptibly(_ => new AtlasAncestors(
            Core.Atlas.AtlasStore.Open(atlas, StopToken), key is null ? null : AtlasKey.Read(key), AtlasDigest.Find(AtlasHashAlgorithm.ToLowerInvariant())!, StopToken)));
    }

    private protected override ModelSource SourceOf(string model) => _search.SourceOf(model, this.CurrentDirectory());

    private protected override string? ClaimsFilePath => null;

    private protected override bool InspectsContent => true;

    private protected override void ProcessModel(string model)
    {
        if (Attempt(model, () => LineageGraph.Of(model, _search, Examine, new(MaximumNodes, MaximumDepth), Objection, StopToken)) is not { } graph)
        {
            return;
        }

        switch (As)
        {
            case TreeForm:
                WriteObject(LineageText.Tree(graph));
                break;
            case MermaidForm:
                WriteObject(LineageText.Mermaid(graph));
                break;
            case DotForm:
                WriteObject(LineageText.Dot(graph));
                break;
            case JsonForm:
                WriteObject(LineageText.Json(graph));
                break;
            case HtmlForm:
                WriteObject(LineagePage.Write(graph, DateTimeOffset.UtcNow));
                break;
            default:
                WriteObject(ModelLineageEntry.Of(graph), enumerateCollection: true);
                break;
        }
    }

    // Whoever may sign for one form of a name alone must not replace what a policy protects under another.
    private string? Objection(string place, IReadOnlyList<string> before)
    {
        foreach (string other in before)
        {
            if (RefusedByRuleOf(other, place, SourceOf(place)) is { } refusal)
            {
                return $"'{place}' does not verify by the rule for '{other}'. {refusal.Message}";
            }
        }

        return null;
    }

    // A model that several have in common, of one call or of one graph, is verified once.
    private LineageFacts Examine(string path)
    {
        if (!_known.TryGetValue(path, out LineageFacts? facts))
        {
            facts = _known[path] = Look(Verify(path));
        }

        return facts;
    }

    private LineageFacts Look(Verdict verdict)
    {
        ModelSignatureResult result = verdict.Result;
        if (verdict.Refusal is not null || verdict.Verified is not { Scope: VerificationScope.Whole } verified)
        {
            return new(verdict.Refusal is null ? LineageVerdicts.Unsigned : result.Status, verdict.Refusal is null ? "It is one file of a model that was signed as a whole." : result.StatusMessage)
            {
                Signer = result.Signer,
                TrustRule = result.TrustRule,
            };
        }

        List<string> remarks = [.. result.Warnings.Take(MostRemarks)];
        Card card = result.RequireCard().Card;
        remarks.AddRange(card.Refusals.Select(refusal => refusal.Message));
        remarks.AddRange(verdict.Result.Uninspected().Where(one => UnreadBases.IsConfiguration(one.File)).Take(MostRemarks).Select(one => $"What base model '{one.File}' names is not known: {one.Reason.TrimEnd('.')}."));
        List<NamedAncestor> named = [.. CardAncestors.Of(card, verdict.References)];
        string claims = ClaimsFile.Default(verified.ModelPath, this.CurrentDirectory());
        try
        {
            List<string> unclear = [];
            List<ClaimFinding> findings = File.Exists(claims) ? Guarded(() => RunInBackground<List<ClaimFinding>>(null, (_, token) => [.. Find(verified, claims, token)])) : [];
            named.AddRange(findings.Where(finding => finding.Claim is not null).SelectMany(finding => ClaimAncestors.Of(finding.Claim!, unclear)));
            remarks.AddRange(unclear.Take(MostRemarks));
            remarks.AddRange(findings.Where(finding => finding.Refusal is not null).Take(MostRemarks).Select(finding => $"Line {finding.Line} of '{claims}' does not count: {finding.Refusal!.Message}"));
        }
        catch (ModelSigningException refusal)
        {
            remarks.Add(refusal.Message);
        }

        VerifiedFiles files = new(verified, StopToken);
        named.AddRange(_atlas is { } atlas ? Guarded(() => RunInBackground(null, (_, token) => atlas.Of(files, remarks, token))) : []);
        return new(result.Status, result.StatusMessage)
        {
            Files = files,
            Signer = result.Signer,
            TrustRule = result.TrustRule,
            Pin = verified.Statement.Pin,
            RootDigest = verified.Statement.Statement.RootDigest is { } digest ? Hexadecimal.Write(digest.Span) : null,
            Named = named,
            Remarks = remarks,
        };
    }

    private static IEnumerable<ClaimFinding> Find(VerificationResult verified, string path, CancellationToken token) => verified.Verifier is PolicyVerifier policy
        ? policy.VerifyClaims(verified, path, token)
        : new ClaimVerifier(verified).VerifyFile(path, verified.Verifier, token);
}
