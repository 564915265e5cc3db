namespace ModelSigning.Core.Hashing;

/// <summary>One contiguous range of one file, to be hashed as one stream: a whole file, or a shard of it.</summary>
/// <param name="Name">The file, as <see cref="HashJob.Source"/> knows it, with <c>/</c> between its components.</param>
/// <param name="Offset">Where the range starts, in bytes.</param>
/// <param name="Length">How many bytes it has; 0 is an empty file.</param>
/// <param name="EndsFile">
/// Whether the file must end where the range does. The device then reads one byte further, and a file that has grown since it
/// was listed is a <see cref="HashingErrors.FileGrew"/>; one that ends earlier is always a <see cref="HashingErrors.FileShrank"/>.
/// </param>
public readonly record struct HashItem(string Name, long Offset, long Length, bool EndsFile);
