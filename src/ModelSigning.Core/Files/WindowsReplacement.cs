using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Files;

/// <summary>
/// Replacing a file on Windows, where one that another program holds open cannot be replaced. Virus scanners and indexers open every new
/// file for a moment, so that an attempt that fails is worth some more.
/// </summary>
internal static class WindowsReplacement
{
    private const int AccessDenied = 5, SharingViolation = 32, LockViolation = 33, UserMappedFile = 1224;

    private static readonly TimeSpan[] Pauses = [.. new[] { 20, 50, 100, 200, 400 }.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];

    /// <summary>Tries until it works, fails for another reason, or six attempts have failed.</summary>
    /// <param name="attempt">Answers 0 or Windows' error.</param>
    /// <param name="wait">Waits.</param>
    /// <returns>0 or the last error.</returns>
    public static int Try(Func<int> attempt, Action<TimeSpan> wait)
    {
        int error = attempt();
        foreach (TimeSpan pause in Pauses.TakeWhile(_ => IsInUse(error) || error == AccessDenied))
        {
            wait(pause);
            error = attempt();
        }

        return error;
    }

    /// <summary>Refuses a file that cannot be replaced.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="error">What Windows answered; 0 for a file that can be opened for replacement.</param>
    /// <returns>Null where the file can be replaced, or for an error that has nothing to do with the file itself.</returns>
    public static ModelSigningException? Refusal(string path, FileAttributes attributes, int error) =>
        attributes.HasFlag(FileAttributes.ReadOnly) ? FileErrors.FileReadOnly.At($"'{path}' is read-only and was not replaced.", path)
        : IsInUse(error) ? FileErrors.FileInUse.At($"'{path}' is open in another program and was not replaced.", path)
        : null;

    private static bool IsInUse(int error) => error is SharingViolation or LockViolation or UserMappedFile;
}
