using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using System.Text.RegularExpressions;
using ModelSigning.Testing;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Tests;

/// <summary>The models of one record of Test-ModelSignature, which are verified at the same time and have their say one after the other.</summary>
public sealed partial class SideBySideTests : IDisposable
{
    private const int Models = 60;

    // Sparse: it costs no disk, and hashing it takes long enough for everything else to be done before.
    private const long Large = 32L * 1000 * 1000 * 1000;

    // Everything that is written, in its order, and what depends on the clock taken out.
    private const string Written = """
         *>&1 | ForEach-Object {
            if ($_ -is [System.Management.Automation.ErrorRecord]) { "error $($_.FullyQualifiedErrorId) $_ $($_.TargetObject | Select-Object * -ExcludeProperty Duration | ConvertTo-Json -Depth 6)" }
            elseif ($_ -is [System.Management.Automation.InformationalRecord]) { "$($_.GetType().Name) $_" }
            elseif ($_ -is [bool]) { "$_" }
            else { $_ | Select-Object * -ExcludeProperty Duration | ConvertTo-Json -Depth 6 } }
        """;

    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();
    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Company root"));
    private readonly List<string> _paths = [];

    public SideBySideTests()
    {
        TestCertificate intermediate = _root.Issue(Authority("Company issuing")), leaf = intermediate.Issue(Leaf("Model release"));
        Folder.Write("root.pem", _root.CertificatePem);
        Folder.Write("intermediate.pem", intermediate.CertificatePem);
        Folder.Write("leaf.pem", leaf.CertificatePem);
        Folder.Write("leaf.key", leaf.KeyPem);
    }

