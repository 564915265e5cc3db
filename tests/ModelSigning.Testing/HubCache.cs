using System.Security.Cryptography;
using System.Text;

namespace ModelSigning.Testing;

/// <summary>A repository in the cache of the Hugging Face hub, as huggingface_hub lays it out.</summary>
public sealed class HubCache
{
    /// <summary>The commit of the only snapshot.</summary>
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    private readonly TemporaryFolder _folder;

    /// <summary>Makes the repository <c>models--org--name</c> with <c>refs/main</c> and a snapshot without files.</summary>
    public HubCache(TemporaryFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        _folder = folder;
        folder.Write("hub/models--org--name/refs/main", Commit);
        Directory.CreateDirectory(this["blobs"]);
        Directory.CreateDirectory(Snapshot);
    }

    /// <summary>The repository's folder.</summary>
    public string Repository => _folder["hub/models--org--name"];

    /// <summary>The snapshot's folder.</summary>
    public string Snapshot => this["snapshots/" + Commit];

    /// <summary>A path in the repository.</summary>
    public string this[string relative] => _folder["hub/models--org--name/" + relative];

    /// <summary>Adds a file: a blob, and a relative link to it.</summary>
    /// <returns>The blob's name.</returns>
    public string Add(string name, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(name);
        string blob = Convert.ToHexStringLower(SHA256.HashData(bytes));
        _folder.Write("hub/models--org--name/blobs/" + blob, bytes);
        string above = string.Concat(Enumerable.Repeat("../", name.Count(c => c == '/') + 2));
        Link(name, above + "blobs/" + blob);
        return blob;
    }

    /// <summary>Adds a text file.</summary>
    /// <inheritdoc cref="Add(string, ReadOnlySpan{byte})"/>
    public string Add(string name, string text) => Add(name, Encoding.UTF8.GetBytes(text));

    /// <summary>Adds a link to anything.</summary>
    public void Link(string name, string target)
    {
        string link = Path.Join(Snapshot, name);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
    }

    /// <summary>Copies the snapshot with its links followed, as <c>--local-dir</c> downloads it.</summary>
    /// <returns>The copy's full path.</returns>
    public string CopyTo(string relative)
    {
        foreach (string file in Directory.EnumerateFiles(Snapshot, "*", SearchOption.AllDirectories))
        {
            _folder.Write(Path.Join(relative, Path.GetRelativePath(Snapshot, file)), File.ReadAllBytes(file));
        }

        return _folder[relative];
    }
}
