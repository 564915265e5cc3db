using System.Diagnostics;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Sigstore.Identity;
using ModelSigning.Sigstore.Identity.Interactive;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Identity;

/// <summary>
/// Signs in with Chromium, which opens connections ahead of need, asks for icons and holds pages to their policies. Set MODELSIGNING_SCREENSHOTS
/// to a folder to see the pages that a person sees.
/// </summary>
public sealed class BrowserTests
{
    [Theory]
    [InlineData("follow")]
    [InlineData("spare")]
    [InlineData("closed")]
    public async Task A_person_signs_in_and_the_page_says_so(string scenario)
    {
        using Chromium person = new(scenario, "success-" + scenario);
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using IdentityToken token = await person.SignInAsync(server);
        Assert.Equal("alice@sigstore.test", token.Claims.Email);
        Visit visit = await person.Visit;
        (string title, string text) = visit.Shown[^1];
        Assert.Equal("You are signed in - ModelSigning", title);
        Assert.Contains("You can close this window.", text, StringComparison.Ordinal);
        Assert.Contains("ModelSigning for PowerShell", text, StringComparison.Ordinal);
        Assert.Empty(visit.Elsewhere);
    }

    [Fact]
    public async Task A_refusal_of_the_provider_is_a_page_that_says_so()
    {
        using Chromium person = new("follow", "failure");
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        server.Instance.Faults.Set(Fault.OidcRefuses);
        Assert.Equal("IdentityProviderRefused", (await Assert.ThrowsAsync<ModelSigningException>(() => person.SignInAsync(server))).Definition.Id);
        (string title, string text) = (await person.Visit).Shown[^1];
        Assert.Equal("The sign-in failed - ModelSigning", title);
        Assert.Contains("refused the sign-in", text, StringComparison.Ordinal);
        Assert.Contains("You can close this window.", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_of_another_sign_in_shows_so_and_ends_nothing()
    {
        using Chromium person = new("other-state", "other-state");
        await using SigstoreServer server = await SigstoreServer.StartAsync();
        using IdentityToken token = await person.SignInAsync(server);
        Visit visit = await person.Visit;
        Assert.StartsWith("This is not the sign-in that PowerShell is waiting for", visit.Shown[0].Title, StringComparison.Ordinal);
        Assert.StartsWith("You are signed in", visit.Shown[1].Title, StringComparison.Ordinal);
    }

    /// <summary>What the browser showed, and the addresses that it asked beside the loopback ones.</summary>
    private sealed record Visit(IReadOnlyList<(string Title, string Text)> Shown, IReadOnlyList<string> Elsewhere);

    /// <summary>A person with Chromium; the test is skipped where it, node or the driver is absent.</summary>
    private sealed class Chromium : IInteraction, IDisposable
    {
        private readonly CancellationTokenSource _gone = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        private readonly string _browser, _node, _script, _scenario;
        private readonly string? _screenshot;

        public Chromium(string scenario, string screenshot)
        {
            _scenario = scenario;
            _script = Path.Join(Folder(), "sign-in.mjs");
            string? browser = ProgramFile.Find("chromium"), node = ProgramFile.Find("node");
            Assert.SkipWhen(browser is null, "Chromium is not installed.");
            Assert.SkipWhen(node is null, "Node.js is not installed.");
            Assert.SkipUnless(Directory.Exists(Path.Join(Folder(), "node_modules", "playwright-core")), "The browser's driver is not installed: run npm ci in tests/Browser.");
            (_browser, _node) = (browser, node);
            _screenshot = Environment.GetEnvironmentVariable("MODELSIGNING_SCREENSHOTS") is { Length: > 0 } folder ? Path.Join(folder, screenshot) : null;
        }

        public Task<Visit> Visit { get; private set; } = Task.FromException<Visit>(new InvalidOperationException("No browser was opened."));

        /// <summary>Signs in. A browser that fails ends it with the browser's complaint, which a sign-in that waits for it would hide.</summary>
        public async Task<IdentityToken> SignInAsync(SigstoreServer server)
        {
            IdentityOptions options = new()
            {
                Flow = SignInFlow.Browser,
                Interaction = this,
                Environment = Identities.Environment(),
                SignInTimeout = TimeSpan.FromMinutes(2),
            };
            try
            {
                return Identities.Get(options, server.Instance.OpenId.Issuer, _gone.Token);
            }
            catch (OperationCanceledException) when (Visit.IsFaulted)
            {
                await Visit;
                throw;
            }
        }

        public void Dispose() => _gone.Dispose();

        public bool OpenBrowser(Uri address)
        {
            ProcessStartInfo start = new(_node, [_script, _browser, _scenario, address.AbsoluteUri, .. _screenshot is null ? Array.Empty<string>() : [_screenshot]])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            Visit = WatchAsync(Process.Start(start)!);
            _ = Visit.ContinueWith(_ => _gone.Cancel(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return true;
        }

        public void Show(string text)
        {
        }

        public string AskForCode() => throw new InvalidOperationException("Nobody is asked for a code.");

        private static async Task<Visit> WatchAsync(Process process)
        {
            using (process)
            {
                Task<string> complaints = process.StandardError.ReadToEndAsync();
                string output = await process.StandardOutput.ReadToEndAsync();
                await process.WaitForExitAsync();
                Assert.True(process.ExitCode == 0, await complaints);
                using JsonDocument document = JsonDocument.Parse(output);
                return new Visit(
                    [.. document.RootElement.GetProperty("shown").EnumerateArray().Select(page => (page.GetProperty("title").GetString()!, page.GetProperty("text").GetString()!))],
                    [.. document.RootElement.GetProperty("elsewhere").EnumerateArray().Select(url => url.GetString()!)]);
            }
        }

        private static string Folder() => Path.Join(SharedData.RepositoryRoot, "tests", "Browser");
    }
}
