namespace ModelSigning.Core.Files;

/// <summary>A copy of a file that is about to be replaced, for the case that what comes after fails. It is gone in the end.</summary>
internal sealed class ReplacedFile : IDisposable
{
    private readonly string _path;
    private readonly string? _copy;

    private ReplacedFile(string path, string? copy)
    {
        _path = path;
        _copy = copy;
    }

    /// <summary>Copies a file beside itself, permissions included; there need not be one.</summary>
    /// <exception cref="Errors.ModelSigningException">One of <see cref="FileErrors"/>.</exception>
    public static ReplacedFile Keep(string path)
    {
        string copy = AtomicFile.PartialPath(path);
        try
        {
            File.Copy(path, copy);
            return new ReplacedFile(path, copy);
        }
        catch (FileNotFoundException)
        {
            return new ReplacedFile(path, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            AtomicFile.TryDelete(copy);
            throw AtomicFile.WriteError(path, error);
        }
    }

    /// <summary>Puts back what was there before: the file, or none.</summary>
    /// <returns>Null, or why it did not work.</returns>
    public string? TryRestore()
    {
        try
        {
            if (_copy is null)
            {
                File.Delete(_path);
            }
            else
            {
                File.Move(_copy, _path, overwrite: true);
            }

            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_copy is not null)
        {
            AtomicFile.TryDelete(_copy);
        }
    }
}
