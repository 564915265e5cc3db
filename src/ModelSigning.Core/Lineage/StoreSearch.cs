namespace ModelSigning.Core.Lineage;

/// <summary>Looks for models in folders of models, by their names: <c>STORE/OWNER/NAME</c>, <c>STORE/OWNER--NAME</c>, <c>STORE/NAME</c>, in this order.</summary>
/// <param name="stores">The full paths of the folders.</param>
internal sealed class StoreSearch(IReadOnlyList<string> stores)
{
    /// <summary>Whether there is no store.</summary>
    public bool IsEmpty => stores.Count == 0;

    /// <summary>The places of a name in the stores.</summary>
    /// <param name="name">The name, as somebody wrote it. One that could lead out of a store is found nowhere.</param>
    /// <returns>The full paths; several where stores have it each, or none.</returns>
    public IReadOnlyList<string> Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] components = AncestorName.Components(name);
        string[][] forms = components.Length switch
        {
            0 => [],
            1 => [components],
            _ => [components, [string.Join("--", components)], [components[^1]]],
        };
        return forms.Select(Places).FirstOrDefault(places => places.Count > 0) ?? [];
    }

    private List<string> Places(string[] form) =>
        [.. stores.Select(store => Path.Join([store, .. form])).Where(Directory.Exists).Select(Path.GetFullPath).Distinct(StringComparer.Ordinal)];
}
