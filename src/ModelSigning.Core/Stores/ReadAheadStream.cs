using System.Runtime.ExceptionServices;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Stores;

/// <summary>
/// Reads another stream on a thread of its own, a few buffers ahead, so that reading, unpacking and hashing go on side by side in little memory. A second thread can
/// look at the same buffers: what is computed over all bytes then holds up neither who fills them nor who takes them.
/// </summary>
internal sealed class ReadAheadStream : ForwardStream
{
    // 16 MiB: what is hashed in some milliseconds, while the system lets another of the threads run.
    private const int BufferLength = 256 * 1024, Buffers = 64, Failed = -1;

    private readonly Stream _inner;
    private readonly Action<ReadOnlySpan<byte>>? _observe;
    private readonly CancellationToken _cancellationToken;
    private readonly byte[][] _buffers = new byte[Buffers][];
    private readonly int[] _counts = new int[Buffers];
    private readonly SemaphoreSlim _empty = new(Buffers), _observed = new(Buffers);
    private readonly SemaphoreSlim _full = new(0), _observable = new(0);
    private readonly Thread _thread;
    private readonly Thread? _observer;
    private volatile bool _stopped;
    private ExceptionDispatchInfo? _fault;
    private int _current = -1, _at;

    /// <summary>Starts to read.</summary>
    /// <param name="inner">What is read; it is disposed with this.</param>
    /// <param name="cancellationToken">Ends the wait for bytes.</param>
    /// <param name="observe">Gets all bytes in their order on a thread of its own, which is done when the end was read; null for nobody.</param>
    public ReadAheadStream(Stream inner, CancellationToken cancellationToken, Action<ReadOnlySpan<byte>>? observe = null)
    {
        (_inner, _cancellationToken, _observe) = (inner, cancellationToken, observe);
        _thread = new Thread(Fill) { IsBackground = true, Name = "read ahead" };
        _thread.Start();
        if (observe is not null)
        {
            _observer = new Thread(Observe) { IsBackground = true, Name = "read along" };
            _observer.Start();
        }
    }

    public override int Read(Span<byte> buffer)
    {
        ReadOnlySpan<byte> taken = Take(buffer.Length);
        taken.CopyTo(buffer);
        return taken.Length;
    }

    /// <summary>Takes the next bytes where they are, without a copy.</summary>
    /// <param name="most">How many at most.</param>
    /// <returns>At least one byte, valid until the next call; none at the end.</returns>
    public ReadOnlySpan<byte> Take(int most)
    {
        if (_current < 0 || (_at == _counts[_current % Buffers] && _at > 0))
        {
            if (_current >= 0)
            {
                _empty.Release();
            }

            _full.Wait(_cancellationToken);
            (_current, _at) = (_current + 1, 0);
        }

        int slot = _current % Buffers;
        if (_counts[slot] == Failed)
        {
            _fault!.Throw();
        }

        if (_counts[slot] == 0)
        {
            _observer?.Join();
        }

        int count = Math.Min(most, _counts[slot] - _at);
        _at += count;
        return _buffers[slot].AsSpan(_at - count, count);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_stopped)
        {
            _stopped = true;
            _empty.Release();
            _observed.Release();
            _observable.Release();
            _thread.Join();
            _observer?.Join();
            _inner.Dispose();
            Array.ForEach([_empty, _observed, _full, _observable], semaphore => semaphore.Dispose());
        }

        base.Dispose(disposing);
    }

    // An empty buffer is the end.
    private void Fill()
    {
        for (int number = 0, count = BufferLength; count > 0; number++)
        {
            _empty.Wait();
            if (_observe is not null)
            {
                _observed.Wait();
            }

            count = Read(number % Buffers);
            if (_stopped)
            {
                return;
            }

            _counts[number % Buffers] = count;
            _observable.Release();
            _full.Release();
        }
    }

    private int Read(int slot)
    {
        try
        {
            // Made when it is needed: a model can have many small blobs.
            byte[] buffer = _buffers[slot] ??= new byte[BufferLength];
            int count = 0;
            while (!_stopped && count < BufferLength && _inner.Read(buffer, count, BufferLength - count) is > 0 and int read)
            {
                count += read;
            }

            return count;
        }
        catch (Exception fault)
        {
            // Thrown where the bytes are wanted.
            _fault = ExceptionDispatchInfo.Capture(fault);
            return Failed;
        }
    }

    private void Observe()
    {
        for (int number = 0; ; number++)
        {
            _observable.Wait();
            if (_stopped || _counts[number % Buffers] <= 0)
            {
                return;
            }

            _observe!(_buffers[number % Buffers].AsSpan(0, _counts[number % Buffers]));
            _observed.Release();
        }
    }
}
