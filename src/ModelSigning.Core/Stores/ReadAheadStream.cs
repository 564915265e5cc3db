using System.Runtime.ExceptionServices;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Stores;

/// <summary>
/// Reads another stream on a thread of its own, a few buffers ahead, so that reading, unpacking and hashing go on side by side in little memory.
/// </summary>
internal sealed class ReadAheadStream : ForwardStream
{
    private const int BufferLength = 256 * 1024, Buffers = 4;

    private readonly Stream _inner;
    private readonly CancellationToken _cancellationToken;
    private readonly byte[][] _buffers = [.. Enumerable.Range(0, Buffers).Select(_ => new byte[BufferLength])];
    private readonly int[] _counts = new int[Buffers];
    private readonly SemaphoreSlim _empty = new(Buffers);
    private readonly SemaphoreSlim _full = new(0);
    private readonly Thread _thread;
    private volatile bool _stopped;
    private ExceptionDispatchInfo? _fault;
    private int _current = -1, _at;

    /// <summary>Starts to read.</summary>
    /// <param name="inner">What is read; it is disposed with this.</param>
    /// <param name="cancellationToken">Ends the wait for bytes.</param>
    public ReadAheadStream(Stream inner, CancellationToken cancellationToken)
    {
        (_inner, _cancellationToken) = (inner, cancellationToken);
        _thread = new Thread(Fill) { IsBackground = true, Name = "read ahead" };
        _thread.Start();
    }

    public override int Read(Span<byte> buffer)
    {
        if (_current < 0 || _at == _counts[_current % Buffers])
        {
            if (_current >= 0)
            {
                if (_counts[_current % Buffers] == 0)
                {
                    return 0;
                }

                _empty.Release();
            }

            _full.Wait(_cancellationToken);
            _fault?.Throw();
            (_current, _at) = (_current + 1, 0);
        }

        int slot = _current % Buffers;
        int count = Math.Min(buffer.Length, _counts[slot] - _at);
        _buffers[slot].AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_stopped)
        {
            _stopped = true;
            _empty.Release();
            _thread.Join();
            _inner.Dispose();
            _empty.Dispose();
            _full.Dispose();
        }

        base.Dispose(disposing);
    }

    // An empty buffer is the end.
    private void Fill()
    {
        try
        {
            for (int number = 0; ; number++)
            {
                _empty.Wait();
                int count = 0;
                while (!_stopped && count < BufferLength && _inner.Read(_buffers[number % Buffers], count, BufferLength - count) is > 0 and int read)
                {
                    count += read;
                }

                if (_stopped)
                {
                    return;
                }

                _counts[number % Buffers] = count;
                _full.Release();
                if (count == 0)
                {
                    return;
                }
            }
        }
        catch (Exception fault)
        {
            // Thrown where the bytes are wanted.
            _fault = ExceptionDispatchInfo.Capture(fault);
            _full.Release();
        }
    }
}
