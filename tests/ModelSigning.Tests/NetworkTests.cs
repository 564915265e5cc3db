using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Net;
using System.Net.Sockets;

namespace ModelSigning.Tests;

/// <summary>Runs alone: the events are those of the whole process.</summary>
[CollectionDefinition(nameof(NetworkTests), DisableParallelization = true)]
public sealed class RunsAlone;

/// <summary>Verification opens no socket and looks up no name.</summary>
[Collection(nameof(NetworkTests))]
public sealed class NetworkTests
{
    [Fact]
    public void Verification_opens_no_socket_and_looks_up_no_name()
    {
        using ModuleSession session = new();
        using SampleModel model = new();
        model.Sign(session);
        using NetworkEvents events = new();
        session.Run("param($m, $k) Test-ModelSignature $m -PublicKey $k", model.Path, model.PublicKey).ThrowIfFailed();
        session.Run("param($m, $k) Get-ModelSignature $m", model.Path).ThrowIfFailed();
        Assert.Empty(events.Names);

        // The listener hears what it should: otherwise the silence above would prove nothing.
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient client = new();
        client.Connect((IPEndPoint)listener.LocalEndpoint);
        Assert.Contains("ConnectStart", events.Names);
    }

    private sealed class NetworkEvents : EventListener
    {
        // Made on first use: the base class's constructor calls OnEventSourceCreated before any field of ours is set.
        private ConcurrentQueue<string>? _names;

        internal IReadOnlyCollection<string> Names => Queue;

        private ConcurrentQueue<string> Queue =>
            LazyInitializer.EnsureInitialized(ref _names, () => new ConcurrentQueue<string>());

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name is "System.Net.Sockets" or "System.Net.NameResolution" or "System.Net.Http")
            {
                EnableEvents(eventSource, EventLevel.Verbose);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            if (eventData.EventName is { } name && eventData.EventSource.Name.StartsWith("System.Net", StringComparison.Ordinal))
            {
                Queue.Enqueue(name);
            }
        }
    }
}
