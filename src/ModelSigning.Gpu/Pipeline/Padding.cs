using System.Buffers.Binary;
using ModelSigning.Core.Hashing;

namespace ModelSigning.Gpu.Pipeline;

/// <summary>
/// What follows a stream's last bytes: SHA-256's one bit, zeros and length in bits (FIPS 180-4, section 5.1.1); for BLAKE2b and BLAKE3
/// zeros up to the end of the block.
/// </summary>
internal static class Padding
{
    /// <summary>Writes it.</summary>
    /// <param name="room">The piece's room in its window (<see cref="Piece.Room"/>).</param>
    /// <param name="piece">The piece whose bytes open the room.</param>
    /// <param name="algorithm">The algorithm.</param>
    public static void Write(Span<byte> room, in Piece piece, DigestAlgorithm algorithm)
    {
        room[piece.Length..].Clear();
        if (algorithm.Describe().ShortestPadding > 0 && piece.IsLast)
        {
            room[piece.Length] = 0x80;
            BinaryPrimitives.WriteInt64BigEndian(room[(piece.HashedLength(algorithm) - 8)..], checked((piece.Offset + piece.Length) * 8));
        }
    }
}
