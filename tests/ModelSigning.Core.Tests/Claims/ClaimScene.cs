using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Input;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Signing;
using ModelSigning.Core.Tests.Signing;
using ModelSigning.Core.Verifying;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Claims;

/// <summary>A signed model, the key that makes claims about it, and another tool's key.</summary>
internal sealed class ClaimScene : IDisposable
{
    internal const string Type = "https://example.com/claim/v1";

    internal ClaimScene() => Model.Sign();

    internal ModelFixture Model { get; } = new();

    /// <summary>Who makes claims here.</summary>
    internal EcPrivateKey Claimant { get; } = EcPrivateKey.Generate(EcCurve.P384);

    /// <summary>Who makes claims with another tool.</summary>
    internal ECDsa Foreigner { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    internal string Path => ClaimsFile.Default(Model.ModelPath, Model.Root);

    internal string RootDigest => Hexadecimal.Write(Model.Verify().Statement.Statement.RootDigest!.Value.Span);

    internal string Pin => Model.Verify().Statement.Pin["pin1:".Length..];

    internal static KeyVerifier Trusting(EcPublicKey key) => new([key]);

    internal KeyVerifier TrustingForeigner => new([PublicKeyPem.Parse(Foreigner.ExportSubjectPublicKeyInfoPem(), "foreign")]);

    internal ClaimRequest Request(string predicate = """{"a":1}""", string type = Type) => new()
    {
        ModelPath = Model.ModelPath,
        SignaturePath = Model.SignaturePath,
        ClaimsPath = Path,
        PredicateType = type,
        Predicate = Encoding.UTF8.GetBytes(predicate),
        Hashing = ModelFixture.Hashing,
    };

    internal void Claim(string predicate = """{"a":1}""", string type = Type)
    {
        ClaimRequest request = Request(predicate, type);
        ClaimSubject.Of(request, CancellationToken.None).Claim(request, new KeySigner(Claimant), CancellationToken.None);
    }

    /// <summary>Adds a line as another tool would.</summary>
    internal void Add(string line) => File.AppendAllText(Path, line + "\n");

    internal void AddForeign(string digests, string predicate = """{"a":1}""", string type = Type) =>
        Add(ForeignClaim.Line(Foreigner, ForeignClaim.Statement(digests, type, predicate)));

    internal ClaimFinding[] Verify(SignatureVerifier? verifier = null) =>
        [.. new ClaimVerifier(Model.Verify()).VerifyFile(Path, verifier ?? Trusting(Claimant.PublicKey), CancellationToken.None)];

    /// <summary>What became of each line: <c>counts</c>, or the identifier of the refusal.</summary>
    internal string[] Outcomes(SignatureVerifier? verifier = null) => [.. Verify(verifier).Select(Outcome)];

    internal static string Outcome(ClaimFinding finding) => finding.Refusal?.Definition.Id ?? "counts";

    public void Dispose()
    {
        Model.Dispose();
        Claimant.Dispose();
        Foreigner.Dispose();
    }
}
