namespace ModelSigning.Kernels.Generator;

/// <summary>What each kernel was measured at, for its head.</summary>
internal static class Measurements
{
    public const string Blake3Scalar = "-";
    public const string Blake3Vector128 = "-";
    public const string Blake3Avx2 = "-";
    public const string Blake3Avx512 = "-";
    public const string Blake2bScalar = "-";
    public const string Blake2bAvx2 = "-";
    public const string Blake2bAvx512 = "-";
    public const string Sha256Avx512 = "-";
    public const string Sha256Avx2 = "-";
}
