using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores;

namespace ModelSigning;

/// <summary>A command that reads a model's files and hashes them.</summary>
public abstract class HashingCommand : ModelCommand
{
    private IHashDevice? _device;
    private int? _threads;

    /// <summary>
    /// Files and folders of the model to exclude, with everything below them. Specify paths relative to the model, or full paths
    /// inside it. New-ModelSignature expands * and ? in relative ones to the files that are there, and records those; no other command does.
    /// On verification they excuse unsigned files only: whatever was signed is compared.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ModelFileCompleter))]
    [LiteralPathTransformation]
    public string[] IgnorePath { get; set; } = [];

    /// <summary>
    /// Treats .git, .gitignore, .gitattributes and .github at the model's root like any other file. They are left out otherwise. On
    /// verification they must then all be signed, even if the signer left them out.
    /// </summary>
    [Parameter]
    public SwitchParameter IncludeGitPath { get; set; }

    /// <summary>
    /// How many threads read and hash, from 1 to 1024; by default one per processor, and no fewer than 16 where the files lie on a network drive. Test-ModelSignature verifies the models of one
    /// -Path or -LiteralPath at the same time, with so many threads for all of them together; models from the pipeline are verified one by one.
    /// </summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit
    {
        get => _threads ?? Environment.ProcessorCount;
        set => _threads = value;
    }

    /// <summary>
    /// What hashes: by default the processor. One name or several, which then share the work: cpu; cuda or opencl for every such device;
    /// cuda:0 or another device that Get-ModelHashDevice lists; or auto alone, which measures and takes what is fastest. The digests are the
    /// same everywhere. A device that is missing or fails is an error.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(HashDeviceCompleter))]
    public string[] Device { get; set; } = [];

    /// <summary>The paths of -IgnorePath as the engine takes them: full, or relative to the model.</summary>
    private protected IReadOnlyList<string> ModelIgnorePaths => [.. IgnorePath.Select(this.InsideModel)];

    /// <summary>Opens a model where -Source says that it lies. A store is opened beside the pipeline's thread, because a large one takes its time.</summary>
    /// <param name="kind">The kind of the store; empty for a plain folder or file.</param>
    /// <param name="model">The model's path or the store's.</param>
    /// <param name="revision">Which model or version of the store; empty for its default.</param>
    /// <param name="allowSymlinks">Whether the caller allows symbolic links.</param>
    /// <exception cref="Core.Errors.ModelSigningException">It does not lie in such a store.</exception>
    private protected ModelSource OpenModel(string kind, string model, string revision, bool allowSymlinks)
    {
        string directory = this.CurrentDirectory();
        string? version = revision.Length > 0 ? revision : null;
        if (kind.Length == 0)
        {
            return ModelStores.Open(null, model, version, directory, allowSymlinks);
        }

        HashProgress progress = new();
        return RunInBackground(
            new ProgressDisplay($"Opening {model}", progress), (_, token) => ModelStores.Open(kind, model, version, directory, allowSymlinks, FileSystemRules.Current, progress, token));
    }

    /// <summary>What belongs to the model, as the parameters say.</summary>
    /// <param name="signature">The full path of the signature file, which never belongs to it; null for none.</param>
    /// <param name="allowSymlinks">Whether symbolic links to files are followed.</param>
    private protected ModelFilesOptions FilesOptions(string? signature, bool allowSymlinks) => new()
    {
        CurrentDirectory = this.CurrentDirectory(),
        IgnorePaths = ModelIgnorePaths,
        IgnoreGitPaths = !IncludeGitPath,
        AllowSymlinks = allowSymlinks,
        SignaturePath = signature,
    };

    /// <summary>What a person should know when working on a list of digests as on any other file.</summary>
    private protected static IEnumerable<string> ListNotes(string model, string done, bool isManifest) =>
        !isManifest && File.Exists(model) && ManifestImport.IsList(model)
            ? [$"'{model}' is a list of digests, and was {done} as a file. Use -Manifest for what it lists."]
            : [];

    /// <summary>What was hashed, where and how fast, as -Verbose shows it.</summary>
    private protected string Narrate(string verb, int files, long bytes, TimeSpan duration) =>
        $"{verb} {Quantity.Of(files, "file")}, {Quantity.Size(bytes)}, with {(Device.Length > 0 ? string.Join(" and ", Device) : "the processor")} "
        + $"in {Quantity.Seconds(duration)}"
        + (duration > TimeSpan.Zero ? $" ({Quantity.Size(bytes / duration.TotalSeconds)}/s)." : ".");

    /// <summary>Says, as -Verbose shows it, that a GPU is not the device for a model, where one is named or may be chosen.</summary>
    /// <param name="algorithm">What the model was hashed with.</param>
    /// <param name="streams">How many files and shards it has.</param>
    /// <param name="bytes">How long they are together.</param>
    private protected void AdviseDevice(DigestAlgorithm algorithm, int streams, long bytes)
    {
        if (DeviceAdvice(algorithm, streams, bytes) is { } advice)
        {
            WriteVerbose(advice);
        }
    }

    /// <summary>That a GPU is not the device for a model; null where none is named, or nothing speaks against it.</summary>
    /// <inheritdoc cref="AdviseDevice"/>
    private protected string? DeviceAdvice(DigestAlgorithm algorithm, int streams, long bytes) =>
        !Device.All(HashDeviceSelection.IsProcessor) && StreamAdvice.IsFor(algorithm, streams, bytes)
            ? $"{StreamAdvice.Text} This model has {Quantity.Of(streams, "stream")}." : null;

    /// <summary>How many threads work on several models together.</summary>
    /// <param name="models">Their full paths.</param>
    private protected int ThreadsFor(IReadOnlyList<string> models) =>
        _threads ?? Core.Models.HashSettings.DefaultThreads(RunInterruptibly(_ => models.Any(LocalFolders.IsOnNetwork)));

    /// <summary>What hashes and within which limits, as -Debug shows it.</summary>
    private protected void DebugHashing(HashSettings settings, string model) =>
        WriteDebug($"'{model}': engine {settings.Device.GetType().Name} ({(Device.Length > 0 ? string.Join(", ", Device) : "cpu")}), {(settings.Threads is { } threads ? Quantity.Of(threads, "thread") : "as many threads as the drive needs")}, "
            + $"vectors of {System.Numerics.Vector<byte>.Count * 8} bits; bundles of at most {Quantity.Size(BundleReader.MaximumLength)}, "
            + $"{Quantity.Size(BundleReader.MaximumOtherLength)} beside the payload, {BundleReader.MaximumCount} timestamps or log entries.");

    /// <summary>What hashes, and where it counts its bytes.</summary>
    private protected HashSettings HashSettings(HashProgress progress) => new()
    {
        Device = _device ??= OrTerminate(() => HashDeviceSelection.Open(Device)),
        Threads = _threads,
        Progress = progress,
    };
}
