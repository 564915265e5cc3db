using System.Globalization;
using System.Xml.Linq;

namespace ModelSigning.Packaging.Help;

/// <summary>Writes cmdlet help in MAML (Microsoft Assistance Markup Language), which <c>Get-Help</c> reads.</summary>
internal static class MamlDocument
{
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    private const string Topic = "about_ModelSigning";

    /// <summary>The document for a module's cmdlets.</summary>
    public static XDocument Of(IEnumerable<CmdletDescription> cmdlets) =>
        new(new XElement("helpItems", new XAttribute("schema", "maml"), cmdlets.Select(Item)));

    private static XElement Item(CmdletDescription cmdlet) => new(Command + "command",
        new XAttribute(XNamespace.Xmlns + "maml", Maml),
        new XAttribute(XNamespace.Xmlns + "command", Command),
        new XAttribute(XNamespace.Xmlns + "dev", Dev),
        new XElement(Command + "details",
            new XElement(Command + "name", cmdlet.Name),
            new XElement(Maml + "description", Paragraphs([cmdlet.Synopsis])),
            new XElement(Command + "verb", cmdlet.Verb),
            new XElement(Command + "noun", cmdlet.Noun)),
        new XElement(Maml + "description", Paragraphs(cmdlet.Description)),
        new XElement(Command + "syntax", cmdlet.Syntax.Select(syntax => new XElement(Command + "syntaxItem",
            new XElement(Maml + "name", cmdlet.Name),
            syntax.Parameters.Select(Parameter)))),
        new XElement(Command + "parameters", cmdlet.Parameters.Select(Parameter)),
        new XElement(Command + "inputTypes", cmdlet.Inputs.Select(type => new XElement(Command + "inputType", TypeOf(type)))),
        new XElement(Command + "returnValues", cmdlet.Outputs.Select(output => new XElement(Command + "returnValue",
            TypeOf(output.Name), output.IsOurs ? new XElement(Maml + "description", Paragraphs(
                [.. output.Text, .. output.Properties.Select(property => $"{property.Name} <{property.Type}>: {property.Text}")])) : null))),
        new XElement(Command + "examples", cmdlet.Examples.Select((example, index) => new XElement(Command + "example",
            new XElement(Maml + "title", Invariant($"-------------------------- Example {index + 1} --------------------------")),
            new XElement(Dev + "code", example.Code),
            new XElement(Dev + "remarks", Paragraphs(example.Remarks))))),
        new XElement(Command + "relatedLinks", cmdlet.Related.Append(Topic).Select(name => new XElement(Maml + "navigationLink",
            new XElement(Maml + "linkText", name), new XElement(Maml + "uri")))));

    private static XElement Parameter(ParameterDescription parameter) => new(Command + "parameter",
        new XAttribute("required", Lower(parameter.Mandatory)),
        new XAttribute("variableLength", "true"),
        new XAttribute("globbing", Lower(parameter.TakesWildcards)),
        new XAttribute("pipelineInput", parameter.PipelineInput),
        new XAttribute("position", parameter.Position?.ToString(CultureInfo.InvariantCulture) ?? "named"),
        new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
        new XElement(Maml + "name", parameter.Name),
        new XElement(Maml + "description", Paragraphs(parameter.Text)),
        parameter.IsSwitch ? null : new XElement(Command + "parameterValue", new XAttribute("required", "true"), parameter.Type),
        parameter.Values.Count == 0 ? null : new XElement(Command + "parameterValueGroup",
            parameter.Values.Select(value => new XElement(Command + "parameterValue", value))),
        TypeOf(parameter.Type));

    private static XElement TypeOf(string name) => new(Dev + "type", new XElement(Maml + "name", name));

    private static IEnumerable<XElement> Paragraphs(IEnumerable<string> paragraphs) => paragraphs.Select(text => new XElement(Maml + "para", text));

    private static string Lower(bool value) => value ? "true" : "false";
}
