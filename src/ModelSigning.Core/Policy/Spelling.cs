namespace ModelSigning.Core.Policy;

/// <summary>Finds the word that was meant by a misspelled one.</summary>
internal static class Spelling
{
    /// <summary>Whether a word is another one but for its case, or for a letter or two that are wrong, missing, extra or swapped.</summary>
    public static bool IsNear(string written, string known)
    {
        int most = known.Length < 6 ? 1 : 2;
        return Math.Abs(written.Length - known.Length) <= most && Distance(written.ToUpperInvariant(), known.ToUpperInvariant()) <= most;
    }

    // Damerau and Levenshtein's distance, neighbours that are swapped counted once.
    private static int Distance(string a, string b)
    {
        int[,] cost = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            for (int j = 0; j <= b.Length; j++)
            {
                cost[i, j] = i == 0 || j == 0
                    ? i + j
                    : Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
                }
            }
        }

        return cost[a.Length, b.Length];
    }
}
