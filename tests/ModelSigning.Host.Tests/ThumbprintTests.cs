using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ModelSigning.Testing;
using ModelSigning.Testing.Certificates;
using static ModelSigning.Testing.Certificates.CertificateSpecification;

namespace ModelSigning.Host.Tests;

/// <summary>Certificates of the user's store, in a process whose user has a store of their own.</summary>
public class ThumbprintTests
{
    [Fact]
    public void A_certificate_of_the_store_is_completed_by_its_thumbprint_and_signs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a user's store cannot be moved into a test's folder.");
        using TemporaryFolder folder = new();
        using TestCertificate root = TestCertificate.SelfSigned(Authority("Store root")), leaf = root.Issue(Leaf("Store release"));
        using X509Certificate2 own = leaf.WithPrivateKey();
        folder.Write("leaf.p12", own.Export(X509ContentType.Pkcs12));
        folder.Write("root.pem", root.CertificatePem);
        folder.Write("model/a.bin", "a");
        string thumbprint = own.GetCertHashString(HashAlgorithmName.SHA1);
        HostResult result = Run(folder, $$"""
            $flags = [System.Security.Cryptography.X509Certificates.X509KeyStorageFlags]::PersistKeySet
            $store = [System.Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser')
            $store.Open('ReadWrite')
            $store.Add([System.Security.Cryptography.X509Certificates.X509Certificate2]::new('{{folder["leaf.p12"]}}', '', $flags))
            $store.Dispose()
            Import-Module '{{SharedData.RepositoryRoot}}/ModelSigning.psd1'
            $line = 'New-ModelSignature ./model -Certificate {{thumbprint[..6].ToLowerInvariant()}}'
            $found = [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches
            $found.CompletionText
            (New-ModelSignature '{{folder["model"]}}' -Certificate $found.CompletionText -CertificateChain '{{folder["root.pem"]}}').Method
            (Test-ModelSignature '{{folder["model"]}}' -TrustedCertificate '{{folder["root.pem"]}}').Status
            """);
        Assert.Equal("", result.Error);
        Assert.Equal([thumbprint, "Certificate", "Valid"], result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static HostResult Run(TemporaryFolder folder, string script)
    {
        ProcessStartInfo start = HostProcess.StartInfo("-File", folder.Write("script.ps1", script));
        start.Environment["HOME"] = folder.FullPath;
        return HostProcess.Run(start);
    }
}
