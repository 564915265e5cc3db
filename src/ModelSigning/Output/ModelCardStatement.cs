using ModelSigning.Core.Cards;

namespace ModelSigning;

/// <summary>What one file says about a model.</summary>
public sealed class ModelCardStatement
{
    internal ModelCardStatement(CardStatement statement) =>
        (Property, Values, File, Key) = (statement.Property.ToString(), [.. statement.Values], statement.File, statement.Key);

    /// <summary>The property of the card that it is about.</summary>
    public string Property { get; }

    /// <summary>What it says. Addresses of repositories on huggingface.co are shortened to OWNER/NAME.</summary>
    public string[] Values { get; }

    /// <summary>The file, relative to the model; of shards the first one.</summary>
    public string File { get; }

    /// <summary>Where in the file; <c>tensors</c> for what was counted in a header.</summary>
    public string Key { get; }

    /// <inheritdoc/>
    public override string ToString() => Printable.Of($"{Property}: {Said()}");

    internal string Said() => $"{File} says '{string.Join(", ", Values)}'";
}

/// <summary>What several files say differently about a model.</summary>
public sealed class ModelCardConflict
{
    internal ModelCardConflict(CardConflict conflict) =>
        (Property, Statements) = (conflict.Property.ToString(), [.. conflict.Statements.Select(one => new ModelCardStatement(one))]);

    /// <summary>The property of the card that it is about.</summary>
    public string Property { get; }

    /// <summary>What each file says. The card uses the first of them.</summary>
    public ModelCardStatement[] Statements { get; }

    /// <inheritdoc/>
    public override string ToString() => Printable.Of($"{Property}: {string.Join("; ", Statements.Select(one => one.Said()))}");
}
