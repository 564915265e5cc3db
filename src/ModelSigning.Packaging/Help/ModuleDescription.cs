using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Xml.Linq;

namespace ModelSigning.Packaging.Help;

/// <summary>Joins what PowerShell's engine knows of a module's cmdlets with their documentation comments.</summary>
internal static class ModuleDescription
{
    private static readonly HashSet<string> Common = new(Cmdlet.CommonParameters, StringComparer.OrdinalIgnoreCase);

    // PowerShell adds these two to every cmdlet that supports them, so that no property of ours carries their text.
    private static readonly Dictionary<string, string> Added = new()
    {
        ["WhatIf"] = "Shows what would happen if the cmdlet runs. The cmdlet is not run.",
        ["Confirm"] = "Prompts you for confirmation before the cmdlet runs.",
    };

    /// <summary>Imports a module and describes its cmdlets, in the order of the alphabet.</summary>
    public static IReadOnlyList<CmdletDescription> Read(string manifest, DocumentationComments comments)
    {
        using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using PowerShell script = PowerShell.Create(runspace);
        script.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("PassThru").AddParameter("ErrorAction", "Stop");
        PSModuleInfo module = script.Invoke<PSModuleInfo>().Single();
        if (module.ExportedCmdlets.Count == 0)
        {
            // A page that no cmdlet has is deleted, so none of them may go missing unnoticed.
            throw new PackagingException($"'{manifest}' was imported without a cmdlet. {string.Join(' ', script.Streams.Error)}");
        }

        CmdletDescription[] all = [.. module.ExportedCmdlets.Values.OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal).Select(cmdlet => Describe(cmdlet, comments))];
        return [.. all.Select(cmdlet => cmdlet with
        {
            Related = [.. all.Where(other => other != cmdlet && (other.Noun == cmdlet.Noun || cmdlet.Mentions(other.Name))).Select(other => other.Name)],
        })];
    }

    private static CmdletDescription Describe(CmdletInfo cmdlet, DocumentationComments comments)
    {
        XElement comment = comments.Of(cmdlet.ImplementingType);
        ParameterDescription Parameter(CommandParameterInfo parameter) => Describe(parameter, Added.TryGetValue(parameter.Name, out string? text)
            ? [text] : CommentText.Paragraphs(comments.Of(cmdlet.ImplementingType, parameter.Name).Element("summary")));
        CommandParameterInfo[] own = [.. cmdlet.ParameterSets.SelectMany(set => set.Parameters).Where(parameter => !Common.Contains(parameter.Name))];
        return new CmdletDescription
        {
            Name = cmdlet.Name,
            Verb = cmdlet.Verb,
            Noun = cmdlet.Noun,
            Synopsis = string.Join(' ', CommentText.Paragraphs(comment.Element("summary"))),
            Description = CommentText.Paragraphs(comment.Element("remarks")),
            Syntax = [.. cmdlet.ParameterSets.OrderByDescending(set => set.IsDefault).ThenBy(set => set.Name, StringComparer.Ordinal).Select(set => new SyntaxDescription(
                $"{cmdlet.Name} {set}",
                [.. set.Parameters.Where(parameter => !Common.Contains(parameter.Name))
                    .OrderBy(parameter => parameter.Position < 0 ? int.MaxValue : parameter.Position)
                    .ThenByDescending(parameter => parameter.IsMandatory).ThenBy(parameter => parameter.Name, StringComparer.Ordinal).Select(Parameter)]))],
            Parameters = [.. own.GroupBy(parameter => parameter.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Parameter(group.First()) with { Mandatory = group.All(parameter => parameter.IsMandatory) })],
            Examples = [.. comment.Elements("example").Select(example =>
                new ExampleDescription(CommentText.Code(example.Element("code")), CommentText.Paragraphs(new XElement("all", example.Elements("para")))))],
            Inputs = [.. own.Where(parameter => parameter.ValueFromPipeline).Select(parameter => parameter.ParameterType.ToString()).Distinct()],
            Outputs = OutputDescriptions.Of(cmdlet, comments),
        };
    }

    private static ParameterDescription Describe(CommandParameterInfo parameter, IReadOnlyList<string> text) => new()
    {
        Name = parameter.Name,
        Type = ShortName(parameter.ParameterType),
        Text = text,
        Aliases = parameter.Aliases,
        Values = parameter.Attributes.Select(ValidValues).FirstOrDefault(values => values is not null) is { } values ? [.. values]
            : parameter.ParameterType.IsEnum ? Enum.GetNames(parameter.ParameterType) : [],
        Mandatory = parameter.IsMandatory,
        Position = parameter.Position < 0 ? null : parameter.Position,
        TakesWildcards = parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any(),
        PipelineInput = (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
        {
            (true, true) => "True (ByValue, ByPropertyName)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            (false, false) => "False",
        },
    };

    // Also of the module's own attributes, whose types this program does not reference.
    private static IList<string>? ValidValues(Attribute attribute) => attribute.GetType().GetProperty("ValidValues")?.GetValue(attribute) as IList<string>;

    private static string ShortName(Type type) => (Nullable.GetUnderlyingType(type) ?? type).Name;
}
