using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>The public suite's verification cases of the key method, historical bundles included.</summary>
public class PublicSuiteTests
{
    private const string Assets = "testdata/oms/test/assets";
    private const string Cases = "testdata/oms/test/test-cases/verify";

    public static TheoryData<string> Names => [.. SharedData.IsPresent
        ? Directory.GetFiles(Folder, "config.json", SearchOption.AllDirectories).Where(IsKeyCase)
            .Select(path => Path.GetRelativePath(Folder, Path.GetDirectoryName(path)!).Replace('\\', '/')).Order(StringComparer.Ordinal).ToArray()
        : ["positive/key-simple"]];

    private static string Folder => Path.Join(SharedData.RepositoryRoot, "..", "shared", Cases);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_case_ends_as_the_suite_says(string name)
    {
        string folder = SharedData.Require($"{Cases}/{name}");
        using TemporaryFolder copy = new();
        JsonElement config = JsonDocument.Parse(File.ReadAllBytes(Path.Join(folder, "config.json"))).RootElement;
        JsonElement verify = config.GetProperty("verify");
        string model = CopyModel(config, folder, copy);
        string publicKey = SharedData.Require($"{Assets}/{verify.GetProperty("public_key").GetString()}");
        VerificationRequest request = new()
        {
            ModelPath = model,
            CurrentDirectory = copy.FullPath,
            SignaturePath = Path.Join(folder, "bundle.sig"),
            Verifier = new KeyVerifier([KeyFile.ReadPublic(publicKey)]),
            Hashing = ModelFixture.Hashing,
            IgnorePaths = [.. Strings(verify, "ignore_paths")],
            IgnoreUnsignedFiles = verify.TryGetProperty("ignore_unsigned_files", out JsonElement unsigned) && unsigned.GetBoolean(),
        };
        bool valid;
        try
        {
            valid = ModelVerifier.Verify(request, CancellationToken.None).IsValid;
        }
        catch (ModelSigningException)
        {
            valid = false;
        }

        Assert.Equal(!name.EndsWith("_fail", StringComparison.Ordinal), valid);
    }

    private static bool IsKeyCase(string path)
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllBytes(path));
        return config.RootElement.GetProperty("method").GetString() == "key";
    }

    private static string CopyModel(JsonElement config, string folder, TemporaryFolder copy)
    {
        string relative = config.GetProperty("model").GetString()!;
        string source = config.TryGetProperty("model_relative_to", out _) ? Path.Join(folder, relative) : SharedData.Require($"{Assets}/{relative}");
        if (File.Exists(source))
        {
            return copy.Write("model/" + Path.GetFileName(source), File.ReadAllBytes(source));
        }

        foreach (string file in Directory.EnumerateFiles(source, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
        {
            copy.Write(Path.Join("model", Path.GetRelativePath(source, file)), File.ReadAllBytes(file));
        }

        if (config.TryGetProperty("model_modifications", out JsonElement changes))
        {
            foreach (string change in (string[])["inject", "tamper"])
            {
                foreach (JsonProperty file in changes.TryGetProperty(change, out JsonElement files) ? files.EnumerateObject() : default)
                {
                    copy.Write("model/" + file.Name, file.Value.GetString()!);
                }
            }

            foreach (string removed in Strings(changes, "delete"))
            {
                File.Delete(copy["model/" + removed]);
            }
        }

        return copy["model"];
    }

    private static IEnumerable<string> Strings(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement list) ? list.EnumerateArray().Select(item => item.GetString()!) : [];
}
