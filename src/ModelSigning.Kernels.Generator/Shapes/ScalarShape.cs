namespace ModelSigning.Kernels.Generator.Shapes;

/// <summary>A machine word: one stream, on any processor.</summary>
internal sealed class ScalarShape : WordShape
{
    public override string Name => "Scalar";

    public override string IsSupported => "true";

    public override int Bits => 0;

    public override string Type(string word) => word;

    public override string Load(string pointer) => $"*({pointer})";

    public override string Store(string value, string pointer) => $"*({pointer}) = {value}";

    public override string Broadcast(string value) => value;

    public override string RotateInOne(string value, int distance, int wordBits) => $"BitOperations.RotateRight({value}, {distance})";
}
