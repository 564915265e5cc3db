using System.Management.Automation;
using ModelSigning.Core.Loaded;
using ModelSigning.Core.Verifying;

namespace ModelSigning;

// What a program has loaded of a model, besides the model's files.
public sealed partial class TestModelSignatureCommand
{
    // The files are read from the disk, by the processor; and what lay in memory when a report was begun says nothing of the next run.
    private static readonly string[] NotWithLoaded = [nameof(Manifest), nameof(Source), nameof(Device), nameof(OutFile), nameof(Resume)];

    private LoadedTensors? _loaded;
    private LoadedVerification? _verified;

    /// <summary>
    /// Also compares what another process has in the memory of a CUDA device with the signed files: the path of a list of its tensors, which the program in docs/loaded-weights.md
    /// exports. Each tensor of the safetensors files is hashed where it lies. The model is valid only if every one of them is as it was signed; what was converted,
    /// fused, divided or left out cannot be verified, and TensorDifferences says so. It shows what lay at the exported addresses at that moment, not what the process uses.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [LiteralPathTransformation]
    public string Loaded { get; set; } = "";

    private protected override LoadedWeights? LoadedWeightsOf(VerificationResult verified) => _loaded is null ? null
        : new(_loaded.Process, _verified is { } both && ReferenceEquals(both.Files, verified) ? both : new(verified, []));

    private VerificationResult VerifyLoaded(VerificationRequest request, CancellationToken token)
    {
        _verified = null;
        _verified = LoadedVerifier.Verify(request, _loaded!, GpuDevices.CudaMemory(), token);
        return _verified.Files;
    }

    private void ReadLoaded()
    {
        if (Loaded.Length == 0)
        {
            return;
        }

        if (NotWithLoaded.FirstOrDefault(MyInvocation.BoundParameters.ContainsKey) is { } given)
        {
            ThrowTerminatingError(CommandErrors.LoadedNeedsFiles.At($"-{given} and -Loaded cannot be used together.").ToErrorRecord());
        }

        _loaded = OrTerminate(() => LoadedTensorsReader.Read(this.FileSystemPath(Loaded), CancellationToken.None));
    }
}
