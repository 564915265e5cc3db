namespace ModelSigning.Kernels.Generator;

/// <summary>
/// What each kernel was measured at, for its head: one thread, bytes in the second-level cache, .NET 10, an x86-64 server of AMD's Zen 5 (whole 512-bit
/// units), November 2026; docs/performance.md says how. Without AVX-512 in the runtime, where the kernel is for processors that have none.
/// </summary>
internal static class Measurements
{
    private const string Where = " on one thread of a Zen 5 core, in cache (docs/performance.md).";

    public const string Blake3Scalar = "1.15 GB/s" + Where;
    public const string Blake3Vector128 = "2.2 GB/s, 1.9 x scalar, 1.1 x the C code of SSE4.1," + Where;
    public const string Blake3Avx2 = "4.4 GB/s, 3.8 x scalar, 1.1 x the C code of AVX2," + Where;
    public const string Blake3Avx512 = "13.1 GB/s, 3.0 x Avx2, 1.3 x the C code of AVX-512," + Where;
    public const string Blake2bScalar = "1.43 GB/s, 0.98 x OpenSSL's," + Where;
    public const string Blake2bAvx2 = "2.4 GB/s, 1.6 x one stream of OpenSSL," + Where;
    public const string Blake2bAvx512 = "9.0 GB/s, 6.2 x one stream of OpenSSL," + Where;
    public const string Sha256Avx2 = "1.9 GB/s, 0.94 x one stream with SHA instructions," + Where;
    public const string Sha256Avx512 = "7.9 GB/s, 3.9 x one stream with SHA instructions," + Where;
}
