using System.Security.Cryptography;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Models;
using ModelSigning.Core.Signing;

// Signs the model in the first argument with the key in the second, over and over, the signature there or not, until somebody
// kills it. Says so on standard output once, when the first signature is written.
string model = args[0];
using EcPrivateKey key = KeyFile.ReadPrivate(args[1], password: null);
SigningRequest request = new()
{
    ModelPath = model,
    CurrentDirectory = model,
    Signer = new BulkySigner(new KeySigner(key)),
    Hashing = new HashSettings { Device = new CpuHashDevice(), Threads = 1 },
    Force = true,
};
for (int round = 0; ; round++)
{
    SigningResult result = ModelSigner.Sign(request, CancellationToken.None);
    if (round == 0)
    {
        Console.WriteLine("signed");
    }

    if (round % 3 == 2)
    {
        File.Delete(result.SignaturePath);
    }
}

/// <summary>Makes bundles of a few megabytes, so that most of the time goes into writing them.</summary>
internal sealed class BulkySigner(ISigner signer) : ISigner
{
    private readonly ReadOnlyMemory<byte>[] _bulk = [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(RandomNumberGenerator.GetBytes(100_000), 30)];

    public string Method => signer.Method;

    public Bundle Sign(ReadOnlyMemory<byte> statement, CancellationToken cancellationToken)
    {
        Bundle bundle = signer.Sign(statement, cancellationToken);
        return bundle with { VerificationMaterial = bundle.VerificationMaterial with { Rfc3161Timestamps = _bulk } };
    }
}
