using ModelSigning.Core.Input;
using static ModelSigning.Core.Input.JsonMembers;

namespace ModelSigning.Core.Claims;

/// <summary>What a document of SPDX 3 is about: its root elements, or the only model where it names none.</summary>
internal sealed class SpdxDocument
{
    private readonly JsonSlice[] _graph;

    /// <summary>Reads the graph of a document; it is empty in one of SPDX 2.</summary>
    public SpdxDocument(JsonSlice document)
    {
        _graph = [.. Objects(document, "@graph")];
        Elements = _graph.Where(element => Text(element, "spdxId") is not null).ToLookup(element => Text(element, "spdxId")!, StringComparer.Ordinal);
        Roots = FindRoots();
    }

    /// <summary>The elements by their identifiers.</summary>
    public ILookup<string, JsonSlice> Elements { get; }

    /// <summary>The identifiers of what the document is about.</summary>
    public HashSet<string> Roots { get; }

    /// <summary>Whether there are several models and nothing says which of them the document is about.</summary>
    public bool IsUnclear => Roots.Count == 0 && _graph.Count(IsModel) > 1;

    /// <summary>The relationships.</summary>
    public IEnumerable<JsonSlice> Relationships => _graph.Where(element => Text(element, "relationshipType") is not null);

    /// <summary>Whether an element is a model.</summary>
    public static bool IsModel(JsonSlice element) => Text(element, "type") == "ai_AIPackage";

    // A document leads to its elements directly, or by a bill of materials that has root elements of its own.
    private HashSet<string> FindRoots()
    {
        HashSet<string> roots = new(StringComparer.Ordinal);
        Queue<string> left = new(_graph.SelectMany(element => Texts(Member(element, "rootElement"))));
        while (left.TryDequeue(out string? id))
        {
            if (roots.Add(id))
            {
                Elements[id].SelectMany(element => Texts(Member(element, "rootElement"))).ToList().ForEach(left.Enqueue);
            }
        }

        string[] models = roots.Count > 0 ? [] : [.. _graph.Where(IsModel).Select(element => Text(element, "spdxId")).OfType<string>()];
        return models is [var only] ? [only] : roots;
    }
}
