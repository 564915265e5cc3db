using System.Text.Json;

namespace ModelSigning.Core.Input;

/// <summary>Members of documents of others. What does not have the shape of its specification is as if it were not there.</summary>
internal static class JsonMembers
{
    /// <summary>A member that is a text, and not an empty one.</summary>
    public static string? Text(JsonSlice value, string name) => Member(value, name) is { Kind: JsonValueKind.String } member && member.Text() is { Length: > 0 } text ? text : null;

    /// <summary>The objects of a member that is a list.</summary>
    public static List<JsonSlice> Objects(JsonSlice value, string name)
    {
        List<JsonSlice> found = [];
        foreach (JsonSlice element in Member(value, name).Elements)
        {
            if (element.Kind == JsonValueKind.Object)
            {
                found.Add(element);
            }
        }

        return found;
    }

    /// <summary>The texts of a list.</summary>
    public static List<string> Texts(JsonSlice list)
    {
        List<string> texts = [];
        foreach (JsonSlice element in list.Elements)
        {
            if (element.Kind == JsonValueKind.String)
            {
                texts.Add(element.Text());
            }
        }

        return texts;
    }

    /// <summary>A member; undefined where there is none.</summary>
    public static JsonSlice Member(JsonSlice value, string name) => value.Kind == JsonValueKind.Object && value.TryGet(name, out JsonSlice member) ? member : default;
}
