using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>Refuses a model for what is in its files, where a rule says so.</summary>
internal sealed class RuleContent(TrustRule rule)
{
    /// <summary>Refuses what the rule forbids, what could not be inspected completely, and what is of no format that the rule allows.</summary>
    /// <param name="model">The model: valid.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="PolicyErrors.ContentForbidden"/>, <see cref="PolicyErrors.ContentUninspectable"/>, <see cref="PolicyErrors.FormatNotAllowed"/>.
    /// </exception>
    public void Require(VerificationResult model, ModelInspection? content, CancellationToken cancellationToken)
    {
        if (!rule.DemandsContent)
        {
            return;
        }

        if (content is not { MissesNothing: true })
        {
            throw PolicyErrors.ContentUninspectable.At($"The rule '{rule.Name}' restricts what may be in '{model.ModelPath}', but its files were not inspected.", model.ModelPath);
        }

        bool isList = rule.AllowedFormats.Count > 0;
        Refuse(model, "pickle", isList || rule.Forbidden.Contains(ForbiddenContent.Pickle),
            content.Executables.Where(one => one.Kind == ExecutableKind.Pickle).Select(Describe));
        Refuse(model, "code", isList || rule.Forbidden.Contains(ForbiddenContent.Code),
            content.Executables.Where(one => one.Kind != ExecutableKind.Pickle).Select(Describe));
        Refuse(model, "unpinnedReferences", rule.Forbidden.Contains(ForbiddenContent.UnpinnedReferences),
            content.References.Where(one => !one.IsPinned).Select(one => $"'{one.File}' names '{one.Target}' ({one.Kind})"));
        if (content.Uninspected is [var first, ..])
        {
            throw PolicyErrors.ContentUninspectable.At(
                $"The rule '{rule.Name}' restricts what may be in '{model.ModelPath}', but '{first.File}' cannot be inspected completely: {first.Reason.TrimEnd('.')}.{More(content.Uninspected.Count)}",
                model.ModelPath);
        }

        string[] unsigned = [.. model.UncheckedPaths.Where(path => !IsExcused(path, model))];
        if (unsigned.Length > 0)
        {
            throw PolicyErrors.ContentUninspectable.At(
                $"The rule '{rule.Name}' restricts what may be in '{model.ModelPath}', but '{unsigned[0]}' is neither signed nor inspected.{More(unsigned.Length)}", model.ModelPath);
        }

        if (content.References.FirstOrDefault(one => one.Kind == ReferenceKind.ExternalData && !one.IsPinned && NamedPath.LeadsAway(one.File, one.Target)) is { } away)
        {
            throw PolicyErrors.ContentUninspectable.At(
                $"The rule '{rule.Name}' restricts what may be in '{model.ModelPath}', but '{away.File}' names '{away.Target}', which is neither signed nor inspected.", model.ModelPath);
        }

        if (isList && content.FirstOutside(rule.AllowedFormats, cancellationToken) is { } outside)
        {
            throw PolicyErrors.FormatNotAllowed.At(
                $"The rule '{rule.Name}' allows only {string.Join(", ", rule.AllowedFormats)}, and '{outside.File}' in '{model.ModelPath}' is none of them. {outside.Reason}.", model.ModelPath);
        }
    }

    // A clone has these, and what names them leads away. Loaders find the files of a model in every other folder. Of a folder of which one file was asked about, that file is the model.
    private static bool IsExcused(string path, VerificationResult model) => path switch
    {
        ".git" => true,
        ".gitattributes" or ".gitignore" => model.UncheckedFiles is { } files
            ? !files.Any(file => file.StartsWith(path + "/", StringComparison.Ordinal)) : !Directory.Exists(Path.Join(model.ModelPath, path)),
        _ => model.Scope == VerificationScope.Partial && path == ResourceName.SingleFile,
    };

    private static string Describe(Executable one) =>
        $"'{one.File}'{(one.Member is null ? "" : $" has a member '{one.Member}' that")} is {one.Kind}{(one.Detail.Length == 0 ? "" : $" ({one.Detail})")}";

    private static string More(int count) => count > 1 ? $" There are {count - 1} more." : "";

    private void Refuse(VerificationResult model, string what, bool isForbidden, IEnumerable<string> found)
    {
        string[] all = isForbidden ? [.. found] : [];
        if (all.Length > 0)
        {
            throw PolicyErrors.ContentForbidden.At($"The rule '{rule.Name}' does not accept {what} in '{model.ModelPath}': {all[0]}.{More(all.Length)}", model.ModelPath);
        }
    }
}