    private TemporaryFolder Folder => _model.Folder;

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Theory]
    [InlineData("-PublicKey $f/signing.pub")]
    [InlineData("-PublicKey $f/other.pub, $f/signing.pub -IgnoreUnsignedFile")]
    [InlineData("-TrustedCertificate $f/root.pem")]
    [InlineData("-TrustPolicy $f/policy.json")]
    public void What_is_written_is_the_same_as_for_one_model_after_the_other(string trust)
    {
        MakeStore();
        foreach (string form in (string[])["-Detailed", "", "-Verbose", "-Quiet -Verbose"])
        {
            string[] several = Write($"Test-ModelSignature -LiteralPath $p {trust} -ThrottleLimit 8 {form}");
            string[] one = Write($"Test-ModelSignature -LiteralPath $p {trust} -ThrottleLimit 1 {form}");
            Assert.Equal(one, several);
            Assert.True(form.StartsWith("-Quiet", StringComparison.Ordinal) || several.Length >= _paths.Count, $"{several.Length} lines for {_paths.Count} models.");
        }
    }

    [Fact]
    public void A_pattern_brings_its_models_in_one_record()
    {
        MakeStore();
        string[] several = Write("Test-ModelSignature $f/store/* -PublicKey $f/signing.pub -ThrottleLimit 8 -Detailed");
        Assert.Equal(Write("Get-ChildItem $f/store | Sort-Object Name | Test-ModelSignature -PublicKey $f/signing.pub -Detailed"), several);
    }

    [Fact]
    public void Counts_reports_and_their_continuation_are_those_of_one_model_after_the_other()
    {
        MakeStore();
        _session.Run("param($f, $p) Test-ModelSignature -LiteralPath $p[0..9] -PublicKey $f/signing.pub -ThrottleLimit 8 -Summary -OutFile $f/one.jsonl; Copy-Item $f/one.jsonl $f/several.jsonl", Folder.FullPath, _paths.ToArray()).ThrowIfFailed();
        const string resume = "Test-ModelSignature -LiteralPath $p -PublicKey $f/signing.pub -Resume -Verbose";
        Assert.Equal(Write($"{resume} -OutFile $f/one.jsonl -ThrottleLimit 1 -Detailed"), Write($"{resume} -OutFile $f/several.jsonl -ThrottleLimit 8 -Detailed"));
        Assert.Equal(Lines("one"), Lines("several"));

        // The verdicts of this call are in the report now, that of a path which it had twice as well.
        const string again = "(Test-ModelSignature -LiteralPath $p -PublicKey $f/signing.pub -Resume -Summary -OutFile $f/{0}.jsonl -ThrottleLimit {1} | Select-Object * -ExcludeProperty Duration, ReportPath)";
        Assert.Equal(Write(string.Format(null, again, "one", 1)), Write(string.Format(null, again, "several", 8)));

        string[] Lines(string name) => [.. File.ReadLines(Folder[$"{name}.jsonl"]).Select(line => Clock().Replace(line, ""))];
    }

    // .NET reads names that are not UTF-8 as one with this character.
    [Fact]
    public void A_name_that_may_stand_for_another_is_verified_again_although_the_report_has_it()
    {
        string model = Make("release-\uFFFD");
        string job = $"Test-ModelSignature -LiteralPath '{model}' -PublicKey $f/signing.pub -Resume -OutFile $f/report.jsonl -Detailed | ForEach-Object {{ [pscustomobject] @{{ Name = $_.Path }} }}";
        Assert.Contains("release-\uFFFD", Assert.Single(Write(job)), StringComparison.Ordinal);
        Assert.Contains("release-\uFFFD", Assert.Single(Write(job)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_of_several_models_ends_as_cleanly_as_it_began()
    {
        string[] models = [Make("one"), Make("two")];
        Outcome outcome = _session.Run(
            "param($f, $p) 1..200 | ForEach-Object { [pscustomobject]@{ Path = $p } } | Test-ModelSignature -PublicKey $f/signing.pub -ThrottleLimit 2 -Quiet:$false | ForEach-Object Path", Folder.FullPath, models);
        Assert.Equal(Enumerable.Repeat(models, 200).SelectMany(pair => pair), outcome.ThrowIfFailed().Output.Select(path => path.ToString()));
    }

    [Fact]
    public void Models_that_come_one_by_one_are_written_before_the_next_is_asked_for()
    {
        MakeStore();
        Outcome outcome = _session.Run("""
            param($f, $p) $p | ForEach-Object -PipelineVariable given { $asked++; $_ } | Test-ModelSignature -PublicKey $f/signing.pub -ThrottleLimit 8 -Detailed |
                ForEach-Object { $seen++; "$($given -eq $_.Path -and $asked -eq $seen)" }
            """, Folder.FullPath, _paths.ToArray());
        Assert.All(outcome.ThrowIfFailed().Output, same => Assert.Equal("True", same.ToString()));
        Assert.Equal(_paths.Count, outcome.Output.Count);
    }

    [Fact]
    public async Task A_model_is_verified_while_another_one_is_and_both_end_with_the_command()
    {
        using ActivityListener listener = Listen(out ConcurrentDictionary<string, TaskCompletionSource> ended);
        string[] models = [MakeLarge("large"), Make("small")];
        using PowerShell shell = _session.Prepare("param($f, $p) Test-ModelSignature $p -PublicKey $f/signing.pub -IgnoreUnsignedFile -ThrottleLimit 2 -Detailed", Folder.FullPath, models);
        using PSDataCollection<PSObject> output = [];
        IAsyncResult running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        await ended.GetOrAdd(models[1], _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(running.IsCompleted);
        Stopwatch clock = Stopwatch.StartNew();
        shell.Stop();
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Empty(output);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("Test-ModelSignature -LiteralPath $p -PublicKey $f/signing.pub -IgnoreUnsignedFile -ThrottleLimit 3 | Select-Object -First 1", null)]
    [InlineData("Test-ModelSignature -LiteralPath $p -PublicKey $f/signing.pub -ThrottleLimit 3 -ErrorAction Stop", "Small")]
    [InlineData("Test-ModelSignature -LiteralPath $p -PublicKey $f/signing.pub -IgnoreUnsignedFile -ThrottleLimit 3 | ForEach-Object { throw 'enough' }", "enough")]
    public void What_ends_the_command_ends_the_models_that_are_under_way(string script, string? reason)
    {
        string[] models = [Make("small"), Make("other"), MakeLarge("large")];
        if (reason == "Small")
        {
            File.WriteAllText(Path.Join(models[1], "config.json"), "changed");
        }

        Outcome outcome = _session.Run("param($f, $p) " + script, Folder.FullPath, models);
        Assert.Equal(reason is null, outcome.Terminating is null);
        Assert.Equal(reason == "enough" ? 0 : 1, outcome.Output.Count);
        Assert.Contains(reason == "Small" ? "other" : reason ?? "", outcome.Terminating?.Message ?? "", StringComparison.Ordinal);
    }

    // Traces are the process's, whatever load context the engine is in.
    private static ActivityListener Listen(out ConcurrentDictionary<string, TaskCompletionSource> ended)
    {
        ConcurrentDictionary<string, TaskCompletionSource> all = new();
        ActivityListener listener = new()
        {
            ShouldListenTo = source => source.Name == "ModelSigning",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if (activity is { OperationName: "Verify" } && activity.GetTagItem("model_signing.model_path") is string path)
                {
                    all.GetOrAdd(path, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        ended = all;
        return listener;
    }

    private string[] Write(string command) =>
        [.. _session.Run($"param($f, $p) {command} {Written}", Folder.FullPath, _paths.ToArray()).ThrowIfFailed().Output.Select(line => Clock().Replace(line.ToString(), ""))];

    [GeneratedRegex("""with the processor in .*|"(seconds|time)":[^,}]*,?|\(\d[^)]*/s\)\.?""")]
    private static partial Regex Clock();

    private string Make(string name)
    {
        string path = Folder[$"store/{name}"];
        Folder.Write($"store/{name}/config.json", $"{{\"name\":\"{name}\"}}");
        _session.Run("param($f, $m) New-ModelSignature $m -PrivateKey $f/signing.key", Folder.FullPath, path).ThrowIfFailed();
        return path;
    }

    private string MakeLarge(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "NTFS makes a file sparse only when asked through an API of its own.");
        string list = Folder.Write("list.sha256", $"{new string('a', 64)}  large.bin\n"), path = Folder[$"store/{name}"];
        Directory.CreateDirectory(path);
        using (FileStream file = File.Create(Path.Join(path, "large.bin")))
        {
            file.SetLength(Large);
        }

        _session.Run("param($f, $l, $s) New-ModelSignature $l -Manifest -PrivateKey $f/signing.key -SignaturePath $s", Folder.FullPath, list, Path.Join(path, "model.sig")).ThrowIfFailed();
        return path;
    }

    // Good, changed, lacking a file, with one more, unsigned, and signed by somebody else; by keys and by certificates; and a path that leads nowhere, and one twice.
    private void MakeStore()
    {
        for (int number = 0; number < Models; number++)
        {
            string name = $"store/{(char)('a' + (number % 4))}-{number:d3}";
            Folder.Write($"{name}/config.json", $"{{\"number\":{number}}}");
            Folder.Write($"{name}/weights.bin", new string('w', number * 5000));
            _paths.Add(Folder[name]);
        }

        _session.Run("""
            param($f)
            Get-ChildItem $f/store -Directory | Where-Object Name -match '^[ac]' | New-ModelSignature -PrivateKey $f/signing.key | Out-Null
            Get-ChildItem $f/store -Directory | Where-Object Name -match '^[bd]' | New-ModelSignature -Certificate $f/leaf.pem -PrivateKey $f/leaf.key -CertificateChain $f/intermediate.pem | Out-Null
            """, Folder.FullPath).ThrowIfFailed();
        for (int number = 0; number < Models; number++)
        {
            string path = _paths[number];
            Action<string> harm = (number / 4 % 5) switch
            {
                0 => static path => File.AppendAllText(Path.Join(path, "config.json"), " "),
                1 => static path => File.Delete(Path.Join(path, "weights.bin")),
                2 => static path => File.WriteAllText(Path.Join(path, "new.txt"), "new"),
                3 => static path => File.Delete(Path.Join(path, "model.sig")),
                _ => static path => _ = path,
            };
            harm(path);
        }

        Folder.Write("policy.json", """
            { "version": 1, "rules": [
                { "name": "keys", "models": "a-*", "signers": [{ "type": "key", "publicKey": "other.pub" }, { "type": "key", "publicKey": "signing.pub" }] },
                { "name": "certificates", "models": "b-*", "forbid": ["pickle"], "signers": [{ "type": "certificate", "certificateAuthority": "root.pem" }] },
                { "name": "others", "models": "c-*", "signers": [{ "type": "key", "publicKey": "other.pub" }] } ] }
            """);
        _paths.Insert(7, Folder["store/none"]);
        _paths.Insert(20, _paths[^1]);
    }
}
