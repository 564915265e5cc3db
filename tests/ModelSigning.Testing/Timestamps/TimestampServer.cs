using System.Formats.Asn1;
using System.Numerics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ModelSigning.Testing.Certificates;

namespace ModelSigning.Testing.Timestamps;

/// <summary>What a test's timestamp authority does wrong.</summary>
public enum TimestampFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It answers with another nonce.</summary>
    Nonce,

    /// <summary>It timestamps something else.</summary>
    Imprint,

    /// <summary>It refuses by PKIStatus 2.</summary>
    Rejection,

    /// <summary>It answers with HTTP status 500.</summary>
    HttpError,

    /// <summary>It answers with text.</summary>
    Garbage,

    /// <summary>It sends bytes until the client hangs up.</summary>
    Endless,

    /// <summary>It takes the request and never answers.</summary>
    Silence,

    /// <summary>It breaks the connection.</summary>
    Abort,

    /// <summary>Its tokens carry no signature.</summary>
    NoSignature,

    /// <summary>It edits the time after signing.</summary>
    EditedTime,
}

/// <summary>A timestamp authority of a test's own, on loopback (RFC 3161, section 3.4).</summary>
public sealed class TimestampServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private int _requests;

    private TimestampServer(WebApplication application, DateTimeOffset time)
    {
        _application = application;
        Root = TestCertificate.SelfSigned(CertificateSpecification.Authority("Test timestamp root"));
        Signer = Root.Issue(CertificateSpecification.TimestampSigner("Test timestamp signer"));
        Time = time;
    }

    /// <summary>The address to give to a client.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>The authority's root.</summary>
    public TestCertificate Root { get; }

    /// <summary>The certificate that signs its timestamps.</summary>
    public TestCertificate Signer { get; }

    /// <summary>The time on the authority's clock.</summary>
    public DateTimeOffset Time { get; set; }

    /// <summary>What it does wrong.</summary>
    public TimestampFault Fault { get; set; }

    /// <summary>How many requests have come.</summary>
    public int Requests => _requests;

    /// <summary>Starts an authority on a free port.</summary>
    /// <param name="time">The time on its clock; null for the machine's.</param>
    public static async Task<TimestampServer> StartAsync(DateTimeOffset? time = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication application = builder.Build();
        TimestampServer server = new(application, time ?? DateTimeOffset.UtcNow);
        application.MapPost("/timestamp", server.AnswerAsync);
        await application.StartAsync();
        string address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        server.Address = new Uri(address + "/timestamp");
        return server;
    }

    /// <summary>Ends the authority.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        Signer.Dispose();
        Root.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body);
        switch (Fault)
        {
            case TimestampFault.HttpError:
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return;
            case TimestampFault.Abort:
                context.Abort();
                return;
            case TimestampFault.Silence:
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return;
            case TimestampFault.Endless:
                await SendEndlesslyAsync(context);
                return;
            case TimestampFault.Garbage:
                await context.Response.WriteAsync("<html>Sign in to the hotel's network</html>");
                return;
            default:
                context.Response.ContentType = "application/timestamp-reply";
                await context.Response.Body.WriteAsync(Answer(body.ToArray()));
                return;
        }
    }

    private static async Task SendEndlesslyAsync(HttpContext context)
    {
        byte[] block = new byte[64 * 1024];
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(block);
        }
    }

    private byte[] Answer(byte[] request)
    {
        AsnReader sequence = new AsnReader(request, AsnEncodingRules.DER).ReadSequence();
        sequence.ReadInteger();
        AsnReader messageImprint = sequence.ReadSequence();
        string algorithm = messageImprint.ReadSequence().ReadObjectIdentifier();
        byte[] imprint = messageImprint.ReadOctetString();
        BigInteger? nonce = sequence.HasData && sequence.PeekTag() == Asn1Tag.Integer ? sequence.ReadInteger() : null;
        bool wantsCertificates = sequence.HasData && sequence.PeekTag() == Asn1Tag.Boolean && sequence.ReadBoolean();
        TimestampTokenBuilder builder = new()
        {
            Signer = Signer,
            Time = new DateTimeOffset(Time.Ticks - Time.Ticks % TimeSpan.TicksPerSecond, Time.Offset),
            Nonce = Fault == TimestampFault.Nonce ? (nonce ?? 0) + 1 : nonce,
            ImprintAlgorithm = algorithm,
            Certificates = wantsCertificates ? [Signer.Certificate] : [],
            Status = Fault == TimestampFault.Rejection ? 2 : 0,
            SignatureCount = Fault == TimestampFault.NoSignature ? 0 : 1,
            Edit = Fault == TimestampFault.EditedTime ? EditTime : null,
        };
        return builder.RespondToImprint(Fault == TimestampFault.Imprint ? new byte[imprint.Length] : imprint);
    }

    /// <summary>Sets the clock of a TSTInfo to the first second of 2021.</summary>
    private static byte[] EditTime(byte[] info)
    {
        byte[] edited = [.. info];
        int at = edited.AsSpan().IndexOf("Z"u8);
        while (at < 14 || edited[at - 15] != 0x0F)
        {
            at += 1 + edited.AsSpan(at + 1).IndexOf("Z"u8);
        }

        "20210101000000"u8.CopyTo(edited.AsSpan(at - 14));
        return edited;
    }
}
