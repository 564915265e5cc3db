using System.Globalization;
using System.Text.RegularExpressions;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Tensors;

/// <summary>A tensor of a model, with the digest of its bytes.</summary>
/// <param name="Weights">
/// The weights that it is a part of: the name of its file, or of all shards together, which is that of their index without <c>.index.json</c>, or of a shard without its number where all
/// shards are there. A file that a loader would pass over, because an index or a file of the weights' name is beside it, has its own name.
/// </param>
/// <param name="File">The file that it lies in, relative to the model, with <c>/</c> between its components.</param>
/// <param name="Tensor">What the file's header says about it.</param>
/// <param name="Digest">The raw digest of its bytes as they lie in the file.</param>
internal sealed record HashedTensor(string Weights, string File, Tensor Tensor, ReadOnlyMemory<byte> Digest);

/// <summary>The tensors of a model.</summary>
/// <param name="Tensors">The tensors, by file and by their place in it.</param>
/// <param name="Empty">The names of files of weights without a tensor, sorted. Programs may load such a file in place of one with tensors.</param>
/// <param name="Others">The names of the model's files that are not read for tensors, sorted.</param>
/// <param name="Warnings">Sentences that a person should see.</param>
internal sealed record HashedTensors(IReadOnlyList<HashedTensor> Tensors, IReadOnlyList<string> Empty, IReadOnlyList<string> Others, IReadOnlyList<string> Warnings);

/// <summary>Lists the tensors of a model with their digests: those of safetensors and GGUF files, shards by their index or their number.</summary>
internal static partial class TensorHasher
{
    /// <summary>The most tensors of a model that are listed: a million.</summary>
    public const int MaximumTensors = 1_000_000;

    /// <summary>Hashes a model's tensors, each alone, as the bytes that lie in its file.</summary>
    /// <param name="source">Where the model lies.</param>
    /// <param name="options">What belongs to the model.</param>
    /// <param name="algorithm">The digest algorithm.</param>
    /// <param name="settings">What hashes.</param>
    /// <param name="cancellationToken">Ends the work within 100 ms.</param>
    /// <exception cref="ModelSigningException">One of <see cref="TensorErrors"/> or <see cref="FormatErrors"/>, or as for <see cref="ModelHasher.Hash"/>.</exception>
    public static HashedTensors Hash(
        ModelSource source, ModelFilesOptions options, DigestAlgorithm algorithm, HashSettings settings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(settings);
        PassingTensors passing = new(algorithm, source.ModelPath, cancellationToken);
        Dictionary<string, TensorFile> passed = new(StringComparer.Ordinal);
        ModelFiles files = source.Find(options with { Reading = null, ReadOnce = Keep, Progress = settings.Progress }, cancellationToken);
        ReadOnlySpan<TensorFile?> read = files.Content.IsChecked ? ReadChecked(files, passing, settings, cancellationToken) : [];
        List<TensorFile> found = [];
        List<string> others = [];
        long count = 0;
        for (int index = 0; index < files.Files.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ModelFile file = files.Files[index];
            if ((files.Content.IsChecked ? passed.GetValueOrDefault(file.Name) ?? read[index] : TensorFile.Open(file, files.Content, cancellationToken)) is not { } one)
            {
                others.Add(file.Name);
                continue;
            }

            found.Add(one);
            TensorErrors.RequireFew(count += one.Tensors.Count, files.ModelPath);
        }

        if (found.TrueForAll(file => file.Index is not null))
        {
            throw TensorErrors.TensorsNotFound.At($"The model '{files.ModelPath}' has no safetensors or GGUF file.", files.ModelPath);
        }

        Dictionary<string, string> weights = WeightsOf(found, files.ModelPath);
        RequireDistinct(found, weights, files.ModelPath);
        string[] empty = [.. found.Where(file => file.Index is null && file.Tensors.Count == 0).Select(file => file.Name)];
        return new([.. Hashed(found, weights, files.Content, algorithm, settings, cancellationToken)], empty, others, files.Warnings);

        void Keep(ModelFile file, Stream stream)
        {
            if (passing.Read(file, stream) is { } one)
            {
                passed[file.Name] = one;
            }
        }
    }

    // The files of a store that says what digest each has: read once, for that digest and for those of the tensors. Each takes two threads.
    private static TensorFile?[] ReadChecked(ModelFiles files, PassingTensors passing, HashSettings settings, CancellationToken cancellationToken)
    {
        TensorFile?[] read = new TensorFile?[files.Files.Count];
        ModelSigningException?[] refusals = new ModelSigningException?[files.Files.Count];
        settings.Progress.Expect(files.Files.Where(TensorFile.MayBe).Select(file => file.Length));
        ParallelOptions options = new() { MaxDegreeOfParallelism = Math.Max(1, settings.ThreadsFor(files.Content) / 2), CancellationToken = cancellationToken };
        Parallel.For(0, read.Length, options, (index, state) =>
        {
            ModelFile file = files.Files[index];
            if (!TensorFile.MayBe(file))
            {
                return;
            }

            try
            {
                files.Content.ReadChecked(file.Name, stream => (read[index] = passing.Read(file, stream)) is not null, settings.Progress, cancellationToken);
            }
            catch (ModelSigningException refusal)
            {
                // Those before it are still read, so that the first of several is reported whatever the threads do.
                refusals[index] = refusal;
                state.Break();
            }
        });
        return Array.Find(refusals, refusal => refusal is not null) is { } first ? throw first : read;
    }

