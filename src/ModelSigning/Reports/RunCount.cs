using System.Diagnostics;

namespace ModelSigning;

/// <summary>Counts the verdicts of a run. It keeps none of them.</summary>
internal sealed class RunCount
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int[] _counts = new int[Enum.GetValues<ModelSignatureStatus>().Length];
    private int _limited, _resumed, _given;
    private long _files, _bytes;

    /// <summary>Counts a verdict.</summary>
    /// <param name="verdict">The verdict.</param>
    /// <param name="isResumed">Whether it was in the report already.</param>
    internal void Add(RecordedVerdict verdict, bool isResumed)
    {
        _counts[(int)verdict.Status]++;
        _limited += verdict.Status == ModelSignatureStatus.Valid && verdict.IsLimited ? 1 : 0;
        _resumed += isResumed ? 1 : 0;
        _files += verdict.FileCount;
        _bytes += verdict.Length;
    }

    /// <summary>Counts a model that was given in this run, whether or not the report has it already.</summary>
    internal void Give() => _given++;

    /// <summary>What was counted until now.</summary>
    internal ModelSignatureSummary Summary(string? reportPath) => new()
    {
        AllValid = _given > 0 && _counts.Sum() == Of(ModelSignatureStatus.Valid),
        ModelCount = _counts.Sum(),
        Valid = Of(ModelSignatureStatus.Valid),
        ValidInPart = _limited,
        NotSigned = Of(ModelSignatureStatus.NotSigned),
        HashMismatch = Of(ModelSignatureStatus.HashMismatch),
        NotTrusted = Of(ModelSignatureStatus.NotTrusted),
        Incompatible = Of(ModelSignatureStatus.Incompatible),
        UnknownError = Of(ModelSignatureStatus.UnknownError),
        Resumed = _resumed,
        FileCount = _files,
        Length = _bytes,
        Duration = _clock.Elapsed,
        ReportPath = reportPath,
    };

    private int Of(ModelSignatureStatus status) => _counts[(int)status];
}
