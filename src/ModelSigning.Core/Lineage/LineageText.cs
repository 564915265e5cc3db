using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Lineage;

/// <summary>
/// Writes graphs as text. Every name may be an attacker's: each form gets what its reader would obey as an escape, after the characters that a terminal would obey.
/// </summary>
internal static class LineageText
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.Default };

    /// <summary>A tree for a terminal.</summary>
    public static string Tree(LineageGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        StringBuilder text = new();
        text.Append(PrintableText.Of($"{graph.Nodes[0].Name} [{graph.Nodes[0].Verdict}]"));
        (LineageEdge Edge, int Depth, bool IsRepeated)[] rows = [.. graph.Tree()];
        bool[] goesOn = new bool[LineageGraph.MaximumDepth + 2];
        string[] lines = new string[rows.Length];

        // From the last row up, so that each knows whether another follows at its level.
        for (int index = rows.Length - 1; index >= 0; index--)
        {
            (LineageEdge edge, int depth, bool isRepeated) = rows[index];
            StringBuilder line = new();
            for (int level = 1; level < depth; level++)
            {
                line.Append(goesOn[level] ? "│  " : "   ");
            }

            line.Append(goesOn[depth] ? "├─ " : "└─ ").Append(PrintableText.Of($"{edge.To.Name} [{edge.Verdict}] {Words(edge.Relation)}{(isRepeated ? ", see above" : "")}"));
            lines[index] = line.ToString();
            goesOn[depth] = true;
            goesOn.AsSpan(depth + 1).Clear();
        }

        return text.AppendJoin("", lines.Select(line => "\n" + line)).ToString();
    }

    /// <summary>A flow chart of Mermaid, which GitHub and others draw.</summary>
    public static string Mermaid(LineageGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        StringBuilder text = new("flowchart TD\n");
        foreach (LineageNode node in graph.Nodes)
        {
            text.Append(CultureInfo.InvariantCulture, $"    n{node.Number}[\"{MermaidText(node.Name)}<br/>{MermaidText(node.Verdict)}\"]\n");
        }

        foreach (LineageEdge edge in graph.Edges)
        {
            text.Append(CultureInfo.InvariantCulture, $"    n{edge.From.Number} -->|\"{MermaidText(Words(edge.Relation) + (edge.Fault is null ? "" : $": {edge.Fault}"))}\"| n{edge.To.Number}\n");
        }

        string[] bad = [.. graph.Nodes.Where(node => node.Verdict != LineageVerdicts.Valid).Select(node => $"n{node.Number}")];
        return text.Append(bad.Length == 0 ? "" : $"    classDef bad stroke:#b3261e,stroke-width:3px\n    class {string.Join(',', bad)} bad\n").ToString();
    }

    /// <summary>A graph in the language of Graphviz.</summary>
    public static string Dot(LineageGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        StringBuilder text = new("digraph lineage {\n    node [shape=box];\n");
        foreach (LineageNode node in graph.Nodes)
        {
            string colour = node.Verdict == LineageVerdicts.Valid ? "" : ", color=\"#b3261e\"";
            text.Append(CultureInfo.InvariantCulture, $"    n{node.Number} [label=\"{DotText(node.Name)}\\n{DotText(node.Verdict)}\"{colour}];\n");
        }

        foreach (LineageEdge edge in graph.Edges)
        {
            text.Append(CultureInfo.InvariantCulture, $"    n{edge.From.Number} -> n{edge.To.Number} [label=\"{DotText(Words(edge.Relation) + (edge.Fault is null ? "" : $": {edge.Fault}"))}\"];\n");
        }

        return text.Append("}\n").ToString();
    }

    /// <summary>An object with <c>nodes</c> and <c>edges</c>, for programs. What an attacker wrote is exact, and escaped as JSON and HTML need it.</summary>
    public static string Json(LineageGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream, Options))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("nodes");
            foreach (LineageNode node in graph.Nodes)
            {
                WriteNode(writer, node);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("edges");
            foreach (LineageEdge edge in graph.Edges)
            {
                WriteEdge(writer, edge);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>A relation in words.</summary>
    public static string Words(LineageRelation relation) => relation switch
    {
        LineageRelation.BaseModel => "base model",
        LineageRelation.Dataset => "dataset",
        LineageRelation.Software => "software",
        LineageRelation.Evaluation => "evaluation",
        _ => "material",
    };

    private static void WriteNode(Utf8JsonWriter writer, LineageNode node)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id", node.Number);
        writer.WriteString("name", node.Name);
        writer.WriteString("verdict", node.Verdict);
        writer.WriteString("reason", node.Reason);
        writer.WriteString("path", node.Path);
        writer.WriteString("signer", node.Facts?.Signer);
        writer.WriteString("trustRule", node.Facts?.TrustRule);
        writer.WriteString("rootDigest", node.Facts?.RootDigest);
        writer.WriteStartArray("remarks");
        foreach (string remark in node.Facts?.Remarks ?? [])
        {
            writer.WriteStringValue(remark);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteEdge(Utf8JsonWriter writer, LineageEdge edge)
    {
        writer.WriteStartObject();
        writer.WriteNumber("from", edge.From.Number);
        writer.WriteNumber("to", edge.To.Number);
        writer.WriteString("relation", edge.Relation.ToString());
        writer.WriteString("fault", edge.Fault);
        writer.WriteString("reason", edge.FaultReason);
        writer.WriteStartArray("namedIn");
        foreach (NamedAncestor named in edge.Named)
        {
            writer.WriteStartObject();
            writer.WriteString("source", named.Source);
            writer.WriteString("revision", named.Revision);
            writer.WriteString("rootDigest", named.RootDigest);
            writer.WriteBoolean("signed", named.IsSigned);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    // Mermaid reads entities with # in quotes; everything that is not a plain character of a name becomes one.
    private static string MermaidText(string text) => string.Concat(PrintableText.Of(text).EnumerateRunes().Select(rune =>
        Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '.' or '_' or '-' or '/' ? rune.ToString() : Invariant($"#{rune.Value};")));

    private static string DotText(string text) => PrintableText.Of(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
