using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Stores;

/// <summary>
/// The name of a model in a store of ollama, and where its manifest lies: below <c>manifests</c>. ollama looks at names without regard to case. Versions that were not released look below <c>manifests-v2</c> first, and take
/// two hosts for one: what lies there must not be another model, and does not count as this one, because a released version would not find it and get whatever its registry has now.
/// </summary>
internal sealed class OllamaName
{
    private const string Unreleased = "manifests-v2", Released = "manifests", Host = "registry.ollama.ai", OtherHost = "ollama.com", Namespace = "library";
    private const int MostOfHost = 350, MostOfPart = 80;

    /// <summary>The folder of manifests.</summary>
    public const string Folder = Released;

    private static readonly string[] Folders = [Released, Unreleased];

    private readonly string _text;
    private readonly string[] _parts;

    private OllamaName(string text, string[] parts) => (_text, _parts) = (text, parts);

    /// <summary>Reads <c>[HOST/][NAMESPACE/]NAME[:TAG]</c>; by default the tag is <c>latest</c>.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.RevisionInvalid"/>.</exception>
    public static OllamaName Parse(string text, string store, FileSystemRules rules)
    {
        int colon = text.LastIndexOf(':');
        bool hasTag = colon > text.LastIndexOf('/');
        string[] given = (hasTag ? text[..colon] : text).Split('/');
        string tag = hasTag ? text[(colon + 1)..] : "latest";
        string[] parts = given.Length switch
        {
            1 => [Host, Namespace, .. given, tag],
            2 => [Host, .. given, tag],
            3 => [.. given, tag],
            _ => [],
        };
        if (IsElsewhere(tag))
        {
            throw StoreErrors.RevisionInvalid.At(
                $"ollama takes the end of '{text}' for where the model runs, and not for its tag.", store, cure: "Specify the model under a tag that is not 'local', 'cloud' or '…-cloud'; 'ollama cp' gives it one.");
        }

        return parts.Length == 4 && IsValid(parts) && (!rules.IsWindows || WindowsName.IsUsable(string.Join('/', parts)))
            ? new(text, parts) : throw StoreErrors.RevisionInvalid.At($"'{text}' is not the name of a model of ollama.", store, cure: "Specify NAME:TAG, as 'ollama list' writes it.");
    }

    /// <summary>Reads the model's manifest.</summary>
    /// <exception cref="ModelSigningException">
    /// <see cref="StoreErrors.RevisionNotFound"/>; <see cref="StoreErrors.RevisionAmbiguous"/> when several manifests could be the one that ollama takes;
    /// <see cref="StoreErrors.ReferenceInvalid"/> for a link that does not lead to the blob of a manifest.
    /// </exception>
    public byte[] ReadManifest(BlobStore store, string root, CancellationToken cancellationToken)
    {
        string[] hosts = _parts[0] is Host or OtherHost ? [Host, OtherHost] : [_parts[0]];
        string[][] wanted = [hosts, .. _parts[1..].Select(part => (string[])[part])];
        foreach (string folder in Folders)
        {
            RefuseOtherCase(root, Path.Join(root, folder), wanted, cancellationToken);
        }

        string[][] places = [.. Folders.SelectMany(folder => hosts.Select(host => (string[])[folder, host, .. _parts[1..]]))];
        string[] found = [.. places.SelectMany(place => Spellings(root, place[0], place.AsMemory(1), cancellationToken)).Distinct(StringComparer.Ordinal)];
        if (found.Length > 1)
        {
            throw StoreErrors.RevisionAmbiguous.At(Invariant($"The store '{root}' has several manifests for '{_text}', of which ollama takes one: '{found[0]}' and '{found[1]}'."), root, cure: "Delete the model with 'ollama rm', and pull it again.");
        }

        string own = string.Join('/', [Released, .. _parts]);
        return found is [var one] && one != own && places.Any(place => string.Join('/', place) == one)
            ? throw StoreErrors.RevisionNotFound.At($"The manifest of '{_text}' is '{Path.Join(root, one)}', where ollama does not look for it: it would pull a model of that name.", root, cure: "Pull the model with a released version of ollama, and verify it again.")
            : found is [var only] && only == own && Read(store, root, only) is { } manifest ? manifest : throw StoreErrors.RevisionNotFound.At($"The store '{root}' has no model '{_text}'.", root);
    }

