using System.Management.Automation;
using ModelSigning.Core.Input;
using ModelSigning.Core.Tracing;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Tuf;

namespace ModelSigning;

/// <summary>Fetches the newest trust of a Sigstore instance, and registers private instances.</summary>
/// <remarks>
/// <para>
/// Update-SigstoreTrust runs the client workflow of The Update Framework (TUF) against the instance's repository: every file is verified
/// before it is kept, and older, mixed, expired or badly signed ones are refused; then what was trusted before stays in use. Only this
/// command uses the network; verifying never does.
/// </para>
/// <para>
/// Without parameters it updates the public Sigstore instance, from the root that comes with the module. A private instance is registered
/// with -Name, -Url and -RootPath, and updated with -Name alone.
/// </para>
/// <para>
/// The address must be https, or http on loopback, without user name, password, query and fragment. An instance keeps its trust in a folder
/// of its own, which is replaced as a whole when everything was verified: a command that verifies meanwhile uses the old trust or the new.
/// </para>
/// <para>
/// With -MetadataPath it works on any TUF repository: the metadata are kept in that folder, and -TargetName fetches targets from it.
/// </para>
/// </remarks>
/// <example>
/// <code>Update-SigstoreTrust</code>
/// <para>Updates the trust of the public instance.</para>
/// </example>
/// <example>
/// <code>Update-SigstoreTrust -Name internal -Url https://tuf.example.com -RootPath ./root.json</code>
/// <para>Registers a private instance, whose TUF root you got in a way that you trust. Test-ModelSignature -SigstoreInstance internal uses it.</para>
/// </example>
[Cmdlet(VerbsData.Update, "SigstoreTrust", DefaultParameterSetName = InstanceSet, SupportsShouldProcess = true)]
[OutputType(typeof(SigstoreTrustInfo), ParameterSetName = [InstanceSet])]
[OutputType(typeof(FileInfo), ParameterSetName = [RepositorySet])]
public sealed class UpdateSigstoreTrustCommand : CancellableCommand
{
    private const string InstanceSet = "Instance", RepositorySet = "Repository";

    /// <summary>The instance's name; by default the public one's.</summary>
    [Parameter(Position = 0, ParameterSetName = InstanceSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(SigstoreInstanceCompleter))]
    public string Name { get; set; } = SigstoreInstances.PublicName;

    /// <summary>The address of the TUF repository; needed once for each private instance.</summary>
    [Parameter(ParameterSetName = InstanceSet)]
    [Parameter(ParameterSetName = RepositorySet)]
    [ValidateNotNull]
    public Uri? Url { get; set; }

    /// <summary>
    /// The repository's root.json to start from, which you got through a channel that you trust. It replaces the root that an earlier update
    /// kept once the whole update has succeeded, and never leads to an older version of the root than the recorded one. The public instance starts from the root in this module and takes none.
    /// </summary>
    [Parameter(ParameterSetName = InstanceSet)]
    [Parameter(ParameterSetName = RepositorySet)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string RootPath { get; set; } = "";

    /// <summary>The folder that keeps the metadata of any TUF repository, under plain names such as root.json.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RepositorySet, HelpMessage = "The folder that keeps the metadata of the TUF repository.")]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string MetadataPath { get; set; } = "";

    /// <summary>Targets to fetch, in this order. One that lies in -TargetPath with the right content is not fetched again.</summary>
    [Parameter(ParameterSetName = RepositorySet)]
    [ValidateNotNullOrEmpty]
    public string[] TargetName { get; set; } = [];

    /// <summary>The address that targets are fetched from; by default targets/ below -Url.</summary>
    [Parameter(ParameterSetName = RepositorySet)]
    [ValidateNotNull]
    public Uri? TargetUrl { get; set; }

    /// <summary>The folder that targets are written to; a target's name becomes one file name, its separators escaped.</summary>
    [Parameter(ParameterSetName = RepositorySet)]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string TargetPath { get; set; } = ".";

    /// <summary>Runs the update.</summary>
    protected override void EndProcessing()
    {
        string what = MetadataPath.Length > 0 ? MetadataPath : Name;
        if (ShouldProcess(what, "Download and store the newest trust"))
        {
            OrTerminate<bool>(MetadataPath.Length > 0 ? UpdateRepository : UpdateInstance);
        }
    }

    private bool UpdateInstance()
    {
        byte[]? root = ReadRoot();
        SigstoreTrust trust = RunInBackground(null, (_, token) => Traces.Run(
            "UpdateTrust", () => [new("model_signing.sigstore_instance", Name)], () => SigstoreInstances.OfThisUser.Update(Name, Url, root, DateTimeOffset.UtcNow, token)));
        if (trust.NotKept)
        {
            WriteWarning("The trust was downloaded and verified, but could not be stored: this user's folder for local data cannot be written to.");
        }

        WriteObject(new SigstoreTrustInfo(trust, DateTimeOffset.UtcNow));
        return true;
    }

    private bool UpdateRepository()
    {
        byte[]? root = ReadRoot();
        string metadata = this.FileSystemPath(MetadataPath), targets = this.FileSystemPath(TargetPath);
        IReadOnlyList<string> files = RunInBackground(null, (_, token) =>
        {
            TufMirror mirror = new(metadata);
            if (Url is null && root is not null)
            {
                mirror.Initialize(root);
            }

            return Url is null ? [] : Traces.Run("UpdateTrust", () => [], () => mirror.Fetch(Url, TargetUrl, TargetName, targets, root, DateTimeOffset.UtcNow, token));
        });
        WriteObject(InvokeProvider.Item.Get([.. files.Select(file => "FileSystem::" + file)], force: true, literalPath: true), enumerateCollection: true);
        return true;
    }

    private byte[]? ReadRoot()
    {
        string path = RootPath.Length > 0 ? this.FileSystemPath(RootPath) : "";
        return path.Length > 0
            ? RunInterruptibly(_ => BoundedFile.Read(path, new InputRules("TUF root", TufMirror.MaximumRootLength, TufErrors.TufRootMissing)))
            : null;
    }
}
