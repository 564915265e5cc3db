using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Tests.Verifying;

public sealed class LfsPointersTests : IDisposable
{
    private const string Pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

    private readonly ModelFixture _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_changed_file_that_is_a_pointer_is_named_and_stays_a_difference()
    {
        _model.Write("pointer.txt", Pointer);
        _model.Sign();
        Assert.Empty(_model.Verify().LfsPointers);
        _model.Write("weights/part-1.bin", Pointer);
        _model.Write("config.json", Pointer + new string('x', 2000));
        VerificationResult result = _model.Verify();
        Assert.False(result.IsValid);
        Assert.Equal(["weights/part-1.bin"], result.LfsPointers);
        Assert.Equal(2, result.Difference.Mismatched.Count);
    }

    [Fact]
    public void Who_signs_a_clone_whose_large_files_were_not_fetched_is_told_so()
    {
        _model.Write("weights/part-1.bin", Pointer);
        Assert.Empty(_model.Sign().Warnings);
        _model.Write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
        Assert.StartsWith("'weights/part-1.bin' is only a pointer of git LFS", Assert.Single(_model.Sign(request => request with { Force = true }).Warnings), StringComparison.Ordinal);
    }
}
