using System.Management.Automation;

namespace ModelSigning.Tests;

/// <summary>Measure-ModelHash: that it measures what was asked for, not how fast anything is.</summary>
public sealed class MeasureModelHashTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void Every_algorithm_has_one_default_engine_on_this_machine()
    {
        IReadOnlyList<PSObject> rates = _session.Run("Measure-ModelHash -Repeat 1").ThrowIfFailed().Output;
        foreach (string algorithm in new[] { "sha256", "blake2b", "blake3" })
        {
            dynamic engine = Assert.Single(rates, rate => (string)rate.Properties["Algorithm"].Value == algorithm && (bool)rate.Properties["IsDefault"].Value);
            Assert.True(engine.BytesPerSecond > 0);
            Assert.Equal(1, engine.Threads);
            Assert.Null(engine.Path);
        }
    }

    [Fact]
    public void A_model_is_measured_with_the_algorithms_and_threads_that_were_asked_for()
    {
        IReadOnlyList<PSObject> rates = _session.Run("param($m) Measure-ModelHash $m -HashAlgorithm blake3, sha256 -ThrottleLimit 3 -Repeat 1", _model.Path).ThrowIfFailed().Output;
        Assert.Equal(["blake3", "sha256"], rates.Select(rate => (string)rate.Properties["Algorithm"].Value));
        foreach (dynamic rate in rates)
        {
            Assert.Equal(3, rate.Threads);
            Assert.Equal(_model.Path, rate.Path);
            Assert.Equal("cpu", rate.Engine);
            Assert.True(rate.Length > 0);
        }
    }

    [Fact]
    public void A_model_that_is_not_there_is_an_error() =>
        Assert.NotNull(_session.Run("param($m) Measure-ModelHash -LiteralPath $m", _model.Folder["absent"]).ErrorId);
}
