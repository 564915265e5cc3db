namespace ModelSigning.Kernels.Generator.Shapes;

/// <summary>128 bits by .NET's own operations, which become SSE or Arm's Advanced SIMD.</summary>
internal sealed class Vector128Shape : WordShape
{
    public override string Name => "Vector128";

    public override string IsSupported => "Vector128.IsHardwareAccelerated";

    public override int Bits => 128;

    // As with AVX2, whose register count SSE shares; Arm has twice as many, and a window that overlaps them.
    public override int SideBySide => 1;

    public override string Transposition => "Transposition128";

    public override string Type(string word) => $"Vector128<{word}>";

    public override string Load(string pointer) => $"Vector128.Load({pointer})";

    public override string Store(string value, string pointer) => $"Vector128.Store({value}, {pointer})";

    public override string Broadcast(string value) => $"Vector128.Create({value})";

    public override string? RotateInOne(string value, int distance, int wordBits) => distance % 8 == 0
        ? $"Vector128.Shuffle(({value}).AsByte(), Vector128.Create({ByteRotation.Indices(distance, wordBits, Bits)})).AsUInt{wordBits}()"
        : null;
}
