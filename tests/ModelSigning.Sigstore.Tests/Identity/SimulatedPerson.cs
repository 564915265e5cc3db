using ModelSigning.Sigstore.Identity.Interactive;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Identity;

/// <summary>A person who does what the command shows: opens the address, types the code, confirms the device.</summary>
internal sealed class SimulatedPerson : IInteraction, IDisposable
{
    private readonly HttpClient _browser = new(new SocketsHttpHandler { AllowAutoRedirect = true, UseProxy = false });

    /// <summary>Everything that was shown.</summary>
    public List<string> Shown { get; } = [];

    /// <summary>The page that the browser ended at.</summary>
    public Task<string> Page { get; private set; } = Task.FromResult("");

    /// <summary>Whether a browser can be started.</summary>
    public bool HasBrowser { get; init; } = true;

    /// <summary>Whether anybody follows what is shown.</summary>
    public bool IsThere { get; init; } = true;

    /// <summary>Runs between the command's address and the browser's request.</summary>
    public Func<Uri, Uri> Redirects { get; init; } = address => address;

    /// <summary>The provider, to be told to answer with another sign-in's state first; null answers with the right one at once.</summary>
    public Faults? OtherStateFirst { get; init; }

    /// <summary>The page that the answer with another state led to.</summary>
    public string FirstPage { get; private set; } = "";

    public bool OpenBrowser(Uri address)
    {
        if (HasBrowser && IsThere)
        {
            Page = OtherStateFirst is { } faults ? OpenTwiceAsync(address, faults) : _browser.GetStringAsync(Redirects(address));
        }

        return HasBrowser;
    }

    public void Show(string text)
    {
        Shown.Add(text);
        if (IsThere && text.Split(' ').FirstOrDefault(word => word.StartsWith("http", StringComparison.Ordinal)) is { } address)
        {
            Page = _browser.GetStringAsync(new Uri(address));
            if (text.Contains("confirm the code", StringComparison.Ordinal))
            {
                // Nobody serves this page but the provider: confirmed before the first question, it needs no thread while the command asks.
                Page.Wait();
            }
        }
    }

    public string AskForCode() => IsThere ? Page.GetAwaiter().GetResult() : "";

    private async Task<string> OpenTwiceAsync(Uri address, Faults faults)
    {
        faults.Set(Fault.OidcOtherState);
        using (HttpResponseMessage first = await _browser.GetAsync(address))
        {
            FirstPage = await first.Content.ReadAsStringAsync();
        }

        faults.Set();
        return await _browser.GetStringAsync(address);
    }

    public void Dispose() => _browser.Dispose();
}
