using System.Security.Cryptography.X509Certificates;
using System.Text;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys;
using ModelSigning.Core.Timestamps;

namespace ModelSigning.Core.Policy;

/// <summary>Keys and certificates of a policy, which holds each as a file's path or as its PEM text.</summary>
internal static class PolicyFiles
{
    private const string TimestampMember = "timestampAuthorities";

    /// <summary>The public key of a member that must be there.</summary>
    /// <param name="signer">The signer.</param>
    /// <param name="name">The member.</param>
    /// <exception cref="ModelSigningException">The member or the key is wrong.</exception>
    public static EcPublicKey PublicKey(PolicyElement signer, string name)
    {
        ArgumentNullException.ThrowIfNull(signer);
        string text = signer.Text(name);
        return IsPem(text) ? PublicKeyPem.Parse(text, signer.Where) : AtItsPlace(signer, () => KeyFile.ReadPublic(signer.FullPath(text)));
    }

    /// <summary>The certificates of a member, each value a file or PEM text with one or several; none when it is absent.</summary>
    /// <inheritdoc cref="PublicKey"/>
    public static IReadOnlyList<X509Certificate2> Certificates(PolicyElement signer, string name)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return [.. signer.Texts(name).SelectMany(text => IsPem(text)
            ? CertificateReader.Parse(Encoding.UTF8.GetBytes(text), signer.Where)
            : AtItsPlace(signer, () => CertificateReader.ReadFile(signer.FullPath(text))))];
    }

    /// <summary>The timestamp authorities that a signer's rule trusts; none when it names none.</summary>
    /// <inheritdoc cref="PublicKey"/>
    public static IReadOnlyList<TimestampAuthority> TimestampAuthorities(PolicyElement signer) =>
        TrustedTimestampAuthorities.Of(Certificates(signer, TimestampMember), allowPartialChain: false);

    // A file that cannot be read is looked for in the policy, not in the command.
    private static T AtItsPlace<T>(PolicyElement signer, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ModelSigningException refusal)
        {
            throw new ModelSigningException(refusal.Definition, $"{signer.WhereInFile}: {refusal.Message}", refusal.Target, refusal);
        }
    }

    private static bool IsPem(string value) => value.Contains("-----BEGIN ", StringComparison.Ordinal);
}
