using ModelSigning.Core.Errors;
using ModelSigning.Core.Loaded;

namespace ModelSigning;

/// <summary>What a verdict says about weights that a process has loaded.</summary>
/// <param name="Process">The process, as its list says.</param>
/// <param name="Verified">What was found.</param>
internal sealed record LoadedWeights(int Process, LoadedVerification Verified)
{
    private const int TensorsInMessage = 3;

    /// <summary>The tensors that are changed, or of which nothing is known.</summary>
    public IReadOnlyList<ComparedTensor> Differences { get; } = [.. Verified.Tensors.Where(tensor => tensor.State != LoadedState.AsSigned)];

    /// <summary>What a valid verdict says besides, with what it does not prove.</summary>
    public string Sentence => $" Of its tensors in the memory of process {Process}, {Counts}. This shows what lay at the exported addresses at that moment, not what the process uses.";

    private string Counts =>
        $"{Verified.Count(LoadedState.AsSigned)} are as they were signed, {Verified.Count(LoadedState.Changed)} are changed and {Verified.Count(LoadedState.NotVerifiable)} cannot be verified";

    /// <summary>Why a model whose files are valid is refused all the same; null if every tensor in memory is as it was signed.</summary>
    public ModelSigningException? RefusalOf(string model)
    {
        if (Verified.IsValid)
        {
            return null;
        }

        string first = string.Join("; ", Differences.OrderBy(tensor => tensor.State != LoadedState.Changed).Take(TensorsInMessage)
            .Select(tensor => Printable.Of($"'{tensor.Name}' of '{tensor.File}'")));
        int more = Differences.Count - TensorsInMessage;
        string which = Differences.Count == 0 ? "no verified file is a safetensors file" : first + (more > 0 ? $" and {more} more" : "");
        return (Verified.Count(LoadedState.Changed) > 0 ? LoadedErrors.LoadedMismatch : LoadedErrors.LoadedNotVerifiable)
            .At($"The files of '{model}' are as they were signed. Of its tensors in the memory of process {Process}, {Counts}: {which}.", model);
    }
}
