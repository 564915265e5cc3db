using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Cards;

/// <summary>Values as statements have them.</summary>
internal static class CardValues
{
    private const string Hub = "https://huggingface.co/";

    /// <summary>Adds what a file says, if it says anything.</summary>
    public static void Say(this List<CardStatement> statements, CardProperty property, string file, string key, params IReadOnlyList<string?> values)
    {
        string[] said = [.. values.Where(value => !string.IsNullOrWhiteSpace(value)).Select(value => value!.Trim())];
        if (said.Length > 0)
        {
            statements.Add(new(property, file, key, said));
        }
    }

    /// <summary>A repository by the name that other files give it: without the hub's address.</summary>
    public static string? Repository(string? value) => value?.StartsWith(Hub, StringComparison.Ordinal) == true ? value[Hub.Length..].TrimEnd('/') : value;

    /// <summary>A dataset's repository, whose address has another first component.</summary>
    public static string? Dataset(string? value) => Repository(value) is { } name && name != value && name.StartsWith("datasets/", StringComparison.Ordinal) ? name["datasets/".Length..] : Repository(value);

    /// <summary>A text, a number or a truth value of a configuration, as it is written; null for anything else.</summary>
    public static string? Scalar(this JsonSlice value) => value.Kind switch
    {
        JsonValueKind.String => value.Text(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => Encoding.UTF8.GetString(value.Utf8.Span),
        _ => null,
    };

    /// <summary>The scalar of a member; null without one.</summary>
    public static string? Scalar(this JsonSlice value, string name) => value.TryGet(name, out JsonSlice member) ? member.Scalar() : null;

    /// <summary>The texts of a member that is a list of them.</summary>
    public static IReadOnlyList<string> Scalars(this JsonSlice value, string name)
    {
        List<string> texts = [];
        if (value.TryGet(name, out JsonSlice member))
        {
            foreach (JsonSlice element in member.Elements)
            {
                if (element.Scalar() is { } text)
                {
                    texts.Add(text);
                }
            }
        }

        return texts;
    }

    /// <summary>A number as a statement has it.</summary>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
