using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Gpu.Sharing;

/// <summary>Some items of a job as a job of their own, for one device; its outcomes are handed on only when all of them are there.</summary>
internal static class PartialJob
{
    /// <summary>Hashes some items of a job on a device.</summary>
    /// <returns>How many bytes they have.</returns>
    public static long Hash(HashJob whole, IReadOnlyList<int> items, IHashDevice device, CancellationToken token)
    {
        HashJob part = new(whole.Algorithm, whole.Source, [.. items.Select(item => whole.Items[item])], whole.Threads, new HashProgress(whole.Progress));
        HashScheduler.Run(part, device, token);
        for (int index = 0; index < items.Count; index++)
        {
            if (part.Failures.TryGetValue(index, out ModelSigningException? refusal))
            {
                whole.Fail(items[index], refusal);
            }
            else
            {
                whole.Complete(items[index], part.Digest(index));
            }
        }

        return part.Progress.BytesTotal;
    }
}
