using System.Diagnostics;
using System.Management.Automation;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Measuring;
using ModelSigning.Core.Models;

namespace ModelSigning;

/// <summary>Measures how fast this machine hashes.</summary>
/// <remarks>
/// <para>
/// Without a path, Measure-ModelHash runs each of the processor's engines by itself, on one thread and on bytes in its cache, and marks those
/// that the module uses on this machine. That says how the algorithms compare; no file is read. With -Device, each of these devices follows:
/// on data that lies in its own memory, and on data in the host's, BLAKE3 as one large file, SHA-256 and BLAKE2b as 4,096 streams.
/// </para>
/// <para>
/// With a path, it hashes that model as New-ModelSignature would, reading included, with every algorithm in turn, several times: the median
/// counts. The first time, which brings the files into the system's cache, does not; a model that is larger than the memory is measured at its
/// disk's speed.
/// </para>
/// </remarks>
/// <example>
/// <code>Measure-ModelHash</code>
/// <para>Shows the rate of each engine of this processor.</para>
/// </example>
/// <example>
/// <code>Measure-ModelHash ./model -HashAlgorithm sha256, blake3 -ThrottleLimit 4</code>
/// <para>Compares two algorithms on a model, with four threads.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Measure, "ModelHash", DefaultParameterSetName = "Machine")]
[OutputType(typeof(ModelHashRate))]
public sealed class MeasureModelHashCommand : HashingCommand
{
    // Long enough for the processor to raise its clock, short enough that a dozen engines take a few seconds.
    private static readonly TimeSpan EngineDuration = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc/>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "Path",
        HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [PathTransformation]
    [Alias("FilePath")]
    public override string[] Path { get; set; } = [];

    /// <inheritdoc/>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "LiteralPath", HelpMessage = ModelHelp)]
    [ValidateNotNullOrEmpty]
    [Alias("PSPath", "LP")]
    [LiteralPathTransformation(TakesObjects = true)]
    public override string[] LiteralPath { get; set; } = [];

    /// <summary>The digest algorithms that are measured: sha256, blake2b, blake3; by default all.</summary>
    [Parameter]
    [ValidateHashAlgorithm]
    [ArgumentCompleter(typeof(HashAlgorithmCompleter))]
    [Alias("Algorithm")]
    public string[] HashAlgorithm { get; set; } = HashAlgorithmCompleter.Identifiers();

    /// <summary>How often each is measured, from 1 to 1000; the median counts.</summary>
    [Parameter]
    [ValidateRange(1, 1000)]
    public int Repeat { get; set; } = 5;

    private IReadOnlyList<DigestAlgorithm> Algorithms =>
    [
        .. HashAlgorithm.Select(name => DigestAlgorithms.TryParse(name.ToLowerInvariant(), out DigestAlgorithm algorithm)
            ? algorithm
            : throw new UnreachableException(name)).Distinct(),
    ];

    /// <summary>Measures the machine once, or the models of one record of the pipeline.</summary>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == "Machine")
        {
            int rounds = Repeat;
            Write(OrTerminate(() => RunInBackground(null, (_, token) => HashBenchmark.MeasureEngines(rounds, EngineDuration, token))), path: null);
            if (Device.Length > 0)
            {
                IReadOnlyList<DigestAlgorithm> algorithms = Algorithms;
                Write(OrTerminate(() => RunInBackground(null, (_, token) => HashDeviceSelection.Measure(Device, algorithms, token))), path: null);
            }
        }
        else
        {
            base.ProcessRecord();
        }
    }

    private protected override void ProcessModel(string model)
    {
        if (Attempt(model, () => Measure(model)) is { } measured)
        {
            Write(measured, model);
        }
    }

    private IReadOnlyList<HashMeasurement> Measure(string model)
    {
        ModelFilesOptions options = FilesOptions(SignatureLocation.Default(model, this.CurrentDirectory()), allowSymlinks: false);
        IReadOnlyList<DigestAlgorithm> algorithms = Algorithms;
        int rounds = Repeat;
        HashSettings settings = HashSettings(new HashProgress());
        IReadOnlyList<MeasuredDevice> devices = Devices();
        return RunInBackground(null, (_, token) =>
        {
            ModelFiles files = ModelFiles.Find(model, options, token);
            HashItem[] items = [.. files.Files.Select(file => new HashItem(file.Name, 0, file.Length, EndsFile: true))];
            return HashBenchmark.MeasureFiles(files.Directory, items, algorithms, devices, settings.ThreadsFor(files.Content), rounds, token);
        });
    }

    // The device that would sign, and the processor to compare it with where it is another.
    private List<MeasuredDevice> Devices()
    {
        IHashDevice chosen = HashSettings(new HashProgress()).Device;
        List<MeasuredDevice> devices = [new(chosen is CpuHashDevice ? HashDeviceSelection.Processor : string.Join('+', Device), chosen)];
        if (chosen is not CpuHashDevice)
        {
            devices.Add(new(HashDeviceSelection.Processor, new CpuHashDevice()));
        }

        return devices;
    }

    private void Write(IReadOnlyList<HashMeasurement> measurements, string? path)
    {
        IReadOnlyList<DigestAlgorithm> algorithms = Algorithms;
        foreach (HashMeasurement measured in measurements.Where(measured => algorithms.Contains(measured.Algorithm)))
        {
            WriteObject(new ModelHashRate(measured.Algorithm.Identifier(), measured.Engine)
            {
                Threads = measured.Threads,
                Length = measured.Bytes,
                Duration = measured.Duration,
                BytesPerSecond = measured.BytesPerSecond,
                IsDefault = measured.IsDefault,
                Path = path,
            });
        }
    }
}
