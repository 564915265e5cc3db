namespace ModelSigning.Sigstore.Tuf;

/// <summary>
/// The patterns of delegated paths (TUF, section 4.5, PATHPATTERN): <c>*</c> for any characters and <c>?</c> for one, neither of them
/// for a <c>/</c>.
/// </summary>
internal static class PathPattern
{
    /// <summary>Whether a path matches as a whole.</summary>
    internal static bool Matches(string pattern, string path)
    {
        string[] patterns = pattern.Split('/'), parts = path.Split('/');
        return patterns.Length == parts.Length && patterns.Zip(parts).All(pair => MatchesPart(pair.First, pair.Second));
    }

    /// <summary>Greedy with one point to return to, so that the time is the product of the lengths at most.</summary>
    private static bool MatchesPart(string pattern, string text)
    {
        int at = 0, position = 0, star = -1, resume = 0;
        while (position < text.Length)
        {
            if (at < pattern.Length && pattern[at] == '*')
            {
                star = at++;
                resume = position;
            }
            else if (at < pattern.Length && (pattern[at] == '?' || pattern[at] == text[position]))
            {
                at++;
                position++;
            }
            else if (star >= 0)
            {
                at = star + 1;
                position = ++resume;
            }
            else
            {
                return false;
            }
        }

        return pattern.AsSpan(at).IndexOfAnyExcept('*') < 0;
    }
}
