namespace ModelSigning.Core.Files;

/// <summary>
/// What a file system records of a file when its content changes. Two equal records of one file, made at different times, say that it was not changed in between
/// by way of the file system: its change time cannot be set, as the modification time can.
/// </summary>
/// <param name="Id">The file's number (inode). The number of the device does not count, because each machine of a cluster gives a mount its own.</param>
/// <param name="Modified">When the content was modified, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Changed">When content, name or attributes were changed, in nanoseconds since 1970-01-01 UTC.</param>
internal readonly record struct FileRecord(long Id, long Modified, long Changed)
{
    // The coarsest timestamps in use are FAT's, of two seconds. A file that changed so shortly before could change again under the same timestamp.
    private const long Granularity = 2_000_000_000;

    /// <summary>Whether there is a record. Links, what changed just now, what has a time before 1970, and files on Windows have none.</summary>
    public bool IsKnown => Changed != 0;

    /// <summary>Looks at a file.</summary>
    /// <param name="path">The full path; a link is not followed.</param>
    /// <param name="length">The length that the file must have, in bytes; null for any.</param>
    /// <param name="now">The time, not after the look.</param>
    /// <returns>The record; an unknown one where a later change could go unnoticed.</returns>
    public static FileRecord Of(string path, long? length, DateTimeOffset now)
    {
        if (OperatingSystem.IsWindows())
        {
            return default;
        }

        (FileStatus status, FileRecord record) = FileStatus.WithRecord(path);
        long latest = ((now - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick) - Granularity;
        return status.Kind == FileKind.File && (length is null || status.Length == length) && record is { Id: >= 0, Modified: >= 0, Changed: > 0 }
            && record.Changed < latest && record.Modified < latest ? record : default;
    }
}
