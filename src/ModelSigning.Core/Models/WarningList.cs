namespace ModelSigning.Core.Models;

/// <summary>
/// Sentences that a person should see, the first twenty of them and how many more there are: in a model whose files are all links,
/// each has one.
/// </summary>
internal sealed class WarningList
{
    private const int Most = 20;

    private readonly List<string> _first = [];
    private int _count;

    /// <summary>The sentences.</summary>
    public IReadOnlyList<string> Sentences => _count <= Most ? _first
        : [.. _first, Invariant($"{_count - Most} similar warnings are not shown.")];

    /// <summary>Adds a sentence.</summary>
    public void Add(string sentence)
    {
        if (++_count <= Most)
        {
            _first.Add(sentence);
        }
    }
}
