using System.Xml.Linq;

namespace ModelSigning.Packaging.Help;

/// <summary>The documentation file that the compiler writes: comments by the identifiers of C#'s specification (annex D).</summary>
internal sealed class DocumentationComments
{
    private readonly Dictionary<string, XElement> _members;

    private DocumentationComments(Dictionary<string, XElement> members) => _members = members;

    /// <summary>Reads a documentation file.</summary>
    public static DocumentationComments Load(string path) => new(XDocument.Load(path, LoadOptions.PreserveWhitespace)
        .Descendants("member").ToDictionary(member => (string)member.Attribute("name")!, StringComparer.Ordinal));

    /// <summary>The comment of a class; empty when it has none.</summary>
    public XElement Of(Type type) => _members.GetValueOrDefault("T:" + type.FullName) ?? new XElement("member");

    /// <summary>The comment of a property: its own, or the one that it inherits from a base class or from what it names; empty when there is none.</summary>
    public XElement Of(Type type, string property)
    {
        for (Type? declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            if (_members.TryGetValue($"P:{declaring.FullName}.{property}", out XElement? comment))
            {
                if (comment.Element("inheritdoc") is not { } inherited)
                {
                    return comment;
                }

                if ((string?)inherited.Attribute("cref") is { } named && _members.TryGetValue(named, out XElement? other))
                {
                    return other;
                }
            }
        }

        return new XElement("member");
    }
}
