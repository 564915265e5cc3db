namespace ModelSigning;

/// <summary>A file, or a shard of one, whose content is not what was signed.</summary>
public sealed class ChangedModelFile
{
    internal ChangedModelFile(string name, string expected, string actual) => (Name, Expected, Actual) = (name, expected, actual);

    /// <summary>The file relative to the model, with <c>/</c> between its components; a shard carries <c>:start:end</c> in bytes.</summary>
    public string Name { get; }

    /// <summary>The digest that was signed, as <c>algorithm:hex</c>.</summary>
    public string Expected { get; }

    /// <summary>The digest that the file has, as <c>algorithm:hex</c>.</summary>
    public string Actual { get; }

    /// <summary>Where the store keeps the file, such as <c>blobs/3f2a…</c> of a Hugging Face repository; null in a plain folder.</summary>
    public string? StoredAs { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
