using System.Diagnostics;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Http;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Identity.Ambient;

/// <summary>What ambient token sources look at; a test replaces it.</summary>
internal sealed record AmbientEnvironment
{
    private const int MaximumOutput = IdentityToken.MaximumLength;

    private static readonly InputRules FileRules = new("file", MaximumOutput, IdentityErrors.AmbientTokenUnavailable);

    private static readonly string[] ContinuousIntegrationVariables =
        ["GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "CIRCLECI", "TF_BUILD", "JENKINS_URL", "TEAMCITY_VERSION"];

    /// <summary>Reads an environment variable; null when it is unset or empty.</summary>
    public Func<string, string?> Variable { get; init; } = name => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>The token file that Kubernetes projects into a job that is set up for Sigstore.</summary>
    public string ProjectedTokenFile { get; init; } = "/var/run/sigstore/cosign/oidc-token";

    /// <summary>The file that names the machine's product, by which a Google Cloud machine is recognised.</summary>
    public string ProductNameFile { get; init; } = "/sys/class/dmi/id/product_name";

    /// <summary>Google Cloud's metadata server.</summary>
    public Uri MetadataServer { get; init; } = new("http://metadata.google.internal/");

    /// <summary>Google Cloud's service account interface.</summary>
    public Uri CredentialsService { get; init; } = new("https://iamcredentials.googleapis.com/");

    /// <summary>Runs a program and returns what it writes to its standard output.</summary>
    public Func<string, IReadOnlyList<string>, CancellationToken, string> Run { get; init; } = RunProgram;

    /// <summary>Whether this is a CI job, in which the session cannot prompt.</summary>
    public bool IsContinuousIntegration => Variable("CI") is "true" or "True" or "TRUE" or "1"
        || ContinuousIntegrationVariables.Any(name => Variable(name) is not null);

    /// <summary>A short text file; null when it is absent, longer than a token, not to be read, or not a file.</summary>
    internal static string? ReadFile(string path)
    {
        try
        {
            return Encoding.UTF8.GetString(BoundedFile.Read(path, FileRules));
        }
        catch (ModelSigningException)
        {
            return null;
        }
    }

    private static string RunProgram(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        string path = ProgramFile.Find(program)
            ?? throw Failed(program, "was not found in the absolute folders of PATH", null);
        ProcessStartInfo start = new(path)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            // The current folder may be a model or a checkout of someone else's: neither settings nor programs are to be taken from there.
            WorkingDirectory = Path.GetDirectoryName(path),
        };
        start.Environment["PATH"] = string.Join(Path.PathSeparator, ProgramFile.Folders);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(60));
            using CancellationTokenRegistration killed = deadline.Token.Register(() => Kill(process));
            // Drained, never shown: a program that fails may print what it was working with.
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            char[] buffer = new char[MaximumOutput + 1];
            int length = process.StandardOutput.ReadBlock(buffer, 0, buffer.Length);
            process.WaitForExit();
            cancellationToken.ThrowIfCancellationRequested();
            return process.ExitCode == 0 ? new string(buffer, 0, length) : throw Failed(program, $"ended with status {process.ExitCode}", null);
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
        {
            throw Failed(program, "cannot be run: " + ServiceText.Clean(error.Message), error);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It has ended by itself.
        }
    }

    private static ModelSigningException Failed(string program, string what, Exception? inner) => IdentityErrors.AmbientTokenUnavailable.At(
        $"The program '{program}', which requests identity tokens from this CI service, {what}. Make sure that the job is allowed to request tokens.", program, inner);
}
