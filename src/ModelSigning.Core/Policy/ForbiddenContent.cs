namespace ModelSigning.Core.Policy;

/// <summary>What a rule can forbid a model to have or to name.</summary>
internal enum ForbiddenContent
{
    /// <summary>References that do not always mean the same bytes.</summary>
    UnpinnedReferences,

    /// <summary>Python pickles.</summary>
    Pickle,

    /// <summary>Whatever else runs.</summary>
    Code,
}

/// <summary>The names that <see cref="ForbiddenContent"/> has in a policy.</summary>
internal static class ForbiddenContents
{
    private static readonly Dictionary<string, ForbiddenContent> Known = new(StringComparer.Ordinal)
    {
        ["unpinnedReferences"] = ForbiddenContent.UnpinnedReferences,
        ["pickle"] = ForbiddenContent.Pickle,
        ["code"] = ForbiddenContent.Code,
    };

    /// <summary>The names.</summary>
    public static IReadOnlyCollection<string> Names => Known.Keys;

    /// <summary>The name of one.</summary>
    public static string Name(this ForbiddenContent forbidden) => Known.First(known => known.Value == forbidden).Key;

    /// <summary>What a name means; null for another text.</summary>
    internal static ForbiddenContent? Parse(string name) => Known.TryGetValue(name, out ForbiddenContent forbidden) ? forbidden : null;
}
