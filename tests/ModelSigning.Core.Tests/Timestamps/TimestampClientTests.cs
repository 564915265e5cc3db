using System.Net;
using System.Net.Sockets;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Timestamps;
using ModelSigning.Testing.Certificates;
using ModelSigning.Testing.Timestamps;

namespace ModelSigning.Core.Tests.Timestamps;

public sealed class TimestampClientTests : IAsyncLifetime
{
    private static readonly byte[] Signature = Encoding.UTF8.GetBytes("a signature");
    private TimestampServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await TimestampServer.StartAsync(CertificateSpecification.Noon);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private TimestampAuthority Authority => new([_server.Root.Certificate], null, null, "Test");

    [Fact]
    public void The_answer_is_the_whole_response_and_verifies()
    {
        ReadOnlyMemory<byte> response = new TimestampClient(_server.Address, [Authority]).Request(Signature, CancellationToken.None);
        Assert.Equal(CertificateSpecification.Noon, TimestampVerifier.Verify(response, Signature, [Authority])?.Time);
    }

    [Fact]
    public void Without_trusted_authorities_the_answer_is_checked_by_its_own_certificate() =>
        Assert.NotEqual(0, new TimestampClient(_server.Address).Request(Signature, CancellationToken.None).Length);

    public static TheoryData<TimestampFault, string> Faults => new()
    {
        { TimestampFault.Nonce, "TimestampNonceMismatch" },
        { TimestampFault.Imprint, "TimestampImprintMismatch" },
        { TimestampFault.Rejection, "TimestampServerRefused" },
        { TimestampFault.HttpError, "TimestampServerRefused" },
        { TimestampFault.Garbage, "TimestampMalformed" },
        { TimestampFault.Endless, "TimestampAnswerTooLarge" },
        { TimestampFault.Abort, "TimestampServerUnreachable" },
        { TimestampFault.NoSignature, "TimestampMalformed" },
        { TimestampFault.EditedTime, "TimestampSignatureInvalid" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_bad_answer_is_refused_for_its_own_reason(TimestampFault fault, string id)
    {
        _server.Fault = fault;
        Assert.Equal(id, Refusal(new TimestampClient(_server.Address)).Definition.Id);
        Assert.Equal(id, Refusal(new TimestampClient(_server.Address, [Authority])).Definition.Id);
    }

    [Fact]
    public void An_authority_that_is_not_trusted_is_refused()
    {
        TestCertificate other = TestCertificate.SelfSigned(CertificateSpecification.Authority("Other"));
        TimestampClient client = new(_server.Address, [new TimestampAuthority([other.Certificate], null, null, "Other")]);
        Assert.Equal(TimestampErrors.AuthorityUntrusted, Refusal(client).Definition);
    }

    [Fact]
    public void A_silent_server_ends_at_the_deadline()
    {
        _server.Fault = TimestampFault.Silence;
        TimestampClient client = new(_server.Address, timeout: TimeSpan.FromMilliseconds(200));
        Assert.Equal(TimestampErrors.ServerTimeout, Refusal(client).Definition);
    }

    [Fact]
    public void A_cancelled_exchange_is_a_cancellation()
    {
        _server.Fault = TimestampFault.Silence;
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => new TimestampClient(_server.Address).Request(Signature, source.Token));
    }

    [Fact]
    public void A_port_where_nobody_listens_is_unreachable()
    {
        TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        ModelSigningException refusal = Refusal(new TimestampClient(new Uri($"http://someone:secret@127.0.0.1:{port}/tsa")));
        Assert.Equal(TimestampErrors.ServerUnreachable, refusal.Definition);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ftp://example.com/tsa")]
    [InlineData("file:///etc/passwd")]
    public void Only_http_and_https_are_spoken(string address) =>
        Assert.Equal(TimestampErrors.ServerInvalid, Assert.Throws<ModelSigningException>(() => new TimestampClient(new Uri(address))).Definition);

    private static ModelSigningException Refusal(TimestampClient client) =>
        Assert.Throws<ModelSigningException>(() => client.Request(Signature, CancellationToken.None));
}
