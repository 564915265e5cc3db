using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning;

/// <summary>
/// A report that grows with each verdict: JSON Lines, the first of which says with which settings. What was written stays when the run is interrupted, and the next run with the same
/// settings goes on behind it.
/// </summary>
internal sealed class ReportFile : IDisposable
{
    private const int MostLineBytes = 16 * 1024 * 1024;
    private const string HeaderStart = "{\"format\":\"model-signing-report\",\"version\":1,\"settings\":\"";

    private static readonly InputRules Rules = new("report", MostLineBytes, CommandErrors.ReportFileMalformed);

    private readonly FileStream _stream;
    private readonly HashSet<string> _recorded = new(StringComparer.Ordinal);

    private ReportFile(FileStream stream) => _stream = stream;

    /// <summary>The file's full path.</summary>
    internal string FullPath => _stream.Name;

    /// <summary>Begins a report, or goes on with one.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="settings">The digest of what decides the verdicts, in hexadecimal.</param>
    /// <param name="resumes">Whether a report that exists is continued.</param>
    /// <param name="known">Takes each verdict that the report has already.</param>
    /// <param name="cancellationToken">Ends the reading of a report.</param>
    /// <exception cref="ModelSigningException">The file exists, cannot be written, or is another report.</exception>
    internal static ReportFile Open(string path, string settings, bool resumes, Action<RecordedVerdict> known, CancellationToken cancellationToken)
    {
        FileStream stream;
        bool exists = Path.Exists(path);
        if (exists && (!resumes || !File.Exists(path)))
        {
            throw CommandErrors.ReportFileExists.At($"'{path}' exists.", path);
        }

        try
        {
            // Nobody else writes to it meanwhile.
            stream = new FileStream(path, exists ? FileMode.Open : FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, error);
        }

        ReportFile report = new(stream);
        try
        {
            if (exists && stream.Length > 0)
            {
                report.Resume(settings, known, cancellationToken);
            }
            else
            {
                report.Write(Encoding.ASCII.GetBytes($"{HeaderStart}{settings}\"}}\n"));
            }

            return report;
        }
        catch
        {
            report.Dispose();
            throw;
        }
    }

    /// <summary>Whether an earlier run wrote a verdict.</summary>
    internal bool Has(string key) => _recorded.Contains(key);

    /// <summary>Adds a verdict. It is in the file when this returns, whatever becomes of this process.</summary>
    /// <param name="model">What was verified: a full path, or what was given where no path could be made of it.</param>
    /// <param name="result">The verdict.</param>
    /// <param name="givenSignature">The signature's full path, where the caller named it; otherwise null.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="ModelSigningException"><see cref="CommandErrors.ReportFileUnusable"/></exception>
    internal void Add(string model, ModelSignatureResult result, string? givenSignature, DateTimeOffset now) =>
        Write(RecordedVerdict.Line(model, result, givenSignature, now));

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // A last line without its end was being written when the run ended: it is cut off, and its model verified again.
    private void Resume(string settings, Action<RecordedVerdict> known, CancellationToken cancellationToken)
    {
        try
        {
            byte[] expected = Encoding.ASCII.GetBytes($"{HeaderStart}{settings}\"}}");
            long end = 0;
            for (int number = 1; ReadLine(end, cancellationToken) is { } line; number++)
            {
                end += line.Length + 1;
                if (number == 1)
                {
                    RefuseOther(line, expected);
                    continue;
                }

                RecordedVerdict verdict = RecordedVerdict.Read(line, number, FullPath, Rules);
                _recorded.Add(verdict.Key);
                known(verdict);
            }

            if (end == 0)
            {
                throw CommandErrors.ReportFileOther.At($"'{FullPath}' does not begin as a report of Test-ModelSignature does.", FullPath);
            }

            _stream.SetLength(end);
            _stream.Position = end;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(FullPath, error);
        }
    }

    private void RefuseOther(byte[] line, byte[] expected)
    {
        if (!line.AsSpan().StartsWith(Encoding.ASCII.GetBytes(HeaderStart)))
        {
            throw CommandErrors.ReportFileOther.At($"'{FullPath}' does not begin as a report of Test-ModelSignature does.", FullPath);
        }

        if (!line.AsSpan().SequenceEqual(expected))
        {
            throw CommandErrors.ReportSettingsDiffer.At($"The report '{FullPath}' was begun with other parameters, keys or policies.", FullPath);
        }
    }

    // A line that ends, without its end; null for none.
    private byte[]? ReadLine(long start, CancellationToken cancellationToken)
    {
        const int Step = 64 * 1024;
        using MemoryStream line = new();
        byte[] buffer = new byte[(int)Math.Min(Step, Math.Max(1, _stream.Length - start))];
        _stream.Position = start;
        while (line.Length <= MostLineBytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = _stream.Read(buffer, 0, buffer.Length);
            int end = buffer.AsSpan(0, read).IndexOf((byte)'\n');
            line.Write(buffer, 0, end < 0 ? read : end);
            if (end >= 0 || read == 0)
            {
                return end >= 0 ? line.ToArray() : null;
            }
        }

        throw CommandErrors.ReportFileMalformed.At($"The report '{FullPath}' has a line of more than {MostLineBytes} bytes.", FullPath);
    }

    private void Write(byte[] line)
    {
        try
        {
            _stream.Write(line);
            _stream.Flush();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(FullPath, error);
        }
    }

    private static ModelSigningException Unusable(string path, Exception error) =>
        CommandErrors.ReportFileUnusable.At($"The report '{path}' cannot be written: {error.Message}", path, error);
}
