namespace ModelSigning.Kernels.Generator.Shapes;

/// <summary>
/// 256 bits by AVX2. It has no rotation: by whole bytes a shuffle does it in
/// one instruction; by 63 an addition, which more ports take, stands for one of the two shifts.
/// </summary>
internal sealed class Avx2Shape : WordShape
{
    public override string Name => "Avx2";

    public override string IsSupported => "Avx2.IsSupported";

    public override int Bits => 256;

    // Sixteen registers hold the state and nothing else: side by side, the four would wait for the stack more often than for each other.
    public override int SideBySide => 1;

    public override string Transposition => "Transposition256";

    public override string Type(string word) => $"Vector256<{word}>";

    public override string Load(string pointer) => $"Vector256.Load({pointer})";

    public override string Store(string value, string pointer) => $"Vector256.Store({value}, {pointer})";

    public override string Broadcast(string value) => $"Vector256.Create({value})";

    public override string RotateRight(string variable, int distance, int wordBits) =>
        distance == wordBits - 1 ? $"(({variable} >>> {distance}) | ({variable} + {variable}))" : base.RotateRight(variable, distance, wordBits);

    public override string? RotateInOne(string value, int distance, int wordBits) => distance switch
    {
        32 => $"Avx2.Shuffle(({value}).AsUInt32(), 0xb1).AsUInt64()",
        _ when distance % 8 == 0 => $"Avx2.Shuffle(({value}).AsByte(), Vector256.Create({ByteRotation.Indices(distance, wordBits, Bits)})).AsUInt{wordBits}()",
        _ => null,
    };
}
