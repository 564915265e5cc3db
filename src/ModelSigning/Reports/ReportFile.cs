using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning;

/// <summary>
/// A report that grows with each verdict: JSON Lines, the first of which says with which settings. What was written stays when the run is interrupted, and the next run with the same
/// settings goes on after it.
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

        if (!stream.CanSeek)
        {
            stream.Dispose();
            throw CommandErrors.ReportFileUnusable.At($"The report '{path}' cannot be written: it is not a file.", path);
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
            LineReader lines = new(_stream, long.MaxValue);
            for (LineState state; (state = lines.Next(MostLineBytes, cancellationToken)) is LineState.Whole or LineState.TooLong;)
            {
                if (state == LineState.TooLong)
                {
                    throw CommandErrors.ReportFileMalformed.At($"Line {lines.Number} of the report '{FullPath}' has more than {MostLineBytes} bytes.", FullPath);
                }

                if (lines.Number == 1)
                {
                    RefuseOther(lines.Line.Span, expected);
                    continue;
                }

                RecordedVerdict verdict = RecordedVerdict.Read(lines.Line, lines.Number, FullPath, Rules);
                _recorded.Add(verdict.Key);
                known(verdict);
            }

            if (lines.Number == 0)
            {
                throw CommandErrors.ReportFileOther.At($"'{FullPath}' does not start like a report of Test-ModelSignature.", FullPath);
            }

            _stream.SetLength(lines.Length);
            _stream.Position = lines.Length;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(FullPath, error);
        }
    }

    private void RefuseOther(ReadOnlySpan<byte> line, byte[] expected)
    {
        if (!line.StartsWith(Encoding.ASCII.GetBytes(HeaderStart)))
        {
            throw CommandErrors.ReportFileOther.At($"'{FullPath}' does not start like a report of Test-ModelSignature.", FullPath);
        }

        if (!line.SequenceEqual(expected))
        {
            throw CommandErrors.ReportSettingsDiffer.At($"The report '{FullPath}' was started with other parameters, keys or policies.", FullPath);
        }
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
