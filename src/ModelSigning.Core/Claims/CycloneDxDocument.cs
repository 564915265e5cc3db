using System.Text.Json;
using ModelSigning.Core.Input;
using static ModelSigning.Core.Input.JsonMembers;

namespace ModelSigning.Core.Claims;

/// <summary>Which component of a bill of materials of CycloneDX is the model that it is about.</summary>
internal static class CycloneDxDocument
{
    /// <summary>
    /// The models that a document can be about: it can describe the models too that its model was made from, and their pedigrees are not this model's. It is the main component; or what
    /// that one, an application, depends on; or the models that no other one depends on.
    /// </summary>
    /// <returns>One, if the document says which it is about.</returns>
    public static JsonSlice[] Described(JsonSlice bom)
    {
        JsonSlice main = Main(bom);
        if (IsModel(main))
        {
            return [main];
        }

        ILookup<string, string> dependencies = Objects(bom, "dependencies")
            .SelectMany(dependency => Texts(Member(dependency, "dependsOn")).Select(on => (By: Text(dependency, "ref") ?? "", On: on))).Where(pair => pair.By.Length > 0).ToLookup(pair => pair.By, pair => pair.On, StringComparer.Ordinal);
        JsonSlice[] models = [.. Objects(bom, "components").Where(IsModel)];
        HashSet<string> ofMain = [.. dependencies[Reference(main)]];
        models = models.Any(model => ofMain.Contains(Reference(model))) ? [.. models.Where(model => ofMain.Contains(Reference(model)))] : models;
        HashSet<string> ofModels = [.. models.SelectMany(model => dependencies[Reference(model)])];
        JsonSlice[] tops = [.. models.Where(model => !ofModels.Contains(Reference(model)))];
        // Of models that depend on each other in a circle none is the first.
        return tops.Length > 0 ? tops : models;
    }

    /// <summary>Whether the other components are parts of the model that the document is about: it is the main component, or there is none and no other model.</summary>
    public static bool IsAboutOne(JsonSlice bom) => IsModel(Main(bom)) || (Main(bom).Kind == JsonValueKind.Undefined && Objects(bom, "components").Count(IsModel) == 1);

    private static JsonSlice Main(JsonSlice bom) => Member(Member(bom, "metadata"), "component");

    private static bool IsModel(JsonSlice component) => Text(component, "type") == "machine-learning-model";

    private static string Reference(JsonSlice component) => Text(component, "bom-ref") ?? "";
}
