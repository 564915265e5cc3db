using System.ComponentModel;
using System.Diagnostics;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Instance;

/// <summary>OpenSSL as the judge of what the test instance makes: an instance that only our own code accepts would prove nothing.</summary>
public sealed class OpenSslTests
{
    [Fact]
    public void It_accepts_a_timestamp_with_the_querys_nonce()
    {
        using PrivateSigstore instance = new();
        using TemporaryFolder folder = new();
        folder.Write("data", "data");
        folder.Write("root.pem", instance.Timestamps.Root.ExportCertificatePem());
        OpenSsl(folder, "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", "query");
        folder.Write("reply", instance.Timestamps.Respond(File.ReadAllBytes(folder["query"])));
        OpenSsl(folder, "ts", "-verify", "-queryfile", "query", "-in", "reply", "-CAfile", "root.pem");
    }

    [Fact]
    public void It_accepts_a_leafs_path_and_reads_its_certificate_timestamp()
    {
        using PrivateSigstore instance = new();
        using TemporaryFolder folder = new();
        folder.Write("leaf.pem", instance.Bundles.SignMessage([1]).Certificate.ExportCertificatePem());
        folder.Write("intermediate.pem", instance.Fulcio.Intermediate.ExportCertificatePem());
        folder.Write("root.pem", instance.Fulcio.Root.ExportCertificatePem());
        OpenSsl(folder, "verify", "-purpose", "any", "-CAfile", "root.pem", "-untrusted", "intermediate.pem", "leaf.pem");
        string text = OpenSsl(folder, "x509", "-in", "leaf.pem", "-noout", "-text");
        Assert.Contains("email:" + SubjectName.Alice.Value, text, StringComparison.Ordinal);
        Assert.Contains("Signed Certificate Timestamp", text, StringComparison.Ordinal);
    }

    private static string OpenSsl(TemporaryFolder folder, params string[] arguments)
    {
        ProcessStartInfo start = new("openssl") { WorkingDirectory = folder.FullPath, RedirectStandardOutput = true, RedirectStandardError = true };
        Array.ForEach(arguments, start.ArgumentList.Add);
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, $"openssl {string.Join(' ', arguments)}: {output}{errors.GetAwaiter().GetResult()}");
            return output;
        }
        catch (Win32Exception)
        {
            Assert.Skip("openssl is not installed.");
            throw;
        }
    }
}
