namespace ModelSigning.Kernels.Generator.Shapes;

/// <summary>512 bits by AVX-512: a rotation and any function of three inputs in one instruction, and 32 registers for two groups at once.</summary>
internal sealed class Avx512Shape : WordShape
{
    public override string Name => "Avx512";

    public override string IsSupported => "Avx512BW.IsSupported";

    public override int Bits => 512;

    public override string Transposition => "Transposition512";

    public override string Type(string word) => $"Vector512<{word}>";

    public override string Load(string pointer) => $"Vector512.Load({pointer})";

    public override string Store(string value, string pointer) => $"Vector512.Store({value}, {pointer})";

    public override string Broadcast(string value) => $"Vector512.Create({value})";

    public override string RotateInOne(string value, int distance, int wordBits) => $"Avx512F.RotateRight({value}, {distance})";

    public override string Xor(string x, string y, string z) => $"Avx512F.TernaryLogic({x}, {y}, {z}, 0x96)";

    public override string Choose(string x, string y, string z) => $"Avx512F.TernaryLogic({x}, {y}, {z}, 0xca)";

    public override string Majority(string x, string y, string z) => $"Avx512F.TernaryLogic({x}, {y}, {z}, 0xe8)";
}
