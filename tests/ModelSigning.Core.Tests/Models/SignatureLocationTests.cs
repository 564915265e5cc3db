using ModelSigning.Core.Bundles;
using ModelSigning.Core.Errors;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Models;

public sealed class SignatureLocationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("model.sig")]
    [InlineData("skill.oms.sig")]
    [InlineData("the-only-one.sig")]
    public void A_signature_is_not_taken_for_the_model_that_it_is_of(string name)
    {
        _folder.Write($"model/{name}", "{}");
        Assert.Contains("is a signature", Refuse(Path.Join("model", name)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_whose_name_ends_as_a_signatures_has_its_own_beside_it()
    {
        _folder.Write("model.sig", "a model of that name");
        string signature = _folder.Write("model.sig.sig", "{}");
        Assert.Equal(signature, SignatureLocation.Find("model.sig", _folder.FullPath));
    }

    [Fact]
    public void A_folder_of_signed_models_is_told_from_a_model_without_a_signature()
    {
        _folder.Write("store/llama/model.sig", "{}");
        _folder.Write("bare/weights/w.bin", "");
        Assert.Contains("Give these folders", Refuse("store"), StringComparison.Ordinal);
        Assert.Contains("-SignaturePath", Refuse("bare"), StringComparison.Ordinal);
    }

    private string Refuse(string model)
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => SignatureLocation.Find(model, _folder.FullPath));
        Assert.Equal("BundleNotFound", refusal.Definition.Id);
        return refusal.Message;
    }
}
