using System.Management.Automation;
using ModelSigning.Sigstore.Trust;

namespace ModelSigning;

/// <summary>Shows which Sigstore instances are trusted, from where that trust comes and how old it is.</summary>
/// <remarks>
/// <para>
/// Get-SigstoreTrust lists the public Sigstore instance, whose trust comes with the module until Update-SigstoreTrust fetches newer, and
/// the private ones that were registered. Each lists the logs and authorities that signatures are verified against. No network is used.
/// </para>
/// </remarks>
/// <example>
/// <code>Get-SigstoreTrust</code>
/// <para>Shows all instances with the age of their trust.</para>
/// </example>
/// <example>
/// <code>(Get-SigstoreTrust public).Services | Where-Object State -eq Current</code>
/// <para>Lists the logs and authorities of the public instance that are in use now.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "SigstoreTrust", DefaultParameterSetName = "Instance")]
[OutputType(typeof(SigstoreTrustInfo))]
public sealed class GetSigstoreTrustCommand : CancellableCommand
{
    /// <summary>The names of the instances; by default all of them.</summary>
    [Parameter(Position = 0, ParameterSetName = "Instance")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SigstoreInstanceCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>A trusted_root.json to show instead.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "TrustedRoot", HelpMessage = "A trusted_root.json file.")]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TrustedRoot { get; set; } = "";

    /// <summary>A client trust configuration to show instead.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "TrustConfig", HelpMessage = "A client trust configuration file.")]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TrustConfig { get; set; } = "";

    /// <summary>Writes the trust.</summary>
    protected override void EndProcessing()
    {
        if (TrustedRoot.Length > 0 || TrustConfig.Length > 0)
        {
            Write("");
            return;
        }

        foreach (string name in Name.Length > 0 ? Name : OrTerminate(() => SigstoreInstances.OfThisUser.Names))
        {
            Write(name);
        }
    }

    private void Write(string name)
    {
        if (Attempt(name.Length > 0 ? name : TrustedRoot + TrustConfig, () => new SigstoreTrustInfo(this.LoadTrust(TrustedRoot, TrustConfig, name), DateTimeOffset.UtcNow)) is { } trust)
        {
            WriteObject(trust);
        }
    }
}
