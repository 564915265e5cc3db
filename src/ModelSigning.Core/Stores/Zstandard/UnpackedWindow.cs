using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ModelSigning.Core.Stores.Zstandard;

/// <summary>What was unpacked last, as far back as a frame's matches may lie (RFC 8878, section 3.1.1.1.2), and room for the next block.</summary>
internal sealed class UnpackedWindow
{
    /// <summary>How many bytes may be read, and are written, behind the last one of a copy, because short ones are made of this many.</summary>
    public const int Spare = 16;

    // What is unpacked between two moves of the window to the front: as much as the window, so that each byte is moved once, but no more memory than this for a large one.
    private const int LeastBetweenMoves = 1 << 20, MostBetweenMoves = 32 << 20;

    private byte[] _bytes = [];
    private long _length;
    private int _end;

    /// <summary>Begins a frame.</summary>
    /// <param name="length">The length of its window in bytes.</param>
    public void Begin(long length) => (_length, _end) = (length, 0);

    /// <summary>Makes room.</summary>
    /// <param name="count">For how many bytes, at most those of a block.</param>
    public void Require(int count)
    {
        if (_end + count + Spare <= _bytes.Length)
        {
            return;
        }

        // It grows with what was unpacked, and not because a frame says so.
        int kept = (int)Math.Min(_length, _end);
        long most = _length + Math.Clamp(_length, LeastBetweenMoves, MostBetweenMoves) + Spare, wanted = Math.Min(most, 2L * (_end + count + Spare));
        byte[] old = _bytes;
        if (wanted > old.Length)
        {
            _bytes = GC.AllocateUninitializedArray<byte>((int)wanted);
        }

        old.AsSpan(_end - kept, kept).CopyTo(_bytes);
        _end = kept;
    }

    /// <summary>Adds bytes as they are.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Require(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Adds a byte several times.</summary>
    public void Add(byte value, int count)
    {
        Require(count);
        _bytes.AsSpan(_end, count).Fill(value);
        _end += count;
    }

    /// <summary>Adds literals, for which there is room.</summary>
    /// <param name="literals">What begins with them, and is longer by <see cref="Spare"/> bytes.</param>
    /// <param name="count">How many they are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ref byte literals, int count)
    {
        ref byte to = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), _end);
        if (count <= Spare)
        {
            Vector128.LoadUnsafe(ref literals).StoreUnsafe(ref to);
        }
        else
        {
            Unsafe.CopyBlockUnaligned(ref to, ref literals, (uint)count);
        }

        _end += count;
    }

    /// <summary>Adds bytes again, for which there is room.</summary>
    /// <param name="distance">How far back they lie, in what there is.</param>
    /// <param name="count">How many they are; where more than the distance, those that are added are repeated too.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Repeat(int distance, int count)
    {
        ref byte to = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), _end);
        ref byte from = ref Unsafe.Subtract(ref to, distance);
        _end += count;
        if (distance < Spare)
        {
            RepeatNear(ref from, ref to, distance, count);
        }
        else if (count <= Spare)
        {
            Vector128.LoadUnsafe(ref from).StoreUnsafe(ref to);
        }
        else if (distance >= count)
        {
            Unsafe.CopyBlockUnaligned(ref to, ref from, (uint)count);
        }
        else
        {
            Copy(ref from, ref to, 0, count);
        }
    }

    /// <summary>The last bytes.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The bytes, until others are added.</returns>
    public ReadOnlyMemory<byte> Last(int count) => _bytes.AsMemory(_end - count, count);

    // By twice or more of the distance the same bytes lie far enough back to be copied many at a time.
    private static void RepeatNear(ref byte from, ref byte to, int distance, int count)
    {
        int far = distance * ((Spare + distance - 1) / distance), first = Math.Min(count, far);
        for (int at = 0; at < first; at++)
        {
            Unsafe.Add(ref to, at) = Unsafe.Add(ref from, at);
        }

        Copy(ref Unsafe.Subtract(ref to, far), ref to, first, count);
    }

    private static void Copy(ref byte from, ref byte to, int at, int count)
    {
        for (; at < count; at += Spare)
        {
            Vector128.LoadUnsafe(ref from, (nuint)at).StoreUnsafe(ref to, (nuint)at);
        }
    }
}
