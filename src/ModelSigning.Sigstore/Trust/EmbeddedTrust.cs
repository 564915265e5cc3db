using System.Reflection;
using System.Text.Json;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Trust;

/// <summary>
/// The trust of the public Sigstore instance as it was when this module was made. It verifies without any set-up; an update by TUF
/// replaces it.
/// </summary>
internal static class EmbeddedTrust
{
    private static readonly Lazy<TrustedRoot> Parsed = new(() => TrustedRootReader.Parse(Resource("trusted_root.json"), "embedded"));
    private static readonly Lazy<SigningConfig> Services = new(() => SigningConfigReader.Parse(Resource("signing_config.v0.2.json"), "embedded"));
    private static readonly Lazy<(DateTimeOffset Taken, Uri Repository)> Dated = new(ReadDate);

    /// <summary>The address of the public instance's TUF repository.</summary>
    public static Uri Repository => Dated.Value.Repository;

    /// <summary>When the embedded data were published.</summary>
    public static DateTimeOffset Taken => Dated.Value.Taken;

    /// <summary>The trusted root; parsed once in a process.</summary>
    public static TrustedRoot TrustedRoot => Parsed.Value;

    /// <summary>The services that sign; parsed once in a process.</summary>
    public static SigningConfig SigningConfig => Services.Value;

    /// <summary>The TUF root that updates start from.</summary>
    internal static byte[] TufRoot => Resource("root.json");

    private static (DateTimeOffset Taken, Uri Repository) ReadDate()
    {
        using JsonDocument document = JsonDocument.Parse(Resource("embedded.json"));
        return Rfc3339.TryParse(document.RootElement.GetProperty("taken").GetString()!, out DateTimeOffset taken)
            ? (taken, new Uri(document.RootElement.GetProperty("repository").GetString()!))
            : throw new InvalidDataException("The embedded trust has no date.");
    }

    private static byte[] Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
