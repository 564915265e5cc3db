using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelSigning.Testing;

/// <summary>
/// A PKCS#11 token in software (SoftHSM2) of a test run's own, in a temporary folder. SoftHSM reads its configuration from the
/// environment when it is loaded, so there is one for the whole process.
/// </summary>
public sealed class SoftHsm : IDisposable
{
    /// <summary>The user's PIN.</summary>
    public const string Pin = "1234-Ünïcode";

    /// <summary>The token's label.</summary>
    public const string Label = "Model signing";

    /// <summary>The label of a second token, which has no key.</summary>
    public const string EmptyLabel = "Empty token";

    private static readonly string[] Modules =
    [
        "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so", "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    ];

    private readonly TemporaryFolder _folder = new();
    private readonly string? _missing;

    /// <summary>Makes the token, where SoftHSM is installed.</summary>
    public SoftHsm()
    {
        string? module = Modules.FirstOrDefault(File.Exists);
        _missing = module is null ? "SoftHSM2 is not installed (Debian: softhsm2)."
            : !IsInstalled("softhsm2-util") ? "softhsm2-util is not installed (Debian: softhsm2)."
            : !IsInstalled("pkcs11-tool") ? "pkcs11-tool is not installed (Debian: opensc)."
            : null;
        ModulePath = module ?? "";
        if (_missing is null)
        {
            Initialise();
        }
    }

    /// <summary>The module's file.</summary>
    public string ModulePath { get; }

    /// <summary>Skips the running test where SoftHSM is absent.</summary>
    public void Require()
    {
        if (_missing is not null)
        {
            Assert.Skip(_missing);
        }
    }

    /// <summary>The URI of one of the token's keys: <c>key-256</c> (id 01), <c>key-384</c> (02), <c>key-521</c> (03), <c>rsa</c> (04).</summary>
    public string Uri(string label) => $"pkcs11:token=Model%20signing;object={label};type=private?module-path={ModulePath}";

    /// <summary>Runs pkcs11-tool on the module.</summary>
    /// <returns>What it wrote.</returns>
    public string Tool(params string[] arguments) => Run("pkcs11-tool", ["--module", ModulePath, .. arguments]);

    /// <summary>Runs pkcs11-tool on the token with its PIN.</summary>
    /// <returns>What it wrote.</returns>
    public string ToolWithPin(params string[] arguments) => Tool(["--token-label", Label, "--login", "--pin", Pin, .. arguments]);

    /// <summary>A path in the token's folder.</summary>
    public string this[string relative] => _folder[relative];

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private void Initialise()
    {
        Directory.CreateDirectory(_folder["tokens"]);
        string configuration = _folder.Write("softhsm2.conf", $"directories.tokendir = {_folder["tokens"]}\nobjectstore.backend = file\nlog.level = ERROR\n");

        // The runtime keeps its own copy of the environment; a native library sees only the C library's.
        if (SetEnvironment("SOFTHSM2_CONF\0"u8.ToArray(), Encoding.UTF8.GetBytes(configuration + '\0'), 1) != 0)
        {
            throw new InvalidOperationException("The environment could not be changed.");
        }

        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", configuration);
        foreach (string label in (string[])[Label, EmptyLabel])
        {
            Run("softhsm2-util", ["--init-token", "--free", "--label", label, "--so-pin", "87654321", "--pin", Pin]);
        }

        MakeKey("EC:prime256v1", "01", "key-256");
        MakeKey("EC:secp384r1", "02", "key-384");
        MakeKey("EC:secp521r1", "03", "key-521");
        MakeKey("rsa:2048", "04", "rsa");
        MakeKey("EC:secp256k1", "05", "k1");
        MakeKey("EC:prime256v1", "06", "twin");
        MakeKey("EC:prime256v1", "07", "twin");
        MakeKey("EC:prime256v1", "21", "shared-a");
        MakeKey("EC:prime256v1", "21", "shared-b");
        ToolWithPin("--keypairgen", "--key-type", "EC:prime256v1", "--label", "no-id", "--usage-sign");

        MakeKey("EC:prime256v1", "26", "alike");
        MakeKey("EC:prime256v1", "26", "alike");
        ToolWithPin("--keypairgen", "--key-type", "EC:prime256v1", "--usage-sign");

        // A public half that was deleted, so that the identifier leads to another key's; and two whose identifiers were exchanged.
        MakeKey("EC:prime256v1", "22", "kept");
        MakeKey("EC:prime256v1", "22", "lost");
        ToolWithPin("--delete-object", "--type", "pubkey", "--label", "lost");
        MakeKey("EC:prime256v1", "23", "changed-a");
        MakeKey("EC:prime256v1", "24", "changed-b");
        SetPublicId("changed-a", "25");
        SetPublicId("changed-b", "23");
        SetPublicId("changed-a", "24");
    }

    private void MakeKey(string type, string id, string label) =>
        ToolWithPin("--keypairgen", "--key-type", type, "--id", id, "--label", label, "--usage-sign");

    private void SetPublicId(string label, string id) => ToolWithPin("--set-id", id, "--type", "pubkey", "--label", label);

    private static bool IsInstalled(string tool) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Join(folder, tool)));

    private static string Run(string tool, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{tool} ended with {process.ExitCode}: {errors.Result}");
    }

    [DllImport("libc", EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment(byte[] name, byte[] value, int overwrite);
}
