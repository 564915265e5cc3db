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
