using System.Management.Automation;
using System.Text.Json.Nodes;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>How the commands end when they are not let finish.</summary>
public sealed class StopTests : IDisposable
{
    // Sparse: it costs no disk, and hashing it takes long enough to be interrupted.
    private const long Large = 32L * 1000 * 1000 * 1000;
    private const string OfLarge = " of 32.0 GB";

    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task Stopping_in_the_middle_of_hashing_ends_the_command_and_leaves_no_signature()
    {
        MakeLarge();
        using PowerShell shell = _session.Prepare("param($m, $k) New-ModelSignature $m -PrivateKey $k", _model.Path, _model.PrivateKey);
        TaskCompletionSource<ProgressRecord> hashing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        shell.Streams.Progress.DataAdded += (_, added) => hashing.TrySetResult(shell.Streams.Progress[added.Index]);
        IAsyncResult running = shell.BeginInvoke();
        ProgressRecord record = await hashing.Task.WaitAsync(TestContext.Current.CancellationToken);
        shell.Stop();

        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        Assert.InRange(record.PercentComplete, 0, 99);
        Assert.Contains(OfLarge, record.StatusDescription, StringComparison.Ordinal);
        string[] files = [.. Directory.EnumerateFiles(_model.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_model.Path, file).Replace('\\', '/'))];
        Assert.Equal(((string[])[.. SampleModel.Names, "large.bin"]).Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Stopping_in_the_middle_of_verifying_ends_the_command_without_a_verdict()
    {
        MakeLarge();
        string list = Path.Join(Path.GetDirectoryName(_model.Path)!, "list.sha256");
        File.WriteAllText(list, $"{new string('a', 64)}  large.bin\n");
        _session.Run("param($l, $k, $s) New-ModelSignature $l -Manifest -PrivateKey $k -SignaturePath $s", list, _model.PrivateKey, _model.Signature).ThrowIfFailed();
        using PowerShell shell = _session.Prepare("param($m, $k) Test-ModelSignature $m -PublicKey $k -IgnoreUnsignedFile -Detailed", _model.Path, _model.PublicKey);
        TaskCompletionSource<ProgressRecord> hashing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        shell.Streams.Progress.DataAdded += (_, added) => hashing.TrySetResult(shell.Streams.Progress[added.Index]);
        using PSDataCollection<PSObject> output = [];
        IAsyncResult running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        Assert.Contains(OfLarge, (await hashing.Task.WaitAsync(TestContext.Current.CancellationToken)).StatusDescription, StringComparison.Ordinal);
        shell.Stop();
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Empty(output);
    }

    [Fact]
    public async Task Stopping_while_a_layer_of_a_layout_is_read_ends_the_command_and_shows_how_far_it_was()
    {
        using TemporaryFolder folder = new();
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob("application/vnd.cncf.model.weight.v1.tar", OciLayoutBuilder.Tar(("a", "1")), ("org.cncf.model.filepath", "."));
        layer["size"] = Large;
        built.Manifest("v1", built.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray()), layer);
        string layout = built.WriteFolder(folder, "layout");
        using (FileStream blob = File.OpenWrite(Path.Join(layout, "blobs", ((string)layer["digest"]!).Replace(':', '/'))))
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "NTFS makes a file sparse only when asked through an API of its own.");
            blob.SetLength(Large);
        }

        using PowerShell shell = _session.Prepare("param($m, $k) New-ModelSignature $m -Source Oci -PrivateKey $k", layout, _model.PrivateKey);
        TaskCompletionSource<ProgressRecord> reading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        shell.Streams.Progress.DataAdded += (_, added) => reading.TrySetResult(shell.Streams.Progress[added.Index]);
        IAsyncResult running = shell.BeginInvoke();
        ProgressRecord record = await reading.Task.WaitAsync(TestContext.Current.CancellationToken);
        shell.Stop();
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Contains(OfLarge, record.StatusDescription, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Join(layout, "model.sig")));
    }

    [Fact]
    public void A_downstream_command_that_has_enough_ends_the_work()
    {
        Outcome outcome = _session.Run("param($m) foreach ($once in 1) { Get-ModelManifest $m | ForEach-Object { $_.Name; break } }", _model.Path);
        Assert.Equal(SampleModel.Names[0], outcome.Value);
    }

    [Fact]
    public void A_verbose_message_that_must_stop_the_command_does_not_leave_it_hanging()
    {
        Outcome outcome = _session.Run("param($m, $k) $VerbosePreference = 'Stop'; New-ModelSignature $m -PrivateKey $k", _model.Path, _model.PrivateKey);
        Assert.IsType<ActionPreferenceStopException>(outcome.Terminating);
        Assert.False(File.Exists(_model.Signature));
    }

    [Fact]
    public void What_stops_the_pipeline_is_not_a_fault_of_the_model_that_is_verified()
    {
        _model.Sign(_session);
        const string script = "$m, $m | Test-ModelSignature -PublicKey $k";
        Outcome outcome = _session.Run("param($m, $k) " + script + " | ForEach-Object { throw 'enough' }", _model.Path, _model.PublicKey);
        Assert.Equal("enough", outcome.Terminating!.Message);
        Assert.Empty(outcome.Errors);
        outcome = _session.Run("param($m, $k) $VerbosePreference = 'Stop'; " + script, _model.Path, _model.PublicKey);
        Assert.IsType<ActionPreferenceStopException>(outcome.Terminating);
        Assert.Empty(outcome.Errors);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void Verbose_narrates_the_steps()
    {
        Outcome signed = _session.Run("param($m, $k) New-ModelSignature $m -PrivateKey $k -Verbose", _model.Path, _model.PrivateKey).ThrowIfFailed();
        Assert.Contains(signed.Verbose, text => text.StartsWith("Signing ", StringComparison.Ordinal));
        Assert.Contains(signed.Verbose, text => text.StartsWith("Wrote ", StringComparison.Ordinal));
        Outcome verified = _session.Run("param($m, $k) Test-ModelSignature $m -PublicKey $k -Verbose", _model.Path, _model.PublicKey).ThrowIfFailed();
        Assert.Contains(verified.Verbose, text => text.Contains(_model.Signature, StringComparison.Ordinal));
    }

    private void MakeLarge()
    {
        using FileStream file = File.Create(_model["large.bin"]);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("NTFS makes a file sparse only when asked through an API of its own.");
        }

        file.SetLength(Large);
    }
}
