using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Attestations;

/// <summary>The members that a model's statement must have, each of its type.</summary>
internal static class StatementMembers
{
    /// <summary>A member of a type.</summary>
    /// <exception cref="ModelSigningException"><see cref="StatementErrors.StatementMalformed"/>: it is absent, or of another type.</exception>
    public static JsonSlice Member(this JsonSlice slice, string name, JsonValueKind kind, string owner)
    {
        slice.TryGet(name, out JsonSlice member);
        return member.Of(kind, name, owner);
    }

    /// <summary>A text member.</summary>
    /// <inheritdoc cref="Member"/>
    public static string Text(this JsonSlice slice, string name, string owner) => slice.Member(name, JsonValueKind.String, owner).Text();

    /// <summary>The value of a member, which must be of a type.</summary>
    /// <inheritdoc cref="Member"/>
    public static JsonSlice Of(this JsonSlice value, JsonValueKind kind, string name, string owner) => value.Kind == kind
        ? value
        : throw StatementErrors.StatementMalformed.At($"The signed statement's {owner} needs a member '{name}' of the type {kind.ToString().ToLowerInvariant()}.");
}

/// <summary>The members of a predicate that are not known, each name once and a few of them.</summary>
internal sealed class UnknownMembers
{
    private const int Most = 8;

    private readonly List<(string Owner, string Name)> _seen = [];
    private bool _more;

    /// <summary>A sentence for each.</summary>
    public IReadOnlyList<string> Warnings =>
    [
        .. _seen.Select(one => $"The statement has a member '{one.Name}' in its {one.Owner} that this version ignores."),
        .. _more ? ["The statement has more members that this version ignores."] : Array.Empty<string>(),
    ];

    /// <summary>Notes a member.</summary>
    public void Add(string owner, JsonSliceMember member)
    {
        foreach ((string known, string name) in _seen)
        {
            if (known == owner && member.NameEquals(name))
            {
                return;
            }
        }

        if (_seen.Count < Most)
        {
            _seen.Add((owner, member.Name));
        }
        else
        {
            _more = true;
        }
    }
}
