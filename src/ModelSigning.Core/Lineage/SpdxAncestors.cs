using ModelSigning.Core.Claims;
using ModelSigning.Core.Input;
using static ModelSigning.Core.Input.JsonMembers;
using static ModelSigning.Core.Lineage.ClaimAncestors;

namespace ModelSigning.Core.Lineage;

/// <summary>
/// What an SPDX document names as what the model was made from: the relationships of SPDX 3 (<c>@graph</c>) and of SPDX 2. Only those of what the document is about count, because a document
/// can describe the ancestors of ancestors too: of the root elements, of the packages that SPDX 2 describes, or of the only model where neither is said.
/// </summary>
internal static class SpdxAncestors
{
    public static IEnumerable<NamedAncestor> Of(JsonSlice document, string source, ICollection<string> remarks) =>
        OfGraph(document, source, remarks).Concat(OfRelationships(document, source, remarks));

    private static IEnumerable<NamedAncestor> OfGraph(JsonSlice document, string source, ICollection<string> remarks)
    {
        SpdxDocument graph = new(document);
        if (graph.IsUnclear)
        {
            remarks.Add(Unclear(source, "models"));
        }

        foreach (JsonSlice relationship in graph.Relationships)
        {
            // ancestorOf is written at the ancestor.
            bool isTurned = Text(relationship, "relationshipType") == "ancestorOf";
            string[] from = [Text(relationship, "from") ?? ""], to = [.. Texts(Member(relationship, "to"))];
            if (Relation(Text(relationship, "relationshipType")!) is not { } relation || !graph.Roots.Overlaps(isTurned ? to : from))
            {
                continue;
            }

            IEnumerable<string> ids = isTurned ? from : to;
            foreach (JsonSlice element in ids.SelectMany(id => graph.Elements[id]))
            {
                if ((Text(element, "software_packageUrl") ?? Text(element, "software_downloadLocation") ?? Text(element, "name")) is { } text)
                {
                    (string name, string? revision, _) = AncestorName.Read(text);
                    yield return new(relation, name, source) { Revision = revision ?? Text(element, "software_packageVersion") };
                }
            }
        }
    }

    private static HashSet<string> Described(JsonSlice document, ILookup<string, JsonSlice> packages)
    {
        HashSet<string> described = [.. Texts(Member(document, "documentDescribes"))];
        foreach (JsonSlice relationship in Objects(document, "relationships"))
        {
            bool isTurned = Text(relationship, "relationshipType") == "DESCRIBED_BY";
            if ((isTurned || Text(relationship, "relationshipType") == "DESCRIBES")
                && Text(relationship, isTurned ? "relatedSpdxElement" : "spdxElementId") == "SPDXRef-DOCUMENT"
                && Text(relationship, isTurned ? "spdxElementId" : "relatedSpdxElement") is { } id)
            {
                described.Add(id);
            }
        }

        return described.Count == 0 && packages.Count == 1 ? [packages.First().Key] : described;
    }

    private static IEnumerable<NamedAncestor> OfRelationships(JsonSlice document, string source, ICollection<string> remarks)
    {
        ILookup<string, JsonSlice> packages = Objects(document, "packages").Where(package => Text(package, "SPDXID") is not null)
            .ToLookup(package => Text(package, "SPDXID")!, StringComparer.Ordinal);
        HashSet<string> described = Described(document, packages);
        if (described.Count == 0 && packages.Count > 1)
        {
            remarks.Add(Unclear(source, "packages"));
        }

        foreach (JsonSlice relationship in Objects(document, "relationships"))
        {
            string type = Text(relationship, "relationshipType") ?? "";
            string from = Text(relationship, "spdxElementId") ?? "", to = Text(relationship, "relatedSpdxElement") ?? "";
            (string own, string id) = type == "ANCESTOR_OF" ? (to, from) : (from, to);
            if (Relation(type) is not { } relation || !described.Contains(own))
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
}
