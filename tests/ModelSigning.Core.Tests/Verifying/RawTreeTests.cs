using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>Trees of raw names, signed, changed and verified, against <see cref="RawTreeOracle"/>.</summary>
public sealed class RawTreeTests : IDisposable
{
    private const int TreesOfASeed = 25;

    private static readonly string[] GitPaths = [".git", ".gitattributes", ".github", ".gitignore"];

    private readonly EcPrivateKey _key = EcPrivateKey.Generate(EcCurve.P256);

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void A_tree_is_signed_and_verified_as_the_oracle_says(int seed)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems do not let such names exist.");
        Random random = new(seed);
        for (int number = 0; number < TreesOfASeed; number++)
        {
            Try(random, $"seed {seed}, tree {number}");
        }
    }

    private void Try(Random random, string what)
    {
        using TemporaryFolder folder = new();
        RawTree tree = RawTree.Make(random, plain: random.Next(4) > 0);
        bool allowLinks = random.Next(2) == 0;
        string[] ignored = random.Next(2) == 0 ? ["cache"] : [];
        string model = Make(folder, "signed", tree);
        string signature = folder["model.sig"];
        Dictionary<string, string>? signed = RawTreeOracle.Sign(tree, Ignored(ignored), allowLinks);
        SigningRequest signing = new()
        {
            ModelPath = model,
            CurrentDirectory = folder.FullPath,
            Signer = new KeySigner(_key),
            Hashing = ModelFixture.Hashing,
            SignaturePath = signature,
            AllowSymlinks = allowLinks,
            IgnorePaths = ignored,
        };
        if (signed is not { Count: > 0 })
        {
            Assert.Throws<ModelSigningException>(() => ModelSigner.Sign(signing, CancellationToken.None));
            Assert.False(File.Exists(signature), what);
            return;
        }

        Manifest manifest = ModelSigner.Sign(signing, CancellationToken.None).Manifest;
        Assert.Equal(signed.Keys.Order(StringComparer.Ordinal), manifest.Resources.Select(resource => resource.Name).Order(StringComparer.Ordinal));
        for (int changes = 0; changes < 4; changes++)
        {
            bool ignoreUnsigned = random.Next(2) == 0;
            string[] more = random.Next(4) == 0 ? ["b"] : [];
            string changed = Make(folder, $"changed-{changes}", tree);
            string expected = new RawTreeOracle(signed, Ignored([.. ignored, .. more]), allowLinks, ignoreUnsigned).Judge(tree);
            string actual = Verify(new()
            {
                ModelPath = changed,
                CurrentDirectory = folder.FullPath,
                Verifier = new KeyVerifier([_key.PublicKey]),
                Hashing = ModelFixture.Hashing,
                SignaturePath = signature,
                IgnorePaths = more,
                IgnoreUnsignedFiles = ignoreUnsigned,
            });
            Assert.True(expected == actual, $"{what}, changed {changes} times, links {allowLinks}, unsigned ignored {ignoreUnsigned}:\n{expected}\n{actual}");
            tree = tree.Copy();
            tree.Change(random, 2);
        }
    }

    private static string Verify(VerificationRequest request)
    {
        try
        {
            VerificationResult result = ModelVerifier.Verify(request, CancellationToken.None);
            int unnamed = result.UncheckedPaths.Count(path => path.Contains("\\x", StringComparison.Ordinal));
            return RawTreeOracle.Line(
                result.Difference.Extra,
                result.Difference.Missing,
                result.Difference.Mismatched.Select(resource => resource.Name),
                result.UncheckedPaths.Where(path => !path.Contains("\\x", StringComparison.Ordinal)),
                unnamed);
        }
        catch (ModelSigningException)
        {
            return "refused";
        }
    }

    private static string Make(TemporaryFolder folder, string name, RawTree tree)
    {
        string path = folder[name];
        Directory.CreateDirectory(path);
        tree.Write(path);
        return path;
    }

    private static HashSet<string> Ignored(string[] paths) => new([.. paths, .. GitPaths], StringComparer.Ordinal);
}
