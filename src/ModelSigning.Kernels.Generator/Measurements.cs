namespace ModelSigning.Kernels.Generator;

/// <summary>
/// What each kernel was measured at, for its head: one thread, bytes in the second-level cache, .NET 10, an x86-64 server of AMD's Zen 4 (512-bit operations in
/// two halves), November 2026; docs/performance.md says how. A processor with whole 512-bit units gains more from Avx512.
/// </summary>
internal static class Measurements
{
    private const string Where = " on one thread of a Zen 4 core, in cache (docs/performance.md).";

    public const string Blake3Scalar = "0.61 GB/s" + Where;
    public const string Blake3Vector128 = "2.35 GB/s, 3.9 x scalar," + Where;
    public const string Blake3Avx2 = "4.56 GB/s, 7.5 x scalar," + Where;
    public const string Blake3Avx512 = "6.8 GB/s, 1.5 x Avx2," + Where;
    public const string Blake2bScalar = "0.78 GB/s, 0.8 x OpenSSL's," + Where;
    public const string Blake2bAvx2 = "3.3 GB/s, 3.4 x one stream of OpenSSL," + Where;
    public const string Blake2bAvx512 = "4.6 GB/s, 4.8 x one stream of OpenSSL," + Where;
    public const string Sha256Avx2 = "2.1 GB/s, 1.15 x one stream with SHA instructions," + Where;
    public const string Sha256Avx512 = "3.65 GB/s, 2.0 x one stream with SHA instructions," + Where;
}
