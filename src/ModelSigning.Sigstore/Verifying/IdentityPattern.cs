using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using ModelSigning.Sigstore.Certificates;

namespace ModelSigning.Sigstore.Verifying;

/// <summary>
/// A pattern of a whole identity. <c>*</c> stands for any characters but <c>/</c> and <c>@</c>, <c>**</c> for any characters and <c>?</c> for one
/// that is not <c>/</c> or <c>@</c>; nothing else is special. What the pattern looks like decides which sort of name it fits: an e-mail
/// address, a URI or a user name. A pattern of wildcards alone fits every sort.
/// </summary>
/// <remarks>
/// A Git branch may be called <c>x@refs/tags/v1</c>. As <c>*</c> does not reach over <c>/</c> and <c>@</c>, such a branch does not fit
/// <c>https://host/owner/name/.github/workflows/*@refs/tags/*</c>.
/// </remarks>
internal sealed class IdentityPattern
{
    /// <summary>The most characters that a pattern may have.</summary>
    internal const int MaximumLength = 1024;

    private static readonly SearchValues<char> SchemeCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.");

    private readonly string _text;

    private IdentityPattern(string text, SubjectNameType? type)
    {
        _text = text;
        Type = type;
    }

    /// <summary>The sort of name that the pattern fits; null for every sort.</summary>
    internal SubjectNameType? Type { get; }

    /// <summary>Whether the pattern matches every identity that the issuer confirms.</summary>
    internal bool FitsEverybody => Type is null && _text.Contains("**", StringComparison.Ordinal);

    /// <summary>
    /// Whether a <c>**</c> stands before the last <c>@</c>, so that it can take the <c>@</c> of a workflow's address and the start of a
    /// branch's name.
    /// </summary>
    internal bool ReachesIntoRefs => Type == SubjectNameType.Uri && _text.LastIndexOf('@') is >= 0 and int at && _text.AsSpan(0, at).Contains("**", StringComparison.Ordinal);

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="pattern">The pattern; null when it cannot be used.</param>
    /// <param name="reason">Why it cannot be used, as a sentence.</param>
    internal static bool TryRead(string text, [NotNullWhen(true)] out IdentityPattern? pattern, [NotNullWhen(false)] out string? reason)
    {
        pattern = null;
        reason = null;
        if (text.Length > MaximumLength)
        {
            reason = Invariant($"The identity pattern '{text[..40]}…' has {text.Length} characters; the limit is {MaximumLength}.");
            return false;
        }

        bool wildcardsOnly = text.AsSpan().IndexOfAnyExcept('*', '?') < 0;
        SubjectNameType? type = wildcardsOnly ? null : TypeOf(text);
        if (type is null && !wildcardsOnly)
        {
            reason = $"The identity pattern '{text}' does not show whether it is for an e-mail address (name@domain), a URI (https://…) or a user name (name!domain).";
            return false;
        }

        pattern = new IdentityPattern(text, type);
        return true;
    }

    /// <summary>Whether the pattern fits a name.</summary>
    internal bool Matches(SubjectName name)
    {
        if (Type is { } type ? name.Type != type : name.Type == SubjectNameType.Other)
        {
            return false;
        }

        // What the pattern up to one of its characters fits: one flag for each length of the identity. Work and memory are bounded by
        // both lengths, whatever an attacker chooses.
        string identity = name.Value;
        bool[] fits = new bool[identity.Length + 1], next = new bool[identity.Length + 1];
        fits[0] = true;
        for (int at = 0; at < _text.Length; at++)
        {
            char character = _text[at];
            bool anything = false;
            if (character == '*')
            {
                int end = at;
                while (end + 1 < _text.Length && _text[end + 1] == '*')
                {
                    end++;
                }

                anything = end > at;
                at = end;
            }

            next[0] = character == '*' && fits[0];
            for (int length = 1; length <= identity.Length; length++)
            {
                char last = identity[length - 1];
                next[length] = character switch
                {
                    '*' => fits[length] || (next[length - 1] && (anything || !IsBoundary(last))),
                    '?' => fits[length - 1] && !IsBoundary(last),
                    _ => fits[length - 1] && last == character,
                };
            }

            (fits, next) = (next, fits);
        }

        return fits[identity.Length];
    }

    private static bool IsBoundary(char character) => character is '/' or '@';

    /// <summary>The sort of name that a text looks like; null when it looks like none.</summary>
    internal static SubjectNameType? TypeOf(string text)
    {
        int scheme = text.AsSpan().IndexOfAnyExcept(SchemeCharacters);
        return scheme > 0 && text[scheme] == ':' ? SubjectNameType.Uri
            : text.AsSpan().ContainsAny('/', ':') ? null
            : text.Contains('@', StringComparison.Ordinal) ? SubjectNameType.Email
            : text.Contains('!', StringComparison.Ordinal) ? SubjectNameType.UserName
            : null;
    }

}
