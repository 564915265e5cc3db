using System.Net;
using System.Net.Sockets;
using System.Text;
using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Identity.Interactive;

/// <summary>The page that a browser shows at the end of a sign-in. It holds texts of this module alone, and loads nothing.</summary>
/// <param name="Status">The status of HTTP.</param>
/// <param name="Mark">The sign in front of the title.</param>
/// <param name="Kind">The kind of outcome: <c>good</c>, <c>bad</c> or <c>none</c>.</param>
/// <param name="Title">What happened.</param>
/// <param name="Text">What to do now.</param>
internal sealed record ResultPage(string Status, string Mark, string Kind, string Title, string Text)
{
    /// <summary>Another address than the redirection's.</summary>
    internal static readonly ResultPage Nothing = new("404 Not Found", "?", "none", "This page does not exist", "You can close this window.");

    /// <summary>A redirection of another sign-in.</summary>
    internal static readonly ResultPage Stranger = new("400 Bad Request", "!", "bad", "This is not the sign-in that PowerShell is waiting for",
        "Sign in again in the window that PowerShell opened. You can close this one.");

    private const string Style = """
        :root{color-scheme:light dark;--back:#f3f4f6;--card:#fff;--text:#1b1f24;--soft:#57606a;--line:#d8dee4;--good:#1a7f37;--bad:#b42318;--none:#57606a}
        @media (prefers-color-scheme:dark){:root{--back:#0d1117;--card:#161b22;--text:#e6edf3;--soft:#9da7b1;--line:#30363d;--good:#3fb950;--bad:#ff7b72;--none:#9da7b1}}
        *{box-sizing:border-box}
        body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.5rem;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,"Segoe UI",sans-serif}
        main{max-width:30rem;width:100%;padding:2.5rem 2rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem;text-align:center}
        .mark{display:inline-grid;place-items:center;width:3.5rem;height:3.5rem;border-radius:50%;border:3px solid currentColor;font-size:1.75rem;font-weight:700}
        .good{color:var(--good)}.bad{color:var(--bad)}.none{color:var(--none)}
        h1{margin:1.25rem 0 .5rem;font-size:1.375rem;line-height:1.3}
        p{margin:0;color:var(--soft);text-wrap:balance}
        footer{margin-top:2rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.875rem}
        """;

    /// <summary>The end of a sign-in.</summary>
    /// <param name="refusal">Why it failed; null when it succeeded.</param>
    internal static ResultPage Of(ErrorDefinition? refusal) => refusal is null
        ? new("200 OK", "\u2713", "good", "You are signed in", "PowerShell continues. You can close this window.")
        : new("200 OK", "!", "bad", "The sign-in failed", $"{refusal.Cause} PowerShell shows the details. You can close this window.");

    /// <summary>Answers a request with the page, and closes the connection.</summary>
    internal static async Task WriteAsync(NetworkStream stream, ResultPage page, CancellationToken cancellationToken)
    {
        string title = WebUtility.HtmlEncode(page.Title);
        string body = $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title} - ModelSigning</title>
            <link rel="icon" href="data:,">
            <style>{Style}</style>
            </head>
            <body>
            <main>
            <span class="mark {page.Kind}" aria-hidden="true">{page.Mark}</span>
            <h1>{title}</h1>
            <p>{WebUtility.HtmlEncode(page.Text)}</p>
            <footer>ModelSigning for PowerShell</footer>
            </main>
            </body>
            </html>

            """;
        byte[] content = Encoding.UTF8.GetBytes(body);
        string head = string.Join("\r\n",
            $"HTTP/1.1 {page.Status}",
            "Content-Type: text/html; charset=utf-8",
            $"Content-Length: {content.Length}",
            "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options: nosniff",
            "Cache-Control: no-store",
            "Referrer-Policy: no-referrer",
            "Connection: close",
            "", "");
        await stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. content], cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }
}
