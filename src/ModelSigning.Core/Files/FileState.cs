namespace ModelSigning.Core.Files;

/// <summary>
/// What of an open file tells whether it is still the same and has the same content. Whoever writes to a file can set the first time back and not the second, which a file also gets that takes the place of
/// another. All zeros where the operating system does not say.
/// </summary>
/// <param name="Modified">When its content was modified, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Changed">When anything of it was changed, likewise.</param>
/// <param name="Device">The file system that it is on; 0 where that and the number mean nothing.</param>
/// <param name="Number">Its number (inode) there.</param>
internal readonly record struct FileState(long Modified, long Changed, long Device, long Number);
