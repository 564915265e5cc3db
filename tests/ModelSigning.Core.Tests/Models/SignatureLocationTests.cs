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
        for (int number = 0; number < 40; number++)
        {
            _folder.Write($"store/unsigned{number:00}/w.bin", "");
        }

        foreach (string name in (string[])["model.sig", "skill.oms.sig", "the-only-one.sig"])
        {
            string signature = _folder.Write($"store/zephyr/{name}", "{}");
            Assert.Contains("have one", Refuse("store"), StringComparison.Ordinal);
            File.Delete(signature);
        }

        Assert.DoesNotContain("have one", Refuse("store"), StringComparison.Ordinal);
    }

    [Fact]
    public void No_link_is_followed_only_to_say_where_signed_models_are()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right there.");
        _folder.Write("elsewhere/model.sig", "{}");
        _folder.Write("store/unsigned/w.bin", "");
        Directory.CreateSymbolicLink(_folder["store/linked"], _folder["elsewhere"]);
        Assert.DoesNotContain("have one", Refuse("store"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_repository_in_the_cache_of_the_Hugging_Face_hub_is_told_from_a_model_without_a_signature()
    {
        _folder.Write("models--org--name/blobs/0123", "{}");
        Assert.DoesNotContain("Hugging Face", Refuse("models--org--name"), StringComparison.Ordinal);
        _folder.Write("models--org--name/snapshots/4567/config.json", "{}");
        Assert.Contains("Hugging Face", Refuse("models--org--name"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_signature_that_Kaggles_hub_keeps_is_found_after_the_others()
    {
        string kaggle = _folder.Write("model/.kaggle/signing.json", "{}");
        _folder.Write("model/other.sig", "{}");
        Assert.Equal(Path.GetFullPath(kaggle), SignatureLocation.Find("model", _folder.FullPath));
        string skill = _folder.Write("model/skill.oms.sig", "{}");
        Assert.Equal(skill, SignatureLocation.Find("model", _folder.FullPath));
    }

    [Fact]
    public void What_to_do_fits_what_was_found()
    {
        _folder.Write("store/llama/skill.oms.sig", "{}");
        _folder.Write("two/a.sig", "{}");
        _folder.Write("two/b.sig", "{}");
        Directory.CreateDirectory(_folder["bare"]);
        Assert.Contains("these folders", Refusal("store").Cure, StringComparison.Ordinal);
        Assert.Contains("the model it belongs to", Refusal("store/llama/skill.oms.sig").Cure, StringComparison.Ordinal);
        Assert.Contains("the right one with -SignaturePath", Refusal("two").Cure, StringComparison.Ordinal);
        Assert.Contains("with -SignaturePath", Refusal("bare").Cure, StringComparison.Ordinal);
    }

    private string Refuse(string model) => Refusal(model).Message;

    private ModelSigningException Refusal(string model)
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => SignatureLocation.Find(model, _folder.FullPath));
        Assert.Equal("BundleNotFound", refusal.Definition.Id);
        return refusal;
    }
}
