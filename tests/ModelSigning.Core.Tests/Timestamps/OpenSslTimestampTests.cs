using System.Diagnostics;
using System.Formats.Asn1;
using System.Text;
using ModelSigning.Core.Timestamps;
using ModelSigning.Testing;
using ModelSigning.Testing.Certificates;
using ModelSigning.Testing.Timestamps;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Core.Tests.Timestamps;

/// <summary><c>openssl ts</c> as an independent peer, in both directions.</summary>
public sealed class OpenSslTimestampTests : IDisposable
{
    private static readonly byte[] Signature = Encoding.UTF8.GetBytes("a signature");
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificate _root = TestCertificate.SelfSigned(Authority("Timestamp root"));
    private readonly TestCertificate _signer;

    public OpenSslTimestampTests()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Join(folder, "openssl"))))
        {
            Assert.Skip("openssl is not installed.");
        }

        _signer = _root.Issue(TimestampSigner("Timestamp signer"));
        _folder.Write("root.pem", _root.CertificatePem);
        _folder.Write("signer.pem", _signer.CertificatePem);
        _folder.Write("signer.key", _signer.KeyPem);
        _folder.Write("data", Signature);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sha1")]
    [InlineData("sha256")]
    public void A_timestamp_of_openssl_verifies(string certificateDigest)
    {
        Reply(Core.Timestamps.TimestampRequest.For(Signature).Encoding, certificateDigest);
        byte[] response = File.ReadAllBytes(_folder["reply"]);
        TimestampAuthority byRoot = new([_root.Certificate], null, null, "openssl");
        TimestampAuthority byLeaf = new([_signer.Certificate, _root.Certificate], null, null, "openssl");
        foreach (TimestampAuthority authority in (TimestampAuthority[])[byRoot, byLeaf])
        {
            Assert.Equal(_signer.Certificate, TimestampVerifier.Verify(response, Signature, [authority])?.Signer);
        }
    }

    [Fact]
    public async Task A_timestamp_that_the_client_took_verifies_with_openssl()
    {
        await using TimestampServer server = await TimestampServer.StartAsync();
        ReadOnlyMemory<byte> response = new TimestampClient(server.Address).Request(Signature, CancellationToken.None);
        _folder.Write("response", response.Span);
        _folder.Write("server-root.pem", server.Root.CertificatePem);
        Assert.Contains("Verification: OK", OpenSsl("ts", "-verify", "-data", _folder["data"], "-in", _folder["response"], "-CAfile", _folder["server-root.pem"]),
            StringComparison.Ordinal);

        // And the bare token, as other tools keep it.
        AsnReader sequence = new AsnReader(response, AsnEncodingRules.DER).ReadSequence();
        sequence.ReadSequence();
        _folder.Write("token", sequence.ReadEncodedValue().Span);
        Assert.Contains("Verification: OK",
            OpenSsl("ts", "-verify", "-data", _folder["data"], "-in", _folder["token"], "-token_in", "-CAfile", _folder["server-root.pem"]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Openssl_reads_the_request()
    {
        _folder.Write("query", Core.Timestamps.TimestampRequest.For(Signature).Encoding);
        string text = OpenSsl("ts", "-query", "-in", _folder["query"], "-text");
        Assert.Contains("Hash Algorithm: sha256", text, StringComparison.Ordinal);
        Assert.Contains("Certificate required: yes", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Nonce: unspecified", text, StringComparison.Ordinal);
    }

    private void Reply(byte[] query, string certificateDigest)
    {
        _folder.Write("query", query);
        _folder.Write("serial", "01\n");
        _folder.Write("ts.cnf", $"""
            [ tsa ]
            default_tsa = authority
            [ authority ]
            serial = {_folder["serial"]}
            signer_digest = sha256
            default_policy = 1.3.6.1.4.1.99999.2
            digests = sha256
            ess_cert_id_alg = {certificateDigest}
            """);
        OpenSsl("ts", "-reply", "-config", _folder["ts.cnf"], "-queryfile", _folder["query"], "-signer", _folder["signer.pem"],
            "-inkey", _folder["signer.key"], "-chain", _folder["root.pem"], "-out", _folder["reply"]);
    }

    private static string OpenSsl(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("openssl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"openssl {string.Join(' ', arguments)}: {errors.Result}");
        return output + errors.Result;
    }
}
