using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Xml.Linq;
using ModelSigning.Testing;
using ModelSigning.Testing.Certificates;
using ModelSigning.Testing.SigstoreInstance;
using ModelSigning.Testing.Timestamps;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Host.Tests;

/// <summary>The how-to pages for jobs and servers, executed as they are written.</summary>
public class HowToPageTests
{
    [Fact]
    public async Task Sign_in_ci_with_the_jobs_identity_a_certificate_and_a_key()
    {
        await using SigstoreServer sigstore = await SigstoreServer.StartAsync();
        await using TimestampServer clock = await TimestampServer.StartAsync();
        using HowToPage page = new("sign-in-ci.md");
        string config = sigstore.WriteFiles(page.Folder);

        // The instance of the test takes the place of the public one.
        page.Profile += $"$PSDefaultParameterValues = @{{ '*:TrustConfig' = '{config.Replace("'", "''", StringComparison.Ordinal)}' }}";
        foreach ((string name, string value) in sigstore.AmbientVariables)
        {
            page.Environment[name] = value;
        }

        page.Replacements["https://token.actions.githubusercontent.com"] = $"{sigstore.Address}oidc";
        page.Run(0..1);
        Assert.Contains("Valid ", page.Run(1..2), StringComparison.Ordinal);

        page.Profile = "";
        using TestCertificate root = TestCertificate.SelfSigned(Authority("Company root"));
        using TestCertificate leaf = root.Issue(Leaf("Model release"));
        using X509Certificate2 withKey = leaf.WithPrivateKey();
        page.Environment["SIGNING_PFX"] = Convert.ToBase64String(withKey.Export(X509ContentType.Pkcs12, "a secret"));
        page.Environment["SIGNING_PFX_PASSWORD"] = "a secret";
        page.Environment["TIMESTAMP_SERVER"] = clock.Address.ToString();
        page.Folder.Write("root.pem", root.CertificatePem);
        page.Folder.Write("timestamp-root.pem", clock.Root.CertificatePem);
        page.Run(2..3);
        Assert.Contains("CN=Model release", page.Run(3..4), StringComparison.Ordinal);

        page.Replacements["Read-Host 'Password' -AsSecureString"] = "ConvertTo-SecureString 'a password' -AsPlainText -Force";
        page.Run(4..5);
        page.Environment["SIGNING_KEY"] = File.ReadAllText(page.Folder["release.key"]);
        page.Environment["SIGNING_KEY_PASSWORD"] = "a password";
        Assert.Contains("Valid", page.Run(5..), StringComparison.Ordinal);

        page.Environment["SIGNING_KEY_PASSWORD"] = "a wrong one";
        Assert.NotEqual(0, page.Run(page.Blocks("powershell")[5]).ExitCode);
    }

    [Fact]
    public void Verify_on_a_server_every_night_and_before_each_deployment()
    {
        using HowToPage page = new("verify-on-a-server.md");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        page.Folder.Write("policy/models.json", Assert.Single(page.Blocks("jsonc")));
        page.Folder.Write("policy/keys/release.pub", key.ExportSubjectPublicKeyInfoPem());
        Sign(page, key, "models/release-7");
        page.Folder.Write("reports/of-yesterday.csv", "");
        page.Run(0..1);
        Assert.DoesNotContain("release-7", page.Run(1..2), StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(page.Folder["reports"]).Length);
        string gates = page.Run(2..);
        Assert.Equal(3, gates.Split("deployed ").Length);

        // A volume that is not mounted leaves an empty folder or none. The report of the day already has the models.
        Directory.Move(page.Folder["models"], page.Folder["unmounted"]);
        foreach (string job in page.Blocks("powershell").Skip(1).Take(2))
        {
            Assert.NotEqual(0, page.Run(job).ExitCode);
            Directory.CreateDirectory(page.Folder["models"]);
            HostResult empty = page.Run(job);
            Assert.NotEqual(0, empty.ExitCode);
            Assert.Contains("mounted?", empty.Error, StringComparison.Ordinal);
            Directory.Delete(page.Folder["models"]);
        }

        Directory.Move(page.Folder["unmounted"], page.Folder["models"]);

        string table = Directory.GetFiles(page.Folder["reports"], "models-*.csv").Single();
        Assert.DoesNotContain("[]", File.ReadAllText(table), StringComparison.Ordinal);

        // One whose name is a pattern of the good one and commands a terminal, and whose signature is damaged.
        if (!OperatingSystem.IsWindows())
        {
            Sign(page, key, "models/release-[7]\u001b[2K");
            page.Folder.Write("models/release-[7]\u001b[2K/model.sig", "{}");
            HostResult hostile = page.Run(page.Blocks("powershell")[1]);
            Assert.Equal(1, hostile.ExitCode);
            Assert.Contains("release-[7]\\u001b[2K", hostile.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("\u001b[2K", hostile.Output, StringComparison.Ordinal);
            Assert.Contains("Valid", File.ReadAllText(table), StringComparison.Ordinal);
            page.Folder.Write("models/release-\u0001\uffff/weights.bin", "not signed");
            page.Run(page.Blocks("powershell")[6]);
            Assert.Equal(2, XDocument.Load(page.Folder["reports/models.xml"]).Descendants("failure").Count());
            Directory.Delete(page.Folder["models/release-\u0001\uffff"], recursive: true);
            Directory.Delete(page.Folder["models/release-[7]\u001b[2K"], recursive: true);
        }

        // Programs that open a model by its path take no notice of hidden folders.
        page.Folder.Write("models/.release-8/weights.bin", "not signed");
        File.SetAttributes(page.Folder["models/.release-8"], FileAttributes.Directory | FileAttributes.Hidden);
        Assert.Equal(1, page.Run(page.Blocks("powershell")[1]).ExitCode);
        Directory.Delete(page.Folder["models/.release-8"], recursive: true);

        page.Folder.Write("models/release-7/weights.bin", "changed");
        HostResult night = page.Run(page.Blocks("powershell")[1]);
        Assert.Equal(1, night.ExitCode);
        Assert.Contains("ModelMismatch", night.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 1 model is not valid.", File.ReadAllText(Directory.GetFiles(page.Folder["reports"], "models-*.html").Single()), StringComparison.Ordinal);
        HostResult gate = page.Run(page.Blocks("powershell")[3]);
        Assert.NotEqual(0, gate.ExitCode);
        Assert.DoesNotContain("deployed", gate.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("deployed", page.Run(page.Blocks("powershell")[4]).Output, StringComparison.Ordinal);

        page.Folder.Write("policy/models.json", "{ \"version\": 1, \"rules\": [] }");
        Assert.NotEqual(0, page.Run(page.Blocks("powershell")[0]).ExitCode);
    }

    [Fact]
    public void The_jobs_look_at_models_that_are_single_files_whatever_they_are_called()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using HowToPage server = new("verify-on-a-server.md"), windows = new("windows-jobs.md");
        foreach ((HowToPage page, int[] jobs) in new[] { (server, (int[])[1, 2]), (windows, [0]) })
        {
            page.Folder.Write("policy/models.json", """{ "version": 1, "rules": [{ "name": "ours", "models": ["**/models/*"], "signers": [{ "type": "key", "publicKey": "release.pub" }] }] }""");
            page.Folder.Write("policy/release.pub", key.ExportSubjectPublicKeyInfoPem());
            page.Folder.Write("reports/of-yesterday.csv", "");
            page.Folder.Write("models/train.jsonl", "{}");
            page.Folder.Write("models/w[1].safetensors", "weights");
            Sign(page, key, "models/release-7");
            Assert.Equal(0, page.Run("New-ModelSignature -LiteralPath ./models/train.jsonl, './models/w[1].safetensors' -PrivateKey ./of-the-test.key").ExitCode);
            page.Folder.Write("models/release-7.claims.jsonl", "");
            page.Folder.Write("models/release-7.sig", "");
            Assert.Equal([.. jobs.Select(_ => 0)], Run());
            foreach ((string name, string content) in ((string, string)[])[("train.jsonl", "poisoned"), ("evil.jsonl", "x"), ("evil.sig", "x"), (".sig", "x"), ("..sig", "x"), ("train.jsonl.sig.sig", "x"), ("evil.claims.jsonl", "x")])
            {
                string? before = name == "train.jsonl" ? "{}" : null;
                page.Folder.Write($"models/{name}", content);
                Assert.All(Run(), code => Assert.Equal(1, code));
                if (before is null)
                {
                    File.Delete(page.Folder[$"models/{name}"]);
                }
                else
                {
                    page.Folder.Write($"models/{name}", before);
                }
            }

            int[] Run()
            {
                Array.ForEach(Directory.GetFiles(page.Folder["reports"], "models-*"), File.Delete);
                return [.. jobs.Select(job => page.Run(page.Blocks("powershell")[job]).ExitCode)];
            }
        }
    }

    [Fact]
    public async Task A_private_sigstore_is_registered_signed_with_and_verified_by()
    {
        await using SigstoreServer sigstore = await SigstoreServer.StartAsync();
        using HowToPage page = PageOfAnInstance("private-sigstore.md", sigstore);
        Assert.Contains("Valid", page.Run(..), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_site_without_a_network_verifies_with_what_was_carried_over()
    {
        await using SigstoreServer sigstore = await SigstoreServer.StartAsync();
        using HowToPage page = PageOfAnInstance("offline-site.md", sigstore);
        HostResult signed = page.Run("New-ModelSignature ./model -Sigstore -TrustConfig ./client_trust_config.json");
        Assert.Equal((0, ""), (signed.ExitCode, signed.Error));
        page.Run(0..1);
        int requests = sigstore.Requests.Count;
        string inside = page.Run(1..);
        Assert.Equal(3, inside.Split("exactly as it was signed").Length);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(page.Folder["trusted_root.json"]))), inside, StringComparison.Ordinal);
        Assert.Equal(requests, sigstore.Requests.Count);
    }

    [Fact]
    public async Task Sigstore_signatures_of_models_and_files_are_verified()
    {
        await using SigstoreServer sigstore = await SigstoreServer.StartAsync();
        using HowToPage page = PageOfAnInstance("sigstore-verification.md", sigstore);
        sigstore.Instance.OpenId.Person = ("release@example.com", "https://accounts.google.com");
        page.Environment["SIGSTORE_ID_TOKEN"] = sigstore.Instance.OpenId.MintPerson();
        page.Folder.Write("tool.tar.gz", "a tool");
        page.Profile += $"$PSDefaultParameterValues = @{{ '*-*Signature:TrustConfig' = '{page.Folder["client_trust_config.json"]}'; '*-SigstoreBundle:TrustConfig' = '{page.Folder["client_trust_config.json"]}' }}\n";
        HostResult signed = page.Run("New-ModelSignature ./model -Sigstore -Force; New-SigstoreBundle ./tool.tar.gz -Force");
        Assert.Equal((0, ""), (signed.ExitCode, signed.Error));
        Assert.Equal(4, page.Run(0..3).Split("Valid ").Length);

        page.Profile = "";
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] driver = "a driver"u8.ToArray();
        page.Folder.Write("driver.tar.gz", driver);
        page.Folder.Write("team.pub", key.ExportSubjectPublicKeyInfoPem());
        page.Folder.Write("driver.tar.gz.sigstore.json", $$"""
            {"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","verificationMaterial":{"publicKey":{"hint":"team"} },"messageSignature":{
            "messageDigest":{"algorithm":"SHA2_256","digest":"{{Convert.ToBase64String(SHA256.HashData(driver))}}"
            }, "signature":"{{Convert.ToBase64String(key.SignData(driver, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))}}"
            } }
            """);
        Assert.Contains("Valid ", page.Run(3..4), StringComparison.Ordinal);

        // The public instance is not at hand: what would be asked of it is not.
        page.Profile += "$PSDefaultParameterValues = @{ 'Update-SigstoreTrust:WhatIf' = $true }\n";
        Assert.Contains("public", page.Run(4..5), StringComparison.Ordinal);
        page.Profile = "";
        Assert.Contains("internal", page.Run(5..), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_of_a_manifest_are_signed_by_who_hashed_them_and_an_edited_one_is_not_joined()
    {
        await using SigstoreServer sigstore = await SigstoreServer.StartAsync();
        using HowToPage page = PageOfAnInstance("signed-parts.md", sigstore);
        sigstore.Instance.OpenId.Person = ("hashing@example.com", "https://accounts.example.com");
        page.Environment["SIGSTORE_ID_TOKEN"] = sigstore.Instance.OpenId.MintPerson();
        page.Profile += $"$PSDefaultParameterValues = @{{ '*-SigstoreBundle:TrustConfig' = '{page.Folder["client_trust_config.json"]}' }}\n";
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        page.Folder.Write("release.key", key.ExportPkcs8PrivateKeyPem());
        page.Folder.Write("release.pub", key.ExportSubjectPublicKeyInfoPem());
        for (int number = 0; number < 8; number++)
        {
            page.Folder.Write($"data/{number}.csv", $"{number}");
        }

        Assert.Equal(5, page.Run(0..2).Split("Valid ").Length);
        Assert.Contains("Valid", page.Run("Test-ModelSignature ./data -PublicKey ./release.pub -SignaturePath ./data.sig").Output, StringComparison.Ordinal);

        string part = page.Folder["parts/part-2.jsonl"];
        File.Delete(page.Folder["data.sig"]);
        File.WriteAllText(part, File.ReadAllText(part).Replace("digest\":\"0", "digest\":\"1", StringComparison.Ordinal) + " ");
        HostResult edited = page.Run(page.Blocks("powershell")[1]);
        Assert.NotEqual(0, edited.ExitCode);
        Assert.Contains("part-2.jsonl", edited.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(page.Folder["data.sig"]));
    }

    [Fact]
    public void The_number_of_threads_for_a_file_system_is_found_by_trying()
    {
        using HowToPage page = new("file-systems.md");
        Assert.Contains("64 threads: ", page.Run(0..1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_trust_policy_is_checked_written_and_obeyed()
    {
        using HowToPage page = new("trust-policy.md");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using TestCertificate root = TestCertificate.SelfSigned(Authority("Root"));
        page.Folder.Write("policy.json", page.Blocks("jsonc")[0]);
        foreach (string file in new[] { "keys/release.pub", "keys/tests.pub", "keys/build.pub", "vendor.pub" })
        {
            page.Folder.Write(file, key.ExportSubjectPublicKeyInfoPem());
        }

        foreach (string file in new[] { "ca/root.pem", "ca/timestamp-root.pem", "vendor/root.pem" })
        {
            page.Folder.Write(file, root.CertificatePem);
        }

        Sign(page, key, "models/release-7", "models/llama-3");

        // The person who is asked whether to trust on first use says yes.
        page.Profile += "$PSDefaultParameterValues = @{ 'New-ModelTrustPolicy:Confirm' = $false }";
        Assert.Contains("released by us", page.Run(..), StringComparison.Ordinal);
        string[] rules = [.. page.Blocks("jsonc").Skip(1)];
        for (int number = 0; number < rules.Length; number++)
        {
            page.Folder.Write($"rule-{number}.json", $"{{ \"version\": 1, \"rules\": [{rules[number]}] }}");
        }

        HostResult tested = page.Run("foreach ($rule in Get-ChildItem ./rule-*.json) { \"$(Test-ModelTrustPolicy $rule.FullName) $($rule.Name)\" }");
        Assert.Equal([.. rules.Select((_, number) => $"True rule-{number}.json").Order(StringComparer.Ordinal)],
            tested.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Traces_go_to_the_collector_that_was_named_before_the_module_was_imported()
    {
        ConcurrentQueue<string> exports = [];
        await using LoopbackServer collector = await LoopbackServer.StartAsync(async context =>
        {
            exports.Enqueue(Encoding.UTF8.GetString(await LoopbackServer.ReadBodyAsync(context)));
            await LoopbackServer.AnswerAsync(context, 200, "application/json", "{}"u8.ToArray());
        });
        using HowToPage page = new("traces.md");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        page.Folder.Write("release.key", key.ExportPkcs8PrivateKeyPem());
        page.Profile = "";
        page.Replacements["http://localhost:4318"] = collector.Address.ToString();
        page.Run(..);

        // Protobuf: a span's name is field 5, text of four bytes.
        Assert.Contains(exports, export => export.Contains("*\u0004Sign", StringComparison.Ordinal));
        Assert.Contains(exports, export => export.Contains("model_signing.hashed_bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void Troubleshooting_names_ids_that_exist_and_shows_what_differs()
    {
        using HowToPage page = new("troubleshooting.md");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Sign(page, key, "model");
        page.Folder.Write("release.pub", key.ExportSubjectPublicKeyInfoPem());
        page.Folder.Write("model/weights.bin", "changed");
        Assert.Contains("ModelMismatch", page.Run(..), StringComparison.Ordinal);
        string errors = File.ReadAllText(Path.Join(SharedData.RepositoryRoot, "docs", "errors.md"));
        Assert.NotEmpty(page.Ids);
        Assert.All(page.Ids, id => Assert.Contains($"\n| `{id}` |", errors.ReplaceLineEndings("\n"), StringComparison.Ordinal));
    }

    private static HowToPage PageOfAnInstance(string name, SigstoreServer sigstore)
    {
        HowToPage page = new(name);
        sigstore.Instance.OpenId.Person = ("release@example.com", "https://accounts.example.com");
        sigstore.WriteFiles(page.Folder);
        page.Folder.Write("root.json", sigstore.Tuf.Files["1.root.json"]);
        page.Replacements["https://tuf.example.com"] = $"{sigstore.Address}tuf";
        page.Environment["SIGSTORE_ID_TOKEN"] = sigstore.Instance.OpenId.MintPerson();
        return page;
    }

    private static void Sign(HowToPage page, ECDsa key, params string[] models)
    {
        foreach (string model in models)
        {
            page.Folder.Write($"{model}/weights.bin", "weights");
        }

        page.Folder.Write("of-the-test.key", key.ExportPkcs8PrivateKeyPem());
        HostResult signed = page.Run($"New-ModelSignature {string.Join(", ", models.Select(model => $"'./{model}'"))} -PrivateKey ./of-the-test.key");
        Assert.Equal((0, ""), (signed.ExitCode, signed.Error));
    }
}
