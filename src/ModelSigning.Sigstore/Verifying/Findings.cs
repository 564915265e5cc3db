namespace ModelSigning.Sigstore.Verifying;

/// <summary>What a step of a verification found, for people who want to see how a verdict came about.</summary>
/// <param name="Step">The step's name.</param>
/// <param name="Text">The finding, without a full stop.</param>
public sealed record Finding(string Step, string Text);

/// <summary>Collects what the steps find.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _list = [];

    internal IReadOnlyList<Finding> List => _list;

    internal void Add(string step, string text) => _list.Add(new Finding(step, text));
}
