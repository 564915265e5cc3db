using System.Runtime.ExceptionServices;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Hashing.Reading;

/// <summary>
/// A thread that reads an item while another hashes it, a few buffers ahead: where a single stream has a processor to spare, the copy out of
/// the system's cache then costs it nothing.
/// </summary>
internal sealed class ReadAhead : IDisposable
{
    /// <summary>The bytes of one buffer: what fits the second-level cache of every processor of the last ten years, and leaves some of it to the others.</summary>
    public const int BufferLength = 256 * 1024;

    /// <summary>The length in bytes from which on a thread of its own pays for its start.</summary>
    public const long WorthWhile = 16 * BufferLength;

    private const int Buffers = 4;

    private readonly ItemFile _file;
    private readonly HashItem _item;
    private readonly AlignedBuffer[] _buffers = new AlignedBuffer[Buffers];
    private readonly SemaphoreSlim _empty = new(Buffers);
    private readonly SemaphoreSlim _full = new(0);
    private readonly Thread _thread;
    private volatile bool _stopped;
    private ExceptionDispatchInfo? _fault;
    private long _taken;

    public ReadAhead(ItemFile file, HashItem item)
    {
        _file = file;
        _item = item;
        for (int number = 0; number < Buffers; number++)
        {
            _buffers[number] = new AlignedBuffer(BufferLength + 1);
        }

        _thread = new Thread(Read) { IsBackground = true, Name = "read ahead" };
        _thread.Start();
    }

    /// <summary>Waits for the item's next bytes.</summary>
    /// <returns>Whether there were any left.</returns>
    /// <exception cref="ModelSigningException">The file shrank, grew, or cannot be read.</exception>
    public bool TryNext(CancellationToken cancellationToken, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (_taken * BufferLength >= _item.Length)
        {
            return false;
        }

        _full.Wait(cancellationToken);
        _fault?.Throw();
        bytes = _buffers[_taken % Buffers].Span[..CountAt(_taken * BufferLength)];
        _taken++;
        return true;
    }

    /// <summary>Gives the bytes that <see cref="TryNext"/> returned back.</summary>
    public void Release() => _empty.Release();

    public void Dispose()
    {
        _stopped = true;
        _empty.Release();
        _thread.Join();
        foreach (AlignedBuffer buffer in _buffers)
        {
            buffer.Dispose();
        }

        _empty.Dispose();
        _full.Dispose();
    }

    private int CountAt(long position) => (int)Math.Min(BufferLength, _item.Length - position);

    private void Read()
    {
        try
        {
            for (long number = 0; number * BufferLength < _item.Length; number++)
            {
                _empty.Wait();
                if (_stopped)
                {
                    return;
                }

                long position = number * BufferLength;
                _file.Read(_buffers[number % Buffers].Span, _item.Offset + position, CountAt(position));
                _full.Release();
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
