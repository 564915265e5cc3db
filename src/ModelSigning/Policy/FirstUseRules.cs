using ModelSigning.Core.Policy;

namespace ModelSigning;

/// <summary>Makes the rules of a policy from models on first use: one for each, which matches that model and none of the others.</summary>
internal static class FirstUseRules
{
    /// <summary>
    /// The rules. A model is matched by its name, so that the store can be moved; where several models have one name, each is matched by its path.
    /// </summary>
    /// <param name="found">The models with their signers.</param>
    /// <param name="policyPath">The full path that the policy will have; relative patterns start at its folder.</param>
    /// <param name="day">The day that the rules are said to be of; null for rules that are only tried.</param>
    /// <param name="demands">What each rule also requires.</param>
    /// <exception cref="Core.Errors.ModelSigningException">The name or path of a model cannot be written as a pattern.</exception>
    internal static IReadOnlyList<RuleDraft> Of(IReadOnlyList<FirstUse> found, string policyPath, string? day, RuleDemands demands)
    {
        ILookup<string, FirstUse> byName = found.ToLookup(one => one.Name, StringComparer.OrdinalIgnoreCase);
        List<RuleDraft> rules = [];
        foreach (FirstUse one in found)
        {
            string pattern = byName[one.Name].Count() == 1 ? one.Name : PathPattern(one.Model, Path.GetDirectoryName(policyPath)!);
            Require(pattern.AsSpan().IndexOfAny('*', '?', '\\') < 0, $"'{pattern}' would match other models too in a policy.", one);
            rules.Add(new RuleDraft(
                NameOf(pattern, rules), pattern, $"Trusted on first use{(day is null ? "" : $", {day} UTC")}. Compare the signer with what the publisher says elsewhere.", one.WriteSigner)
            {
                Pin = one.Pin,
                Demands = demands,
            });
        }

        return rules;
    }

    /// <summary>Makes sure that the policy which will be written gives each model its own rule.</summary>
    /// <exception cref="Core.Errors.ModelSigningException">It does not, or it cannot be read.</exception>
    internal static void Check(IReadOnlyList<FirstUse> found, IReadOnlyList<RuleDraft> rules, TrustPolicy policy)
    {
        for (int index = 0; index < found.Count; index++)
        {
            Require(policy.RuleFor(found[index].Model)?.Name == rules[index].Name, $"No pattern of a policy matches '{found[index].Model}' alone.", found[index]);
        }
    }

    private static string PathPattern(string model, string folder)
    {
        string relative = Path.GetRelativePath(folder, Path.TrimEndingDirectorySeparator(model));
        string path = Path.IsPathRooted(relative) || relative.StartsWith("..", StringComparison.Ordinal) ? Path.TrimEndingDirectorySeparator(model) : "./" + relative;
        return OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;
    }

    // Names are unique in a policy, upper and lower case not told apart.
    private static string NameOf(string pattern, List<RuleDraft> rules)
    {
        string name = pattern;
        for (int number = 2; rules.Exists(rule => rule.Name.Equals(name, StringComparison.OrdinalIgnoreCase)); number++)
        {
            name = $"{pattern} ({number})";
        }

        return name;
    }

    private static void Require(bool fulfilled, string sentence, FirstUse one)
    {
        if (!fulfilled)
        {
            throw CommandErrors.FirstUseUnknown.At($"{sentence} Write its rule by hand, or rename the model.", one.Model);
        }
    }
}
