using System.Globalization;
using System.Net;
using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning;

/// <summary>
/// A report as one page of HTML. All text of it may be an attacker's: each is escaped, first what would control a terminal or mislead a reader, then what a
/// browser would. The page itself forbids the browser scripts and everything from elsewhere.
/// </summary>
/// <param name="title">The page's title.</param>
/// <param name="now">When it was made, in UTC.</param>
/// <param name="models">The models.</param>
internal sealed class ReportPage(string title, DateTimeOffset now, IReadOnlyList<ReportedModel> models)
{
    // A folder of a million unsigned files must not become a page that no browser opens.
    private const int MaximumItems = 100;

    private const string Head = """
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <style>
        :root { --text: #1b1f24; --back: #fff; --soft: #5b6570; --line: #d5dae0; --bad: #b3261e; --good: #1a6b35; --card: #f6f8fa; }
        @media (prefers-color-scheme: dark) { :root { --text: #e3e7eb; --back: #14181d; --soft: #9aa5b1; --line: #333b45; --bad: #ff8a80; --good: #7ddb96; --card: #1c2229; } }
        body { margin: 2rem auto; max-width: 64rem; padding: 0 1rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
        h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; } h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; }
        .soft { color: var(--soft); } .bad { color: var(--bad); } .good { color: var(--good); }
        .answer { margin: 1rem 0; font-size: 1.2rem; font-weight: 600; }
        article { margin: .75rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-left: .3rem solid var(--good); border-radius: .3rem; background: var(--card); }
        article.failed { border-left-color: var(--bad); }
        p { margin: .25rem 0; overflow-wrap: anywhere; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .5rem 0 0; font-size: .9rem; }
        dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        ul { margin: 0; padding-left: 1.2rem; }
        </style>
        """;

    /// <summary>Writes the page.</summary>
    internal string Write()
    {
        ReportedModel[] failed = [.. models.Where(model => !model.IsValid).OrderBy(model => model.Path, StringComparer.Ordinal)];
        ReportedModel[] valid = [.. models.Where(model => model.IsValid).OrderBy(model => model.Path, StringComparer.Ordinal)];
        StringBuilder page = new();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n").Append(Head.ReplaceLineEndings("\n"))
            .Append("\n<title>").Append(Html(title)).Append("</title>\n</head>\n<body>\n<header>\n<h1>").Append(Html(title)).Append("</h1>\n<p class=\"soft\">")
            .Append(Rfc3339.Write(now)).Append("</p>\n").Append(Answer(failed.Length, valid.Count(model => model.IsLimited))).Append("</header>\n<main>\n");
        Section(page, "Not valid", failed);
        Section(page, "Valid", valid);
        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private string Answer(int failed, int limited) => (models.Count, failed) switch
    {
        (_, 0) when limited > 0 =>
            $"<p class=\"answer\">Nothing that was checked differs, but of {Quantity.Of(limited, "model")} only a part or a manifest was checked.</p>\n",
        (0, _) => "<p class=\"answer bad\">No models were verified.</p>\n",
        (var all, 0) => $"<p class=\"answer good\">{(all == 1 ? "The model is" : $"All {Quantity.Of(all, "model")} are")} valid.</p>\n",
        (var all, _) => Invariant($"<p class=\"answer bad\">{failed} of {Quantity.Of(all, "model")} {(failed == 1 ? "is" : "are")} not valid.</p>\n"),
    };

    private static void Section(StringBuilder page, string caption, ReportedModel[] models)
    {
        if (models.Length == 0)
        {
            return;
        }

        page.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>{caption} ({models.Length})</h2>\n");
        foreach (ReportedModel model in models)
        {
            page.Append(model.IsValid ? "<article>\n" : "<article class=\"failed\">\n")
                .Append("<h3>").Append(Html(model.Path)).Append("</h3>\n<p><strong class=\"").Append(model.IsValid ? "good" : "bad").Append("\">").Append(Html(model.Status))
                .Append("</strong> ").Append(Html(model.Message)).Append("</p>\n<dl>\n");
            foreach ((string name, string value) in model.Facts)
            {
                page.Append("<dt>").Append(name).Append("</dt><dd>").Append(Html(value)).Append("</dd>\n");
            }

            foreach ((string name, IReadOnlyList<string> items) in model.Lists)
            {
                page.Append("<dt>").Append(name).Append("</dt><dd><ul>");
                foreach (string item in items.Take(MaximumItems))
                {
                    page.Append("<li>").Append(Html(item)).Append("</li>");
                }

                page.Append(items.Count > MaximumItems ? Invariant($"<li>and {items.Count - MaximumItems} more</li>") : "").Append("</ul></dd>\n");
            }

            page.Append("</dl>\n</article>\n");
        }

        page.Append("</section>\n");
    }

    private static string Html(string text) => WebUtility.HtmlEncode(PrintableText.Of(text));
}
