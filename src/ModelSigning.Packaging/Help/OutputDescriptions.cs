using System.Management.Automation;
using System.Reflection;

namespace ModelSigning.Packaging.Help;

/// <summary>Describes the types that a cmdlet writes, and those of ours that their properties have.</summary>
internal static class OutputDescriptions
{
    /// <summary>The types of a cmdlet: what it writes first.</summary>
    public static IReadOnlyList<OutputDescription> Of(CmdletInfo cmdlet, DocumentationComments comments)
    {
        Assembly ours = cmdlet.ImplementingType.Assembly;
        List<OutputDescription> described = [.. cmdlet.OutputType.DistinctBy(type => type.Name).Select(output => Describe(output.Name, output.Type, ours, comments))];
        Queue<Type> open = new(cmdlet.OutputType.Select(output => output.Type).Where(type => type?.Assembly == ours)!);
        HashSet<Type> seen = [.. open];
        while (open.TryDequeue(out Type? type))
        {
            foreach (Type inner in Properties(type).Select(property => Element(property.PropertyType)).Where(inner => inner.Assembly == ours && seen.Add(inner)))
            {
                described.Add(Describe(inner.FullName!, inner, ours, comments) with { IsWritten = false });
                open.Enqueue(inner);
            }
        }

        return described;
    }

    private static OutputDescription Describe(string name, Type? type, Assembly ours, DocumentationComments comments) => new(
        name, type?.Assembly == ours, type is null ? [] : CommentText.Paragraphs(comments.Of(type).Element("summary")))
    {
        Properties = type?.Assembly != ours ? [] : [.. Properties(type).Select(property => new PropertyDescription(
            property.Name, ShortName(property.PropertyType), string.Join(' ', CommentText.Paragraphs(comments.Of(type, property.Name).Element("summary")))))],
    };

    // Those of a base class first, as they are declared.
    private static IEnumerable<PropertyInfo> Properties(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.GetIndexParameters().Length == 0)
        .OrderBy(property => property.DeclaringType == type).ThenBy(property => property.MetadataToken);

    private static Type Element(Type type) => Nullable.GetUnderlyingType(type) ?? type.GetElementType() ?? type;

    private static string ShortName(Type type) => type.IsGenericType && Nullable.GetUnderlyingType(type) is null
        ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(ShortName))}>"
        : (Nullable.GetUnderlyingType(type) ?? type).Name;
}
