using System.Security.Cryptography.X509Certificates;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Certificates;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>
/// What a policy never accepts, whatever its rules say: <c>"revoked": { "keys": [hints], "certificates": [SHA-256 fingerprints], "pins": [pins] }</c>.
/// </summary>
/// <param name="Keys">The hints of keys, in lower-case hexadecimal; that of an authority revokes everything below each of its certificates.</param>
/// <param name="Certificates">The SHA-256 of certificates, in lower-case hexadecimal; that of an authority revokes everything below it.</param>
/// <param name="Pins">The pins of models.</param>
public sealed record Revocations(IReadOnlySet<string> Keys, IReadOnlySet<string> Certificates, IReadOnlySet<string> Pins)
{
    private const int DigestLength = 64;

    /// <summary>The revocations of a policy that has none.</summary>
    public static Revocations None { get; } = new(new HashSet<string>(), new HashSet<string>(), new HashSet<string>());

    internal static Revocations Read(PolicyElement element)
    {
        Revocations read = new(
            Digests(element, "keys", "the hint of a key"),
            Digests(element, "certificates", "the SHA-256 fingerprint of a certificate"),
            element.Texts("pins").Select(pin => element.Pin(pin, "pins")).ToHashSet(StringComparer.Ordinal));
        _ = element.OptionalText("comment");
        element.RefuseOthers();
        return read.Keys.Count + read.Certificates.Count + read.Pins.Count > 0
            ? read
            : throw element.Invalid($"{element.Where} must name keys, certificates or pins.");
    }

    /// <summary>Refuses a signature that names something revoked, before it is known to be true: a forged name only makes a signature fail.</summary>
    /// <exception cref="ModelSigningException"><see cref="PolicyErrors.Revoked"/>.</exception>
    internal void RefuseNamed(VerificationMaterial material, string policy, string model)
    {
        if (material.PublicKey?.Hint is { } hint && Keys.Contains(hint))
        {
            throw Refusal($"the key {hint}", policy, model);
        }

        foreach (ReadOnlyMemory<byte> der in material.X509CertificateChain ?? (material.Certificate is { } one ? [one] : []))
        {
            if (CertificateText.Sha256Fingerprint(der.Span) is var fingerprint && Certificates.Contains(fingerprint))
            {
                throw Refusal($"the certificate {fingerprint}", policy, model);
            }

            // An authority above a certificate that is trusted by itself is nowhere else.
            if (Keys.Count > 0 && KeyTwin.OfUnverified(der) is { } read && read.Hints.FirstOrDefault(Keys.Contains) is { } key)
            {
                throw Refusal($"the key {key} of '{read.Subject}'", policy, model);
            }
        }
    }

    /// <summary>
    /// Refuses a signature if its key, or a certificate or its key in the chains of the signer and of the timestamps, is revoked.
    /// </summary>
    /// <exception cref="ModelSigningException"><see cref="PolicyErrors.Revoked"/>.</exception>
    internal void RefuseSigner(SignatureEvidence evidence, string policy, string model)
    {
        if (Keys.Count > 0 && evidence.KeyHint is { } hint && Keys.Contains(hint))
        {
            throw Refusal($"the key {hint}", policy, model);
        }

        if (Keys.Count > 0 && evidence.Keys.SelectMany(KeyTwin.Hints).FirstOrDefault(Keys.Contains) is { } listed)
        {
            throw Refusal($"the key {listed}", policy, model);
        }

        if (Keys.Count + Certificates.Count > 0)
        {
            // Whoever holds the key of a revoked authority can give any time to a signature.
            foreach (X509Certificate2 certificate in evidence.CertificatePath.Concat(evidence.AuthoritiesAbove).Concat(evidence.TimestampCertificates))
            {
                // Another authority may have certified the same key.
                if (Keys.Count > 0 && KeyTwin.Hints(certificate).FirstOrDefault(Keys.Contains) is { } key)
                {
                    throw Refusal($"the key {key} of '{certificate.DisplaySubject()}'", policy, model);
                }

                if (CertificateTwin.Fingerprints(certificate).FirstOrDefault(Certificates.Contains) is { } fingerprint)
                {
                    throw Refusal($"the certificate {fingerprint} of '{certificate.DisplaySubject()}'", policy, model);
                }
            }
        }
    }

    /// <summary>Refuses a model that is revoked itself, whatever its signature is called now.</summary>
    /// <exception cref="ModelSigningException"><see cref="PolicyErrors.Revoked"/>, or <see cref="PolicyErrors.RevocationUnclear"/>.</exception>
    internal void RefuseModel(Manifest manifest, string policy, string model)
    {
        if (Pins.Count == 0)
        {
            return;
        }

        IEnumerable<string> pins = ModelPin.UnderAnyName(manifest) ?? throw PolicyErrors.RevocationUnclear.At(Invariant($"The signature of '{model}' ignores more than {ModelPin.MaximumNames} paths, too many to compare it with the pins that policy '{policy}' revokes."), model);
        if (pins.FirstOrDefault(Pins.Contains) is { } pin)
        {
            throw Refusal($"the model {pin}", policy, model);
        }
    }

    private static ModelSigningException Refusal(string what, string policy, string model) =>
        PolicyErrors.Revoked.At($"Policy '{policy}' revokes {what}, so '{model}' is refused.", model);

    // Windows and OpenSSL show fingerprints in upper case, and with colons.
    private static HashSet<string> Digests(PolicyElement element, string name, string what) => element.Texts(name).Select(text =>
    {
        string digest = text.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        return digest.Length == DigestLength && digest.All(char.IsAsciiHexDigitLower)
            ? digest
            : throw element.Invalid($"'{text}' in '{name}' of {element.Where} is not {what}: {DigestLength} hexadecimal digits.");
    }).ToHashSet(StringComparer.Ordinal);
}
