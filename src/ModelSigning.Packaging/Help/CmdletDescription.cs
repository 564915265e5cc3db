namespace ModelSigning.Packaging.Help;

/// <summary>What the help says about a cmdlet.</summary>
internal sealed record CmdletDescription
{
    public required string Name { get; init; }

    public required string Verb { get; init; }

    public required string Noun { get; init; }

    /// <summary>One sentence: the summary of the class.</summary>
    public required string Synopsis { get; init; }

    /// <summary>Paragraphs: the remarks of the class.</summary>
    public required IReadOnlyList<string> Description { get; init; }

    /// <summary>The ways to call it, the default one first.</summary>
    public required IReadOnlyList<SyntaxDescription> Syntax { get; init; }

    /// <summary>Its own parameters, in the order of the alphabet; those that every cmdlet has are left out.</summary>
    public required IReadOnlyList<ParameterDescription> Parameters { get; init; }

    public required IReadOnlyList<ExampleDescription> Examples { get; init; }

    /// <summary>The types that it takes from the pipeline.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The types that it writes, and after them those of ours that their properties have.</summary>
    public required IReadOnlyList<OutputDescription> Outputs { get; init; }

    /// <summary>Other cmdlets of the module: those of the same noun, and those that its help names.</summary>
    public IReadOnlyList<string> Related { get; init; } = [];

    /// <summary>Whether its help names another cmdlet.</summary>
    public bool Mentions(string cmdlet) => Description.Append(Synopsis).Concat(Examples.SelectMany(example => example.Remarks.Append(example.Code)))
        .Concat(Parameters.SelectMany(parameter => parameter.Text)).Any(text => text.Contains(cmdlet, StringComparison.Ordinal));

    /// <summary>Names each text that is missing.</summary>
    public IEnumerable<string> MissingTexts()
    {
        if (Synopsis.Length == 0 || Description.Count == 0)
        {
            yield return $"{Name} has no summary or no remarks";
        }

        if (Examples.Count == 0 || Examples.Any(example => example.Code.Length == 0 || example.Remarks.Count == 0))
        {
            yield return $"{Name} has no example, or one without code or explanation";
        }

        foreach (ParameterDescription parameter in Parameters.Where(parameter => parameter.Text.Count == 0))
        {
            yield return $"{Name} -{parameter.Name} has no summary";
        }

        foreach (OutputDescription output in Outputs.Where(output => output.IsOurs && output.Text.Count == 0))
        {
            yield return $"{output.Name}, which {Name} writes, has no summary";
        }

        foreach ((OutputDescription output, PropertyDescription property) in Outputs.SelectMany(output => output.Properties.Select(property => (output, property))))
        {
            if (property.Text.Length == 0)
            {
                yield return $"{output.Name}.{property.Name} has no summary";
            }
        }
    }
}

/// <summary>A parameter set: one way to call a cmdlet.</summary>
internal sealed record SyntaxDescription(string Text, IReadOnlyList<ParameterDescription> Parameters);

/// <summary>An example: what to type, and what it does.</summary>
internal sealed record ExampleDescription(string Code, IReadOnlyList<string> Remarks);

/// <summary>What the help says about a type that a cmdlet writes; of .NET's types it says nothing.</summary>
internal sealed record OutputDescription(string Name, bool IsOurs, IReadOnlyList<string> Text)
{
    /// <summary>Whether the cmdlet writes it, or a property of what it writes has it.</summary>
    public bool IsWritten { get; init; } = true;

    /// <summary>The properties, in the order of their declaration.</summary>
    public IReadOnlyList<PropertyDescription> Properties { get; init; } = [];
}

/// <summary>What the help says about a property: its type's short name, and its summary.</summary>
internal sealed record PropertyDescription(string Name, string Type, string Text);

/// <summary>What the help says about a parameter.</summary>
internal sealed record ParameterDescription
{
    public required string Name { get; init; }

    /// <summary>The type's short name, such as <c>String[]</c>; <c>SwitchParameter</c> takes no value.</summary>
    public required string Type { get; init; }

    public required IReadOnlyList<string> Text { get; init; }

    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>The values that are accepted; empty when any is.</summary>
    public required IReadOnlyList<string> Values { get; init; }

    public required bool Mandatory { get; init; }

    /// <summary>Its place when it is given without its name, counting from 0; null when it must be named.</summary>
    public required int? Position { get; init; }

    public required bool TakesWildcards { get; init; }

    /// <summary><c>True (ByValue)</c> and the like, or <c>False</c>.</summary>
    public required string PipelineInput { get; init; }

    public bool IsSwitch => Type == "SwitchParameter";
}
