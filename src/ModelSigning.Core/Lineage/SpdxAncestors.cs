using ModelSigning.Core.Input;
using static ModelSigning.Core.Lineage.ClaimAncestors;

namespace ModelSigning.Core.Lineage;

/// <summary>What an SPDX document names as what something was made from: the relationships of SPDX 3 (<c>@graph</c>) and of SPDX 2.</summary>
internal static class SpdxAncestors
{
    public static IEnumerable<NamedAncestor> Of(JsonSlice document, string source) => OfGraph(document, source).Concat(OfRelationships(document, source));

    private static IEnumerable<NamedAncestor> OfGraph(JsonSlice document, string source)
    {
        JsonSlice[] graph = [.. Objects(document, "@graph")];
        ILookup<string, JsonSlice> elements = graph.Where(element => Text(element, "spdxId") is not null).ToLookup(element => Text(element, "spdxId")!, StringComparer.Ordinal);
        foreach (JsonSlice relationship in graph.Where(element => Text(element, "relationshipType") is not null))
        {
            if (Relation(Text(relationship, "relationshipType")!) is not { } relation)
            {
                continue;
            }

            // ancestorOf is written at the ancestor.
            bool isTurned = Text(relationship, "relationshipType") == "ancestorOf";
            IEnumerable<string> ids = isTurned ? [Text(relationship, "from") ?? ""] : Texts(Member(relationship, "to"));
            foreach (JsonSlice element in ids.SelectMany(id => elements[id]))
            {
                if ((Text(element, "software_packageUrl") ?? Text(element, "software_downloadLocation") ?? Text(element, "name")) is { } text)
                {
                    (string name, string? revision, _) = AncestorName.Read(text);
                    yield return new(relation, name, source) { Revision = revision ?? Text(element, "software_packageVersion") };
                }
            }
        }
    }

    private static IEnumerable<NamedAncestor> OfRelationships(JsonSlice document, string source)
    {
        ILookup<string, JsonSlice> packages = Objects(document, "packages").Where(package => Text(package, "SPDXID") is not null)
            .ToLookup(package => Text(package, "SPDXID")!, StringComparer.Ordinal);
        foreach (JsonSlice relationship in Objects(document, "relationships"))
        {
            string type = Text(relationship, "relationshipType") ?? "";
            string id = Text(relationship, type == "ANCESTOR_OF" ? "spdxElementId" : "relatedSpdxElement") ?? "";
            if (Relation(type) is not { } relation)
            {
                continue;
            }

            foreach (JsonSlice package in packages[id])
            {
                if (Text(package, "name") is { } text)
                {
                    yield return new(relation, AncestorName.Read(text).Name, source) { Revision = Text(package, "versionInfo") };
                }
            }
        }
    }

    private static LineageRelation? Relation(string type) => type switch
    {
        "descendantOf" or "ancestorOf" or "DESCENDANT_OF" or "ANCESTOR_OF" => LineageRelation.BaseModel,
        "trainedOn" or "testedOn" or "finetunedOn" => LineageRelation.Dataset,
        "dependsOn" or "DEPENDS_ON" => LineageRelation.Software,
        _ => null,
    };

    private static List<string> Texts(JsonSlice list)
    {
        List<string> texts = [];
        if (list.Kind == System.Text.Json.JsonValueKind.Array)
        {
            foreach (JsonSlice element in list.Elements)
            {
                if (element.Kind == System.Text.Json.JsonValueKind.String)
                {
                    texts.Add(element.Text());
                }
            }
        }

        return texts;
    }
}
