namespace ModelSigning.Sigstore.Tuf;

/// <summary>Where metadata and targets are fetched from.</summary>
internal interface ITufRepository
{
    /// <summary>Fetches a file.</summary>
    /// <param name="path">The path below the repository's address; its components are escaped already.</param>
    /// <param name="maximum">The most bytes that are taken.</param>
    /// <param name="cancellationToken">Ends the exchange at once.</param>
    /// <returns>The file's bytes; null when the repository has none of that name.</returns>
    /// <exception cref="Core.Errors.ModelSigningException">
    /// <see cref="TufErrors.TufUnreachable"/>, <see cref="TufErrors.TufTooLarge"/>.
    /// </exception>
    byte[]? Fetch(string path, long maximum, CancellationToken cancellationToken);
}
