using System.Management.Automation;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning;

// Many models: a report that grows with each verdict, and one object with the counts.
public sealed partial class TestModelSignatureCommand
{
    // What says which models there are and what is shown, and decides no verdict.
    private static readonly string[] NoSettings =
    [
        nameof(Path), nameof(LiteralPath), nameof(OutFile), nameof(Resume), nameof(Summary), nameof(Detailed), nameof(Quiet), nameof(ThrottleLimit), nameof(Device),
        .. CommonParameters, .. OptionalCommonParameters,
    ];

    // What of each model is verified.
    private static readonly string[] OfModels = [nameof(Include), nameof(IgnorePath), nameof(Revision), nameof(Source)];

    private readonly RunCount _count = new();
    private ReportFile? _report;

    /// <summary>
    /// Writes each verdict to this file as soon as it is known, a line of JSON for each model. The file must not exist, unless -Resume continues it. Results are written as usual.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string OutFile { get; set; } = "";

    /// <summary>
    /// Continues the report of -OutFile if it exists: models that it has are not verified again, whatever their verdict, and nothing is written for them but a line of -Verbose. A last
    /// line that is incomplete is repeated. The other parameters, the keys and policies that they name, and the trust of Sigstore instances and of the system must be those of the run that began the
    /// report; keys on tokens are not compared.
    /// </summary>
    [Parameter]
    public SwitchParameter Resume { get; set; }

    /// <summary>
    /// Writes one object with the counts of all models in place of results, and no error for a verdict. Its AllValid is true only if at least one model was specified and all are valid; with
    /// -Resume, the models in the report count too, as it recorded them. Do not use the object itself as a condition.
    /// </summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    private void OpenReport()
    {
        string? fault = Resume && OutFile.Length == 0 ? "-Resume continues the report of -OutFile, which was not specified."
            : Resume && Quiet ? "-Quiet with -Resume would answer from a file."
            : Summary && (Quiet || Detailed) ? "-Summary writes one object in place of what -Quiet and -Detailed write."
            : null;
        if (fault is not null)
        {
            ThrowTerminatingError(CommandErrors.ReportParameters.At(fault, cure: Resume && OutFile.Length == 0 ? "Specify the report with -OutFile." : "Use only one of the two parameters.").ToErrorRecord());
        }

        if (OutFile.Length > 0)
        {
            _report = OrTerminate(() =>
            {
                string path = this.FileSystemPath(OutFile);
                RunSettings settings = RunSettings.Of(this, MyInvocation.BoundParameters, NoSettings, OfModels, NamedByPolicy, TrustOfThisMachine());
                return RunInterruptibly(_ => ReportFile.Open(path, settings.Digest(), Resume, verdict => _count.Add(verdict, isResumed: true), StopToken));
            });
        }
    }

    // What is trusted besides the files that are named: an update, or an administrator, can change it while a report is not finished.
    private IEnumerable<string> TrustOfThisMachine()
    {
        if (Issuer.Length > 0 || TrustPolicy.Length > 0)
        {
            SigstoreInstances instances = SigstoreInstances.OfThisUser;
            foreach (string name in instances.Names)
            {
                yield return name;
                yield return DigestOf(instances, name);
            }
        }

        if (SystemTrust)
        {
            foreach (string fingerprint in CertificateStore.SystemTrust().Select(certificate => certificate.Sha256Fingerprint()).Order(StringComparer.Ordinal))
            {
                yield return fingerprint;
            }
        }
    }

    // Trust that cannot be read is refused where a signature needs it.
    private static string DigestOf(SigstoreInstances instances, string name)
    {
        try
        {
            return Hexadecimal.Write(instances.Load(name).TrustedRoot.Digest.Span);
        }
        catch (ModelSigningException)
        {
            return "";
        }
    }

    private string? GivenSignature => SignaturePath.Length > 0 ? this.FileSystemPath(SignaturePath) : null;

    private bool IsReported(string path)
    {
        _count.Give();
        // A name that .NET cannot tell from another one may be that of a model that the report does not have.
        return _report is not null && !path.Contains('\uFFFD', StringComparison.Ordinal) && OrTerminate(() => _report.Has(RecordedVerdict.KeyOf(path, GivenSignature)));
    }

    private void WriteReported(string path) => WriteVerbose($"The report already contains '{path}'.");

    private void Report(string model, ModelSignatureResult result)
    {
        _count.Add(RecordedVerdict.Of(result), isResumed: false);
        _ = OrTerminate<object?>(() =>
        {
            _report?.Add(model, result, GivenSignature, DateTimeOffset.UtcNow);
            return null;
        });
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _report?.Dispose();
        }

        base.Dispose(disposing);
    }
}
