namespace ModelSigning.Sigstore.Identity.Interactive;

/// <summary>The person at the keyboard, as far as signing in needs one; a cmdlet implements it with its host.</summary>
public interface IInteraction
{
    /// <summary>Opens a page in the person's browser.</summary>
    /// <returns>Whether a browser could be started; the address is shown in any case.</returns>
    bool OpenBrowser(Uri address);

    /// <summary>Shows a line.</summary>
    void Show(string text);

    /// <summary>Asks for the code that the browser shows.</summary>
    /// <returns>What was typed; empty when nothing was.</returns>
    string AskForCode();
}
