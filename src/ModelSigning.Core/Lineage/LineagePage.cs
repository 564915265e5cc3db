using System.Globalization;
using System.Net;
using System.Text;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Lineage;

/// <summary>
/// Writes a graph as one page of HTML with a picture in SVG and a table. The page forbids the browser scripts and everything from elsewhere. A row of the picture is a model, a
/// column is a level; a line leads from each model to what it was made from; to what another row shows already, it runs beside all boxes.
/// </summary>
internal static class LineagePage
{
    private const int RowHeight = 46, BoxHeight = 36, BoxWidth = 380, Indent = 44, Margin = 12, LaneWidth = 12, LongestName = 48, KeptEnd = 20;

    private const string Head = """
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <style>
        :root { --text: #1b1f24; --back: #fff; --soft: #5b6570; --line: #8a949e; --rule: #d5dae0; --bad: #b3261e; --good: #1a6b35; --card: #f6f8fa; }
        @media (prefers-color-scheme: dark) { :root { --text: #e3e7eb; --back: #14181d; --soft: #9aa5b1; --line: #6b7682; --rule: #333b45; --bad: #ff8a80; --good: #7ddb96; --card: #1c2229; } }
        body { margin: 2rem auto; max-width: 72rem; padding: 0 1rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
        h1 { margin: 0 0 .5rem; font-size: 1.6rem; overflow-wrap: anywhere; } h2 { margin: 2rem 0 .5rem; font-size: 1.2rem; }
        .soft { color: var(--soft); } .bad { color: var(--bad); } .good { color: var(--good); }
        .picture { overflow-x: auto; }
        svg text { fill: var(--text); font: 13px system-ui, sans-serif; } svg .small { fill: var(--soft); font-size: 11px; }
        svg rect { fill: var(--card); stroke: var(--good); stroke-width: 1.5; } svg .failed rect { stroke: var(--bad); stroke-width: 2.5; } svg .failed .small { fill: var(--bad); }
        svg circle { fill: var(--line); } svg circle.failed { fill: var(--bad); }
        svg path { fill: none; stroke: var(--line); stroke-width: 1.5; } svg path.failed { stroke: var(--bad); stroke-dasharray: 5 3; }
        th { white-space: nowrap; } table { border-collapse: collapse; width: 100%; font-size: .9rem; } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
        td:nth-child(3) { white-space: nowrap; overflow-wrap: normal; }
        </style>
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="now">When it was made, in UTC.</param>
    public static string Write(LineageGraph graph, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(graph);
        (LineageEdge Edge, int Depth, bool IsRepeated)[] rows = [.. graph.Tree()];
        string title = Html($"Lineage of {graph.Nodes[0].Name}");
        StringBuilder page = new();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n").Append(Head.ReplaceLineEndings("\n")).Append("\n<title>").Append(title).Append("</title>\n</head>\n<body>\n<h1>").Append(title)
            .Append("</h1>\n<p class=\"soft\">").Append(now.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)).Append("</p>\n").Append(Answer(graph))
            .Append("<div class=\"picture\">\n");
        Draw(page, graph, rows);
        page.Append("</div>\n<h2>What was found</h2>\n<table>\n<thead><tr><th>Name</th><th>What it is</th><th>Verdict</th><th>Where and why</th></tr></thead>\n<tbody>\n");
        Row(page, graph.Nodes[0], "the model", graph.Nodes[0].Verdict, graph.Nodes[0].Reason);
        foreach ((LineageEdge edge, _, _) in rows.Where(row => !row.IsRepeated || row.Edge.Fault is not null))
        {
            string sources = string.Join(", ", edge.Named.Select(named => named.Source).Distinct(StringComparer.Ordinal));
            Row(page, edge.To, $"{LineageText.Words(edge.Relation)} of {edge.From.Name}, named in {sources}", edge.Verdict, edge.Fault is null ? edge.To.Reason : edge.FaultReason);
        }

        return page.Append("</tbody>\n</table>\n</body>\n</html>\n").ToString();
    }

    private static string Answer(LineageGraph graph)
    {
        int bad = graph.Nodes.Count(node => node.Verdict != LineageVerdicts.Valid), faults = graph.Edges.Count(edge => edge.Fault is not null);
        return bad + faults == 0
            ? "<p class=\"good\"><strong>Everything that is named was found and verifies.</strong></p>\n"
            : Invariant($"<p class=\"bad\"><strong>{bad} of {graph.Nodes.Count} do not verify or are missing, and {faults} of {graph.Edges.Count} references are doubtful.</strong></p>\n");
    }

    private static void Draw(StringBuilder page, LineageGraph graph, (LineageEdge Edge, int Depth, bool IsRepeated)[] rows)
    {
        Dictionary<LineageNode, (int X, int Y)> places = new() { [graph.Nodes[0]] = (Margin, Margin) };
        foreach ((LineageEdge edge, int depth, _) in rows)
        {
            places.TryAdd(edge.To, (Margin + (depth * Indent), Margin + (places.Count * RowHeight)));
        }

        Dictionary<LineageNode, int> lanes = Lanes(rows, places, out int count);
        int right = places.Values.Max(place => place.X) + BoxWidth + Margin, width = right + (count * LaneWidth) + Margin, height = (places.Count * RowHeight) + Margin;
        page.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"The graph; the table below says the same\">\n");
        foreach ((LineageEdge edge, _, bool isRepeated) in rows)
        {
            (int fromX, int fromY) = places[edge.From];
            (int toX, int toY) = places[edge.To];
            string style = edge.Fault is null ? "" : " class=\"failed\"";
            if (!isRepeated)
            {
                page.Append(CultureInfo.InvariantCulture, $"<path{style} d=\"M{fromX + (Indent / 2)} {fromY + BoxHeight} V{toY + (BoxHeight / 2)} H{toX}\"/>\n");
                continue;
            }

            // Lines go out in the lower half of a box and come in, with an arrow, in the upper one. A dot is where a line joins a lane, and does not only cross it.
            int lane = right + (lanes[edge.To] * LaneWidth), leaves = fromY + (BoxHeight * 3 / 4), into = toY + (BoxHeight / 4), side = toX + BoxWidth;
            page.Append(CultureInfo.InvariantCulture, $"<path{style} d=\"M{fromX + BoxWidth} {leaves} H{lane} V{into} H{side} M{side + 7} {into - 4} L{side + 1} {into} L{side + 7} {into + 4}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<circle{style} cx=\"{lane}\" cy=\"{leaves}\" r=\"2.5\"/>\n");
        }

        Dictionary<LineageNode, LineageEdge> namings = [];
        foreach ((LineageEdge edge, _, _) in rows)
        {
            namings.TryAdd(edge.To, edge);
        }

        foreach ((LineageNode node, (int x, int y)) in places)
        {
            LineageEdge? naming = namings.GetValueOrDefault(node);
            string verdict = naming?.Fault is { } fault ? $"{node.Verdict}, {fault}" : node.Verdict;
            bool isBad = node.Verdict != LineageVerdicts.Valid || naming?.Fault is not null;
            page.Append(CultureInfo.InvariantCulture, $"<g{(isBad ? " class=\"failed\"" : "")}><title>{Html(node.Name)}: {Html(node.Reason)}</title><rect x=\"{x}\" y=\"{y}\" width=\"{BoxWidth}\" height=\"{BoxHeight}\" rx=\"5\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{x + 10}\" y=\"{y + 15}\">{Html(Short(node.Name))}</text>")
                .Append(CultureInfo.InvariantCulture, $"<text class=\"small\" x=\"{x + 10}\" y=\"{y + 29}\">{Html(verdict)}{(naming is null ? "" : Html($" · {LineageText.Words(naming.Relation)}"))}</text></g>\n");
        }

        page.Append("</svg>\n");
    }

    // A lane for each that is named again, so that no line crosses a box; lanes whose lines do not overlap are one.
    private static Dictionary<LineageNode, int> Lanes((LineageEdge Edge, int Depth, bool IsRepeated)[] rows, Dictionary<LineageNode, (int X, int Y)> places, out int count)
    {
        Dictionary<LineageNode, int> lanes = [];
        List<int> ends = [];
        foreach ((LineageNode to, int top, int bottom) in rows.Where(row => row.IsRepeated).GroupBy(row => row.Edge.To)
            .Select(named => (named.Key, Ys: named.Select(row => places[row.Edge.From].Y).Append(places[named.Key].Y).ToArray()))
            .Select(one => (one.Key, Top: one.Ys.Min(), Bottom: one.Ys.Max())).OrderBy(one => one.Top))
        {
            int lane = ends.FindIndex(end => end < top);
            if (lane < 0)
            {
                lane = ends.Count;
                ends.Add(bottom);
            }

            ends[lane] = bottom;
            lanes.Add(to, lane);
        }

        count = ends.Count;
        return lanes;
    }

    private static void Row(StringBuilder page, LineageNode node, string what, string verdict, string why)
    {
        page.Append("<tr><td>").Append(Html(node.Name)).Append("</td><td>").Append(Html(what)).Append("</td><td class=\"").Append(verdict == LineageVerdicts.Valid ? "good" : "bad").Append("\">").Append(Html(verdict))
            .Append("</td><td>").Append(Html(why));
        foreach (string more in new[] { node.Path is null ? "" : $"Path: {node.Path}", node.Facts?.Signer is { } signer ? $"Signer: {signer}" : "" }.Concat(node.Facts?.Remarks ?? []).Where(more => more.Length > 0))
        {
            page.Append("<br><span class=\"soft\">").Append(Html(more)).Append("</span>");
        }

        page.Append("</td></tr>\n");
    }

    // Names of models often differ at their end only.
    private static string Short(string name) => name.Length <= LongestName ? name : $"{name[..(LongestName - 1 - KeptEnd)]}…{name[^KeptEnd..]}";

    private static string Html(string text) => WebUtility.HtmlEncode(PrintableText.Of(text));
}
