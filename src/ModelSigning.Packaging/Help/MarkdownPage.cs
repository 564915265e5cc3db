using System.Text;

namespace ModelSigning.Packaging.Help;

/// <summary>Writes the page of a cmdlet for <c>docs/cmdlets</c>.</summary>
internal static class MarkdownPage
{
    /// <summary>The page's text, lines ending in LF.</summary>
    public static string Of(CmdletDescription cmdlet)
    {
        StringBuilder page = new();
        void Lines(params IEnumerable<string> lines) => page.AppendJoin('\n', lines).Append("\n\n");
        Lines($"# {cmdlet.Name}");
        Lines("<!-- Written by the build from the documentation comments of the cmdlet; change them instead. -->");
        Lines(Escape(cmdlet.Synopsis));
        foreach (SyntaxDescription syntax in cmdlet.Syntax)
        {
            Lines("```powershell", syntax.Text, "```");
        }

        cmdlet.Description.ToList().ForEach(paragraph => Lines(Escape(paragraph)));
        Lines("## Examples");
        foreach (ExampleDescription example in cmdlet.Examples)
        {
            Lines("```powershell", example.Code, "```");
            example.Remarks.ToList().ForEach(paragraph => Lines(Escape(paragraph)));
        }

        Lines("## Parameters");
        foreach (ParameterDescription parameter in cmdlet.Parameters)
        {
            Lines($"### -{parameter.Name}{(parameter.IsSwitch ? "" : $" {Escape($"<{parameter.Type}>")}")}");
            parameter.Text.ToList().ForEach(paragraph => Lines(Escape(paragraph)));
            Lines(Facts(parameter));
        }

        Lines("## Input and output");
        Lines($"From the pipeline: {Types(cmdlet.Inputs)}. Writes: {Types(cmdlet.Outputs.Where(output => output.IsWritten).Select(output => output.Name))}.");
        foreach (OutputDescription output in cmdlet.Outputs.Where(output => output.IsOurs))
        {
            Lines($"`{output.Name}`: {Escape(string.Join(' ', output.Text))}");
            if (output.Properties.Count > 0)
            {
                Lines(["| property | type | |", "|---|---|---|", .. output.Properties.Select(property =>
                    $"| `{property.Name}` | {Escape(property.Type)} | {Escape(property.Text).Replace("|", "\\|", StringComparison.Ordinal)} |")]);
            }
        }

        if (cmdlet.Related.Count > 0)
        {
            Lines("## Related");
            Lines(string.Join(", ", cmdlet.Related.Select(name => $"[{name}]({name}.md)")));
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static string Facts(ParameterDescription parameter) => string.Join("; ", ((string?[])
    [
        parameter.Mandatory ? "mandatory" : "optional",
        parameter.Position is { } position ? $"position {position}" : null,
        parameter.PipelineInput == "False" ? null : $"pipeline input {parameter.PipelineInput[6..^1]}",
        parameter.TakesWildcards ? "takes wildcards" : null,
        parameter.Values.Count == 0 ? null : $"one of {string.Join(", ", parameter.Values.Select(value => $"`{value}`"))}",
        parameter.Aliases.Count == 0 ? null : $"also {string.Join(", ", parameter.Aliases.Select(alias => $"`-{alias}`"))}",
    ]).OfType<string>()) + ".";

    private static string Types(IEnumerable<string> types) => !types.Any() ? "nothing" : string.Join(", ", types.Select(type => $"`{type}`"));

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal)
        .Replace("*", "\\*", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal);
}
