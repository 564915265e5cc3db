using System.Management.Automation;
using ModelSigning.Core.Manifests;

namespace ModelSigning;

/// <summary>Objects of the pipeline that are an entry of a manifest and have a path as well, such as a row of a table with one more column.</summary>
internal static class EntryWithPath
{
    /// <summary>Refuses such an object: PowerShell binds its path, and the command would read what lies there in place of the entry.</summary>
    /// <param name="command">The command.</param>
    /// <param name="digest">The digest that the object has; null for none.</param>
    /// <returns>Whether it was refused.</returns>
    internal static bool RefusesEntryWithPath(this ModelCommand command, PSObject? digest)
    {
        // PowerShell binds null too.
        string[]? paths = command.Path, literal = command.LiteralPath;
        if (digest is null || (paths ?? []).Concat(literal ?? []).FirstOrDefault(path => path is not null && PathTransformationAttribute.EntryOf(path) is null) is not { } path)
        {
            return false;
        }

        command.WriteError(ManifestImportErrors.ImportMalformed.At(
            $"An object has the digest of an entry of a manifest and the path '{path}' as well, so that it is not known which one is meant.", path,
            cure: "Leave out the columns Path, FilePath and PSPath: Select-Object Name, Algorithm, Digest, Length, ModelPath.").ToErrorRecord(path));
        return true;
    }
}
