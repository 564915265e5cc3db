using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Hashing;

/// <summary>What can hash the items of a job: the processor, a GPU, or several together. The whole interface is one method.</summary>
public interface IHashDevice
{
    /// <summary>
    /// Hashes every item of <paramref name="job"/> that has no outcome yet, giving each its digest (<see cref="HashJob.Complete"/>)
    /// or its error (<see cref="HashJob.Fail"/>). One item's failure does not touch the others. Returns when every item has
    /// its outcome.
    /// </summary>
    /// <param name="job">The items, and where their digests go.</param>
    /// <param name="cancellationToken">Ends the work within 100 ms.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; no digest of the job is to be used.</exception>
    /// <exception cref="Errors.ModelSigningException">The device itself failed; no digest of the job is to be used.</exception>
    void Hash(HashJob job, CancellationToken cancellationToken);
}

/// <summary>Runs a job on a device. Everything that hashes a model comes through here.</summary>
public static class HashScheduler
{
    /// <summary>Hashes every item of a job. Afterwards each has a digest or an error (<see cref="HashJob.Failures"/>).</summary>
    /// <param name="job">What is to be hashed.</param>
    /// <param name="device">What hashes it.</param>
    /// <param name="cancellationToken">Ends the work within 100 ms.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled; no digest of the job is to be used.</exception>
    /// <exception cref="ModelSigningException">
    /// The device failed, or left an item without an outcome (<see cref="HashingErrors.HashDeviceIncomplete"/>); no digest of the job is to be used.
    /// </exception>
    public static void Run(HashJob job, IHashDevice device, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(device);
        device.Hash(job, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        for (int index = 0; index < job.Items.Count; index++)
        {
            if (job.IsPending(index))
            {
                throw HashingErrors.HashDeviceIncomplete.At(Invariant($"The hash device '{device.GetType().Name}' left item {index} ('{job.Items[index].Name}') without a digest."), job.FullPath(index));
            }
        }
    }
}
