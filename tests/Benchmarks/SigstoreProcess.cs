using System.Diagnostics;
using System.Globalization;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Verifying;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Verifying;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Benchmarks;

/// <summary>
/// A process that verifies a bundle again and again with one trusted root, as a pipeline does, and writes how much processor time the
/// first and each further one took. Nothing is hashed but the statement.
/// </summary>
internal static class SigstoreProcess
{
    public static int Run(string[] arguments)
    {
        if (arguments is not [string bundle, string root, string times, string report] || !int.TryParse(times, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count == 0)
        {
            return Options.Explain();
        }

        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        SigstoreModelVerifier verifier = new(TrustedRootReader.Read(root), new VerificationPolicy
        {
            Signer = new IdentityPolicy { Identity = SubjectName.Alice.Value, Issuer = OpenIdProvider.ConnectorId },
        });
        int resources = Verify(verifier, bundle);
        self.Refresh();
        TimeSpan first = self.TotalProcessorTime;
        for (int number = 1; number < count; number++)
        {
            Verify(verifier, bundle);
        }

        self.Refresh();
        double further = count == 1 ? 0 : (self.TotalProcessorTime - first).TotalMilliseconds / (count - 1);
        File.WriteAllText(report, string.Create(CultureInfo.InvariantCulture,
            $"{(first - before).TotalMilliseconds:F0} ms of processor time for the first of {resources} resources with the trusted root, {further:F1} ms for each of {count - 1} more"));
        return 0;
    }

    private static int Verify(SigstoreModelVerifier verifier, string bundle)
    {
        VerifiedManifest statement = verifier.VerifyModel(BundleReader.Read(bundle));
        return statement.Manifest.Resources.Count;
    }
}
