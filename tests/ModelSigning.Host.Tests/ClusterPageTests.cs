using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ModelSigning.Testing;

namespace ModelSigning.Host.Tests;

/// <summary>The page for clusters, executed as it is written on services on loopback.</summary>
public sealed class ClusterPageTests : IDisposable
{
    private readonly HowToPage _page = new("clusters.md");

    public ClusterPageTests()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        _page.Folder.Write("release.key", key.ExportPkcs8PrivateKeyPem());
        _page.Folder.Write("release.pub", key.ExportSubjectPublicKeyInfoPem());
        for (int number = 0; number < 40; number++)
        {
            _page.Folder.Write($"data/part-{number % 5}/sample-{number}.csv", $"{number},{number * number}");
        }
    }

    public void Dispose() => _page.Dispose();

    [UnsupportedOSPlatform("windows")]
    [Fact]
    public void Slurm_hashes_in_an_array_a_killed_task_is_run_again_alone_and_the_dependent_job_signs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Slurm is a Linux program.");
        using TemporaryFolder cluster = new();
        string script = Path.Join(SharedData.RepositoryRoot, "tests/ModelSigning.Host.Tests/slurm.sh");
        (int exitCode, string output) = Shell($"bash '{script}' start '{cluster.FullPath}' {FreePort()} {FreePort()}");
        Assert.SkipUnless(exitCode == 0, $"Slurm cannot start here. {output.Trim().Split('\n')[^1]}");
        try
        {
            // The host under PowerShell's name; the first time it is task 7, it is killed.
            WritePwsh("if [ \"$SLURM_ARRAY_TASK_ID\" = 7 ] && [ ! -e killed ]; then touch killed; kill -9 $$; fi");
            IReadOnlyList<string> blocks = _page.Blocks("sh");
            _page.Folder.Write("hash.sh", blocks[0]);
            _page.Folder.Write("sign.sh", blocks[1]);
            string environment = $"export SLURM_CONF='{cluster["slurm.conf"]}' PATH='{_page.Folder["bin"]}':\"$PATH\" DOTNET_ROOT='{HostProcess.StartInfo().Environment["DOTNET_ROOT"]}' && cd '{_page.Folder.FullPath}' && ";
            Assert.Equal(0, Shell(environment + blocks[2]).ExitCode);
            Assert.False(File.Exists(_page.Folder["data.sig"]));
            Assert.Equal([.. Enumerable.Range(1, 16).Where(part => part != 7)], Parts());

            (exitCode, output) = Shell(environment + blocks[3]);
            Assert.True(File.Exists(_page.Folder["data.sig"]), $"{output}\n{Logs()}");
            Assert.Equal([.. Enumerable.Range(1, 16)], Parts());
            Verify();
        }
        finally
        {
            Shell($"bash '{script}' stop '{cluster.FullPath}'");
        }
    }

    [UnsupportedOSPlatform("windows")]
    [Fact]
    public void Machines_hash_over_SSH_and_what_one_failed_at_another_repeats()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test's SSH server is OpenSSH on Linux.");
        Assert.SkipUnless(File.Exists("/usr/sbin/sshd") && Shell("command -v ssh ssh-keygen").ExitCode == 0, "OpenSSH is not installed (Debian's package openssh-server).");
        using TemporaryFolder site = new();
        int port = FreePort();
        using Process server = StartServer(site, port);
        try
        {
            AwaitServer(server, port, site);
            _page.Profile = string.Create(CultureInfo.InvariantCulture, $$"""
                $options = @{ StrictHostKeyChecking = 'no'; UserKnownHostsFile = '{{site["known"]}}'; LogLevel = 'ERROR' }
                $machines = 1..2 | ForEach-Object { @{ HostName = '127.0.0.1'; Port = {{port}}; KeyFilePath = '{{site["client"]}}'; Options = $options } }
                """);

            // Nobody can write part 8 at first.
            Directory.CreateDirectory(_page.Folder["parts/part-8.jsonl"]);
            HostResult first = _page.Run(_page.Blocks("powershell")[0]);
            Assert.Contains("part-8.jsonl", first.Error, StringComparison.Ordinal);
            Assert.Equal([.. Enumerable.Range(1, 16).Where(part => part != 8)], Parts());

            Directory.Delete(_page.Folder["parts/part-8.jsonl"]);
            Assert.Contains("Valid", _page.Run(1..2), StringComparison.Ordinal);
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact]
    public void Jobs_hash_parts_and_the_script_for_Kubernetes_has_as_many()
    {
        _page.Run(2..3);
        Assert.Equal([.. Enumerable.Range(1, 16)], Parts());
        string job = Assert.Single(_page.Blocks("yaml"));
        Match script = Regex.Match(job, @"- \|\n(?<lines>( {14}.*\n)+)", RegexOptions.None, TimeSpan.FromSeconds(10));
        Assert.Contains("completionMode: Indexed", job, StringComparison.Ordinal);
        Assert.Contains("completions: 16\n", job, StringComparison.Ordinal);
        Assert.Contains("-Of 16 ", script.Value, StringComparison.Ordinal);
        File.Delete(_page.Folder["parts/part-16.jsonl"]);
        _page.Environment["JOB_COMPLETION_INDEX"] = "15";
        HostResult last = _page.Run(script.Groups["lines"].Value);
        Assert.Equal(("", 0), (last.Error, last.ExitCode));
        HostResult signed = _page.Run("Join-ModelManifest ./parts/part-*.jsonl -OutFile ./again.jsonl | New-ModelSignature -Manifest -PrivateKey ./release.key -SignaturePath ./data.sig");
        Assert.Equal(("", 0), (signed.Error, signed.ExitCode));
        Verify();
    }

    private void Verify() =>
        Assert.Contains("Valid", _page.Run("Test-ModelSignature ./data -PublicKey ./release.pub -SignaturePath ./data.sig").Output, StringComparison.Ordinal);

    private int[] Parts() => [.. Enumerable.Range(1, 16).Where(part => File.Exists(_page.Folder[$"parts/part-{part}.jsonl"]))];

    private string Logs() => string.Join('\n', Directory.GetFiles(_page.Folder.FullPath, "*.log").Select(File.ReadAllText));

    [UnsupportedOSPlatform("windows")]
    private void WritePwsh(string first)
    {
        ProcessStartInfo host = HostProcess.StartInfo();
        string variables = string.Join(' ', host.Environment.Where(variable => variable.Key is "DOTNET_ROOT" or "PSModulePath" or "NO_COLOR" or "POWERSHELL_TELEMETRY_OPTOUT")
            .Select(variable => $"{variable.Key}='{variable.Value}'"));
        string path = _page.Folder.Write("bin/pwsh", $"#!/bin/bash\n{first}\nexec env {variables} '{host.FileName}' \"$@\"\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [UnsupportedOSPlatform("windows")]
    private Process StartServer(TemporaryFolder site, int port)
    {
        WritePwsh("");
        Assert.Equal(0, Shell($"cd '{site.FullPath}' && ssh-keygen -q -t ed25519 -N '' -f host && ssh-keygen -q -t ed25519 -N '' -f client && cp client.pub authorized && mkdir -p /run/sshd").ExitCode);
        string config = site.Write("sshd_config", string.Create(CultureInfo.InvariantCulture, $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {site["host"]}
            AuthorizedKeysFile {site["authorized"]}
            PidFile none
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            PermitRootLogin prohibit-password
            Subsystem powershell {_page.Folder["bin/pwsh"]} -sshs -NoLogo -NoProfile

            """));
        return Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-f", config, "-E", site["sshd.log"]]))!;
    }

    private static void AwaitServer(Process server, int port, TemporaryFolder site)
    {
        for (int attempt = 0; attempt < 200; attempt++)
        {
            Assert.SkipWhen(server.HasExited, $"The SSH server cannot start here. {(File.Exists(site["sshd.log"]) ? File.ReadAllText(site["sshd.log"]) : "")}");
            try
            {
                using TcpClient client = new(IPAddress.Loopback.ToString(), port);
                return;
            }
            catch (SocketException)
            {
                server.WaitForExit(TimeSpan.FromMilliseconds(50));
            }
        }

        Assert.Fail("The SSH server does not listen.");
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static (int ExitCode, string Output) Shell(string command)
    {
        // What a daemon keeps open must not keep this waiting, so its output goes to a file.
        using TemporaryFolder folder = new();
        using Process shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", $"( {command}\n) >'{folder["output"]}' 2>&1 </dev/null"]))!;
        shell.WaitForExit();
        return (shell.ExitCode, File.ReadAllText(folder["output"]));
    }
}
