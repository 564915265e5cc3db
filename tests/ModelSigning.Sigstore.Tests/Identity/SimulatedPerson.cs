using ModelSigning.Sigstore.Identity.Interactive;

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

    public bool OpenBrowser(Uri address)
    {
        if (HasBrowser && IsThere)
        {
            Page = _browser.GetStringAsync(Redirects(address));
        }

        return HasBrowser;
    }

    public void Show(string text)
    {
        Shown.Add(text);
        if (IsThere && text.Split(' ').FirstOrDefault(word => word.StartsWith("http", StringComparison.Ordinal)) is { } address)
        {
            Page = _browser.GetStringAsync(new Uri(address));
        }
    }

    public string AskForCode() => IsThere ? Page.GetAwaiter().GetResult() : "";

    public void Dispose() => _browser.Dispose();
}
