using System.Xml.Linq;

namespace ModelSigning.Packaging.Help;

/// <summary>Turns elements of a documentation comment into text.</summary>
internal static class CommentText
{
    /// <summary>The paragraphs of an element: its <c>para</c> elements, or all of it when it has none.</summary>
    public static IReadOnlyList<string> Paragraphs(XElement? element) => element is null ? []
        : [.. (element.Elements("para").Any() ? element.Elements("para") : [element]).Select(Line).Where(text => text.Length > 0)];

    /// <summary>The lines of a <c>code</c> element, without the indentation that they have in the comment.</summary>
    public static string Code(XElement? element)
    {
        string[] lines = (element?.Value ?? "").ReplaceLineEndings("\n").Trim('\n').TrimEnd().Split('\n');
        int indentation = lines.Skip(1).Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select((line, index) => index == 0 ? line.TrimStart() : line.Length < indentation ? "" : line[indentation..]));
    }

    private static string Line(XElement element) =>
        string.Join(' ', string.Concat(element.Nodes().Select(Text)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "paramref" } reference => Name(reference),
        XElement element => element.Value,
        _ => "",
    };

    // <see cref="P:ModelSigning.SignedModel.Path"/> reads "Path", <see langword="null"/> reads "null".
    private static string Name(XElement reference)
    {
        string name = (string?)reference.Attribute("cref") ?? (string?)reference.Attribute("langword") ?? (string?)reference.Attribute("name") ?? reference.Value;
        return name.Split('(')[0].Split('.', ':')[^1];
    }
}
