namespace ModelSigning.Core.Cards;

/// <summary>What the front matter of a card says, by the keys of Hugging Face's model cards.</summary>
internal static class FrontMatterStatements
{
    private static readonly (CardProperty Property, string Key)[] Texts =
    [
        (CardProperty.License, "license"), (CardProperty.LicenseName, "license_name"), (CardProperty.LicenseLink, "license_link"),
        (CardProperty.BaseModelRelation, "base_model_relation"), (CardProperty.Languages, "language"), (CardProperty.Tags, "tags"),
        (CardProperty.Task, "pipeline_tag"), (CardProperty.Library, "library_name"),
    ];

    // Of the second one diffusers loads a pipeline that is run before the model's own.
    private static readonly string[] BaseModels = ["base_model", "prior"];

    /// <summary>Adds what it says.</summary>
    /// <exception cref="Errors.ModelSigningException"><see cref="CardErrors.FrontMatterInvalid"/>: a base model that is passed over would be a model without one.</exception>
    public static void Of(YamlMapping matter, string file, List<CardStatement> statements)
    {
        foreach (string key in BaseModels)
        {
            if (matter[key] is { } bases && bases is not YamlScalar && !(bases is YamlSequence list && list.Items.All(item => item is YamlScalar)))
            {
                throw CardErrors.FrontMatterInvalid.At($"The front matter of '{file}' is not accepted: '{key}' is neither a text nor a list of texts.", file);
            }
        }

        if (matter["model-index"] is YamlSequence { Items: [YamlMapping first, ..] })
        {
            statements.Say(CardProperty.Name, file, "model-index", first.Text("name"));
        }

        foreach ((CardProperty property, string key) in Texts)
        {
            statements.Say(property, file, key, matter.Texts(key));
        }

        // As one statement: two that differ would be a conflict.
        string stated = string.Join(", ", BaseModels.Where(key => matter[key] is not null));
        statements.Say(CardProperty.BaseModels, file, stated, [.. BaseModels.SelectMany(key => matter.Texts(key)).Select(CardValues.Repository)]);
        statements.Say(CardProperty.Datasets, file, "datasets", [.. matter.Texts("datasets").Select(CardValues.Dataset)]);
    }

    public static List<CardEvaluation> Evaluations(YamlMapping matter) =>
    [
        .. from model in Mappings(matter["model-index"])
           from result in Mappings(model["results"])
           from metric in Mappings(result["metrics"])
           let name = metric.Text("type") ?? metric.Text("name")
           let value = metric.Text("value")
           where name is not null && value is not null
           select new CardEvaluation((result["task"] as YamlMapping)?.Text("type"), (result["dataset"] as YamlMapping)?.Text("name"), name, value),
    ];

    private static IEnumerable<YamlMapping> Mappings(YamlNode? node) => node is YamlSequence list ? list.Items.OfType<YamlMapping>() : [];
}
