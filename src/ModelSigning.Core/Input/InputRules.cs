using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Input;

/// <summary>The bounds of one sort of document from outside, and the error that each way of breaking them gives.</summary>
internal sealed record InputRules
{
    /// <summary>Rules whose every violation is one error.</summary>
    /// <param name="what">The document's name in sentences: <c>trusted root</c>.</param>
    /// <param name="maximumLength">The largest document that is read, in bytes.</param>
    /// <param name="error">The error.</param>
    public InputRules(string what, int maximumLength, ErrorDefinition error)
    {
        What = what;
        MaximumLength = maximumLength;
        NotFound = Unreadable = Empty = Truncated = Malformed = DuplicateMember = TooDeep = TooLarge = error;
    }

    /// <summary>The document's name in sentences.</summary>
    public string What { get; }

    /// <summary>The largest document that is read, in bytes.</summary>
    public int MaximumLength { get; }

    /// <summary>The most members that an object may have: 65,536 unless a format has larger ones.</summary>
    public int MaximumMembers { get; init; } = 65_536;

    /// <summary>The most values and names of members that <see cref="StrictJson.Read"/> goes through: as many as fit into the document unless a format has fewer.</summary>
    public int MaximumValues { get; init; } = int.MaxValue;

    /// <summary>Whether a UTF-8 byte order mark in front is skipped; otherwise it is refused as <see cref="Malformed"/>.</summary>
    public bool AcceptsByteOrderMark { get; init; }

    /// <summary>Whether comments and a comma after the last member are passed over, in documents that people write.</summary>
    public bool AcceptsComments { get; init; }

    /// <summary>The file does not exist.</summary>
    public ErrorDefinition NotFound { get; init; }

    /// <summary>The file cannot be read.</summary>
    public ErrorDefinition Unreadable { get; init; }

    /// <summary>Nothing in it but white space.</summary>
    public ErrorDefinition Empty { get; init; }

    /// <summary>The text ends before its outermost object does.</summary>
    public ErrorDefinition Truncated { get; init; }

    /// <summary>No UTF-8, no JSON, or JSON whose values are not of their types.</summary>
    public ErrorDefinition Malformed { get; init; }

    /// <summary>An object with two members of one name.</summary>
    public ErrorDefinition DuplicateMember { get; init; }

    /// <summary>Nesting beyond <see cref="StrictJson.MaximumDepth"/>.</summary>
    public ErrorDefinition TooDeep { get; init; }

    /// <summary>Longer than <see cref="MaximumLength"/>.</summary>
    public ErrorDefinition TooLarge { get; init; }
}
