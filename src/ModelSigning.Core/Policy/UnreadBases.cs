using System.IO.Enumeration;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Models;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>Finds the files of a model that can name its base models and that nobody read: loaders read them all the same.</summary>
internal static class UnreadBases
{
    private const string Adapter = "adapter_config.json", Configuration = "config.json", Card = "README.md";

    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        RecurseSubdirectories = true,
    };

    /// <summary>Why a model's base models are not all known, as the end of a sentence; null if everything that can name one was read.</summary>
    /// <param name="model">The model: valid, and verified as a whole.</param>
    /// <param name="content">What is in its signed files.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static string? Find(VerificationResult model, ModelInspection content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(content);
        if (content.Uninspected.FirstOrDefault(one => NamesBases(one.File) || IsUnknown(one)) is { } uninspected)
        {
            return $"'{uninspected.File}' cannot be read: {uninspected.Reason.TrimEnd('.')}";
        }

        if (model.Statement.Manifest.Resources.Select(resource => FileOf(model, resource.Name)).FirstOrDefault(name => name != Card && name.Equals(Card, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            return $"'{other}' is what loaders open as {Card} where case makes no difference, and was not read";
        }

        // Git's files are not part of a model, and no loader looks for a configuration among them.
        IEnumerable<string> unsigned = model.UncheckedFiles ?? model.UncheckedPaths.Where(path => path != ".git").SelectMany(path => FilesAt(model.ModelPath, path, cancellationToken));
        return unsigned.FirstOrDefault(NamesBases) is { } file ? $"'{file}' is not signed" : null;
    }

    private static string FileOf(VerificationResult model, string resource) =>
        model.Statement.Serialization.ShardSize is not null && ResourceName.TryParseShard(resource, out string file, out _, out _) ? file : resource;

    // A file of which nothing was read may be a configuration, or weights of GGUF, whose header names base models.
    private static bool IsUnknown(Uninspected one) => one.Reason == ModelInspection.NotKept;

    // In whatever case: a file system may take one for the other.
    private static bool NamesBases(string name) => IsConfiguration(name) || name.Equals(Card, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a file is what loaders take a base model from, in whatever folder: of an adapter, or of a model that is run with, or together with, another one's weights.</summary>
    /// <param name="name">The file's name, relative to the model.</param>
    internal static bool IsConfiguration(string name) =>
        name[(name.LastIndexOf('/') + 1)..] is var last && (last.Equals(Adapter, StringComparison.OrdinalIgnoreCase) || last.Equals(Configuration, StringComparison.OrdinalIgnoreCase));

    // Of a folder what is in it, but not behind its links: a link stands for an adapter, because nobody looked where it leads, and so does a folder that cannot be listed.
    private static IEnumerable<string> FilesAt(string model, string path, CancellationToken cancellationToken)
    {
        string full = path == ResourceName.SingleFile ? model : Path.Join(model, path);
        if (!CanBeFollowed(full))
        {
            return [$"{path}/{Adapter}"];
        }

        if (!Directory.Exists(full))
        {
            // An empty file, which shards do not cover, names nothing.
            return new FileInfo(full) is { Exists: true, LinkTarget: null, Length: 0 } && HashSource.Folder(Path.GetDirectoryName(full)!).IsEmpty(Path.GetFileName(full)) ? [] : [path];
        }

        try
        {
            FileSystemEnumerable<string> entries = new(full, (ref FileSystemEntry entry) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                string name = entry.ToFullPath()[(full.Length + 1)..].Replace(Path.DirectorySeparatorChar, '/');
                return $"{path}/{name}{(IsLink(ref entry) ? $"/{Adapter}" : "")}";
            }, Everything)
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory || IsLink(ref entry),
                ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(ref entry),
            };
            return new FileInfo(full).LinkTarget is null ? [.. entries.Where(NamesBases).Take(1)] : [$"{path}/{Adapter}"];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [$"{path}/{Adapter}"];
        }
    }

    // Nobody knows what is behind a folder that this user may not search.
    private static bool CanBeFollowed(string path)
    {
        try
        {
            return ModelLocation.StatusOf(path).Kind != Files.FileKind.Link || ModelLocation.StatusBehind(path).Kind != Files.FileKind.Missing;
        }
        catch (ModelSigningException)
        {
            return false;
        }
    }

    private static bool IsLink(ref FileSystemEntry entry) => entry.IsDirectory && entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
