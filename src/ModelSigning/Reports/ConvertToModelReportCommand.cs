using System.Management.Automation;

namespace ModelSigning;

/// <summary>Makes a page of HTML from the results of Test-ModelSignature, the models that are not valid first.</summary>
/// <remarks>
/// <para>
/// ConvertTo-ModelReport writes one text: a page that needs no other file, no script and no network, in light and dark. Give it the results of
/// Test-ModelSignature -Detailed; without -Detailed a model that is not valid writes no result, and the page would lack it. Results that went through a job, a
/// remote session or Export-Clixml are taken too.
/// </para>
/// <para>
/// A page without models says so as a failure, because a volume that is not mounted looks like an empty store. The page shows what the objects say, and anyone can make
/// such objects: keep it where only the job can write.
/// </para>
/// </remarks>
/// <example>
/// <code>Get-ChildItem ./models -Directory -Force | Test-ModelSignature -TrustPolicy ./policy.json -Detailed | ConvertTo-ModelReport -Title 'Model store' | Set-Content ./report.html</code>
/// <para>Verifies every model of a store and writes the page.</para>
/// </example>
[Cmdlet(VerbsData.ConvertTo, "ModelReport")]
[OutputType(typeof(string))]
public sealed class ConvertToModelReportCommand : ModuleCommand
{
    private readonly List<ReportedModel> _models = [];
    private bool _isRefused;

    /// <summary>A result of Test-ModelSignature -Detailed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, HelpMessage = "The results of Test-ModelSignature -Detailed.")]
    [AllowNull]
    [AllowEmptyCollection]
    public PSObject?[]? InputObject { get; set; } = [];

    /// <summary>The title of the page.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Title { get; set; } = "Model signatures";

    /// <summary>Takes the results.</summary>
    protected override void ProcessRecord()
    {
        // PowerShell passes null where an item is null.
        foreach (PSObject? result in InputObject ?? [null])
        {
            if (Attempt("-InputObject", () => ReportedModel.Of(result)) is { } model)
            {
                _models.Add(model);
            }
            else
            {
                _isRefused = true;
            }
        }
    }

    /// <summary>Writes the page; none if an object was refused, because the page would answer for the others.</summary>
    protected override void EndProcessing()
    {
        if (!_isRefused)
        {
            WriteObject(new ReportPage(Title, DateTimeOffset.UtcNow, _models).Write());
        }
    }
}