    // From every manifest of the store ollama takes over each part of its name that is the wanted one in another case, and then looks for a name that is put together of several.
    private void RefuseOtherCase(string root, string folder, ReadOnlySpan<string[]> wanted, CancellationToken cancellationToken)
    {
        try
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (wanted[0].Contains(entry.Name, StringComparer.OrdinalIgnoreCase) && !wanted[0].Contains(entry.Name))
                {
                    throw StoreErrors.RevisionAmbiguous.At(
                        $"The store '{root}' has '{entry.FullName}', from which ollama takes '{entry.Name}' for a part of '{_text}', so that it looks for another model.", root, cure: "Delete it with 'ollama rm', and verify again.");
                }

                if (wanted.Length > 1 && entry is DirectoryInfo)
                {
                    RefuseOtherCase(root, entry.FullName, wanted[1..], cancellationToken);
                }
            }
        }
        catch (DirectoryNotFoundException)
        {
            // There is nothing.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.BlobUnreadable.At($"'{folder}' cannot be read: {fault.Message}", folder, fault);
        }
    }

    // What ollama reads off a name before it looks for the manifest: of the rest the tag is the default, or the model is one of its servers'.
    private static bool IsElsewhere(string tag) =>
        tag.Equals("local", StringComparison.OrdinalIgnoreCase) || tag.Equals("cloud", StringComparison.OrdinalIgnoreCase) || tag.EndsWith("-cloud", StringComparison.OrdinalIgnoreCase);

    // Its own grammar: what it does not take for a name, it reads as another one.
    private static bool IsValid(string[] parts) => IsPart(parts[0], MostOfHost, ".:") && IsPart(parts[1], MostOfPart, "") && IsPart(parts[2], MostOfPart, ".") && IsPart(parts[3], MostOfPart, ".");

    private static bool IsPart(string part, int most, string marks) =>
        part.Length > 0 && part.Length <= most && (char.IsAsciiLetterOrDigit(part[0]) || part[0] == '_')
        && part.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' || marks.Contains(character, StringComparison.Ordinal));

    private static byte[]? Read(BlobStore store, string root, string name) => ModelLocation.StatusOf(Path.Join(root, name)).Kind == FileKind.Link
        ? throw StoreErrors.ReferenceInvalid.At($"'{Path.Join(root, name)}' is a link, in whose place ollama has a file.", Path.Join(root, name)) : store.ReadFile(name, OciLayout.MaximumLength);

    // The entries whose names differ from the wanted ones in case at most; whatever they are, so that a link or a folder counts too.
    private static IEnumerable<string> Spellings(string root, string below, ReadOnlyMemory<string> parts, CancellationToken cancellationToken)
    {
        string folder = Path.Join(root, below);
        switch (ModelLocation.StatusOf(folder).Kind)
        {
            case FileKind.Directory:
                break;
            case FileKind.Link:
                // It can lead elsewhere for the server, or nowhere for this process.
                throw StoreErrors.ReferenceInvalid.At($"'{folder}' is a link, in whose place ollama has a folder.", folder);
            default:
                return [];
        }

        try
        {
            string wanted = parts.Span[0];
            string[] names = [.. new DirectoryInfo(folder).EnumerateFileSystemInfos().Select(entry => entry.Name).TakeWhile(_ => !cancellationToken.IsCancellationRequested)
                .Where(name => name.Equals(wanted, StringComparison.OrdinalIgnoreCase))];
            cancellationToken.ThrowIfCancellationRequested();
            return [.. names.Select(name => $"{below}/{name}")
                .SelectMany(name => parts.Length == 1 ? [name] : Spellings(root, name, parts[1..], cancellationToken))];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw StoreErrors.BlobUnreadable.At($"'{folder}' cannot be read: {fault.Message}", folder, fault);
        }
    }
}
