using System.Diagnostics;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Host.Tests;

/// <summary>The adapter of the TUF client conformance protocol, against a repository on loopback.</summary>
public sealed class TufConformanceTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private SigstoreServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await SigstoreServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private HostResult Run(params string[] arguments)
    {
        string script = Path.Join(SharedData.RepositoryRoot, "tests", "conformance", "tuf.ps1");
        ProcessStartInfo start = HostProcess.StartInfo(["-File", script, "--metadata-dir", _folder["metadata"], .. arguments]);
        return HostProcess.Run(start);
    }

    [Fact]
    public void Init_refresh_and_download_work_in_order_and_a_copy_that_fits_is_not_fetched_again()
    {
        string url = $"{_server.Address}tuf", targets = $"{_server.Address}tuf/targets";
        Assert.Equal(0, Run("init", _folder.Write("root.json", _server.Tuf.Files["1.root.json"])).ExitCode);
        Assert.Equal(["root.json"], Stored());
        Assert.Equal((0, ""), Ended(Run("--metadata-url", url, "refresh")));
        Assert.Equal(["root.json", "snapshot.json", "targets.json", "timestamp.json"], Stored());

        string[] download = ["--metadata-url", url, "--target-name", "trusted_root.json", "--target-name", "signing_config.v0.2.json",
            "--target-base-url", targets, "--target-dir", _folder["targets"], "download"];
        Assert.Equal((0, ""), Ended(Run(download)));
        Assert.Equal(_server.Tuf.Files.Single(file => file.Key.EndsWith(".trusted_root.json", StringComparison.Ordinal)).Value,
            File.ReadAllBytes(_folder["targets/trusted_root.json"]));
        int fetched = _server.Requests.Count(request => request.Contains("/targets/", StringComparison.Ordinal));
        Assert.Equal((0, ""), Ended(Run(download)));
        Assert.Equal(fetched, _server.Requests.Count(request => request.Contains("/targets/", StringComparison.Ordinal)));

        _server.Tuf.SetVersion("timestamp", 0);
        _server.Tuf.Files["timestamp.json"] = "{}"u8.ToArray();
        HostResult refused = Run("--metadata-url", url, "refresh");
        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("TufMetadataMalformed: ", refused.Error, StringComparison.Ordinal);
    }

    private static (int, string) Ended(HostResult result) => (result.ExitCode, result.Error);

    private string[] Stored() => [.. Directory.GetFiles(_folder["metadata"], "*.json").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
