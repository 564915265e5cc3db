using System.Text.Json;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Bundles;

/// <summary>The members that a statement must have, each of its type.</summary>
internal static class StatementMembers
{
    /// <summary>A member of a type.</summary>
    /// <exception cref="ModelSigningException"><see cref="StatementErrors.StatementMalformed"/>: it is absent, or of another type.</exception>
    public static JsonElement Member(this JsonElement element, string name, JsonValueKind kind, string owner) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) && member.ValueKind == kind
            ? member
            : throw StatementErrors.StatementMalformed.At($"The signed statement's {owner} needs a member '{name}' of the type {kind.ToString().ToLowerInvariant()}.");

    /// <summary>A text member.</summary>
    /// <inheritdoc cref="Member"/>
    public static string Text(this JsonElement element, string name, string owner) =>
        element.Member(name, JsonValueKind.String, owner).GetString()!;
}