    // A range for each tensor, and the whole of a file that has none.
    private static IEnumerable<HashedTensor> Hashed(
        List<TensorFile> found, Dictionary<string, string> weights, HashSource content, DigestAlgorithm algorithm, HashSettings settings, CancellationToken cancellationToken)
    {
        List<HashItem> items = [];
        foreach (TensorFile file in found.Where(file => file.Digests is null))
        {
            items.AddRange(file.Tensors.Select(tensor => new HashItem(file.Name, tensor.Offset, tensor.Length, tensor.Offset + tensor.Length == file.Length)));
            if (file.Tensors.Count == 0)
            {
                items.Add(new(file.Name, 0, file.Length, EndsFile: true));
            }
        }

        Resource[] hashed = HashPlan.OfRanges([.. items]).Hash(algorithm, content, settings, cancellationToken);
        int next = 0;
        foreach (TensorFile file in found)
        {
            for (int index = 0; index < file.Tensors.Count; index++)
            {
                yield return new(weights[file.Name], file.Name, file.Tensors[index], file.Digests?[index] ?? hashed[next++].Digest);
            }

            next += file.Digests is null && file.Tensors.Count == 0 ? 1 : 0;
        }
    }

    // Which weights each file is a part of; what an index says about its shards must hold. A program that loads weights takes a plain file first, then what the index lists, then a
    // complete set of numbered files; a file that it would pass over is not a part of the same weights.
    private static Dictionary<string, string> WeightsOf(List<TensorFile> found, string model)
    {
        Dictionary<string, string> weights = new(StringComparer.Ordinal);
        Dictionary<string, TensorFile> byName = found.ToDictionary(file => file.Name, StringComparer.Ordinal);
        HashSet<string> taken = new(byName.Keys, StringComparer.Ordinal);
        foreach (TensorFile index in found.Where(file => file.Index is not null))
        {
            string set = taken.Add(index.IndexedWeights) ? index.IndexedWeights : index.Name;
            string folder = index.Name[..(index.Name.LastIndexOf('/') + 1)];
            Dictionary<string, IReadOnlyList<Tensor>> shards = new(StringComparer.Ordinal);
            foreach (string shard in index.Index!.Shards)
            {
                if (!byName.TryGetValue(folder + shard, out TensorFile? file))
                {
                    continue;
                }

                shards[shard] = file.Tensors;
                if (!weights.TryAdd(file.Name, set))
                {
                    throw TensorErrors.TensorTwice.At($"The shard '{file.Name}' is in the index of '{weights[file.Name]}' and in that of '{set}'.", model);
                }
            }

            index.Index.Require(shards);
        }

        foreach (IGrouping<(string Name, string Count), (TensorFile File, int Number)> set in NumberedSets(found.Where(file => !weights.ContainsKey(file.Name))))
        {
            if (set.Select(shard => shard.Number).Order().SequenceEqual(Enumerable.Range(1, set.Count())) && int.Parse(set.Key.Count, CultureInfo.InvariantCulture) == set.Count() && taken.Add(set.Key.Name))
            {
                foreach ((TensorFile file, _) in set)
                {
                    weights.Add(file.Name, set.Key.Name);
                }
            }
        }

        foreach (TensorFile file in found)
        {
            weights.TryAdd(file.Name, file.Name);
        }

        return weights;
    }

    // Files whose names differ in their numbers alone and say the same count.
    private static IEnumerable<IGrouping<(string Name, string Count), (TensorFile File, int Number)>> NumberedSets(IEnumerable<TensorFile> files) =>
        from file in files
        let start = file.Name.LastIndexOf('/') + 1
        let match = ShardNumber().Match(file.Name, start)
        where match.Success
        group (file, int.Parse(match.Groups["number"].ValueSpan, CultureInfo.InvariantCulture))
        by ($"{file.Name[..match.Index]}.{file.Name[(match.Index + match.Length)..]}", match.Groups["count"].Value);

    private static void RequireDistinct(List<TensorFile> found, Dictionary<string, string> weights, string model)
    {
        foreach (IGrouping<string, TensorFile> shards in found.Where(file => file.Index is null).GroupBy(file => weights[file.Name], StringComparer.Ordinal))
        {
            Dictionary<string, string> files = new(StringComparer.Ordinal);
            foreach (TensorFile file in shards)
            {
                foreach (Tensor tensor in file.Tensors)
                {
                    if (!files.TryAdd(tensor.Name, file.Name))
                    {
                        throw TensorErrors.TensorTwice.At($"The tensor '{tensor.Name}' of '{shards.Key}' is in '{files[tensor.Name]}' and in '{file.Name}'.", model);
                    }
                }
            }
        }
    }

    [GeneratedRegex(@"-(?<number>[0-9]{5})-of-(?<count>[0-9]{5})\.", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ShardNumber();
}
