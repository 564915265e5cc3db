using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Tuf;
using ModelSigning.Testing.SigstoreInstance;

namespace ModelSigning.Sigstore.Tests.Tuf;

/// <summary>Serves the files of a repository without a network, and counts what was asked for.</summary>
internal sealed class MemoryRepository(TufRepository repository, string prefix = "") : ITufRepository
{
    internal List<string> Asked { get; } = [];

    public byte[]? Fetch(string path, long maximum, CancellationToken cancellationToken)
    {
        Asked.Add(path);
        return !repository.Files.TryGetValue(prefix + path, out byte[]? bytes) ? null
            : bytes.Length <= maximum ? bytes
            : throw TufErrors.TufTooLarge.At($"'{path}' is larger than {maximum} bytes.", path);
    }
}

/// <summary>A repository with one target, a client's folder, and what a client does with both.</summary>
internal sealed class TufScene : IDisposable
{
    internal const string Target = "trusted_root.json";
    internal static readonly byte[] Content = "trusted"u8.ToArray();

    private readonly ModelSigning.Testing.TemporaryFolder _folder = new();
    private readonly byte[] _firstRoot;

    internal TufScene(bool consistentSnapshot = true)
    {
        Repository = new TufRepository(TimeProvider.System, consistentSnapshot);
        _firstRoot = Repository.Files["1.root.json"];
        Repository.SetTarget(Target, Content);
        Repository.Publish();
    }

    internal TufRepository Repository { get; }

    internal RootMetadata FirstRoot => RootMetadata.Parse(_firstRoot, "root.json");

    internal DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

    internal string Folder => _folder.FullPath;

    internal TufClient Update()
    {
        MetadataFolder store = new(Folder);
        RootMetadata root = store.Load("root.json", TufLimits.Root) is { } stored ? RootMetadata.Parse(stored, "root.json") : FirstRoot;
        store.SaveRoot(root);
        TufClient client = new(new MemoryRepository(Repository), store, root, Now);
        client.Update(CancellationToken.None);
        return client;
    }

    internal byte[] Download(string target = Target)
    {
        TufClient client = Update();
        return new TargetSearch(client, new MemoryRepository(Repository, "targets/")).Get(target, null, CancellationToken.None).Bytes;
    }

    /// <summary>The update is refused, and what was trusted before is what is trusted after.</summary>
    internal void Refused(ErrorDefinition expected)
    {
        Dictionary<string, string> before = Stored();
        ModelSigningException error = Assert.Throws<ModelSigningException>(() => Download());
        Assert.Equal(expected.Id, error.Definition.Id);
        Dictionary<string, string> after = Stored();
        foreach (string name in before.Keys.Where(name => name is "timestamp.json" or "snapshot.json" or "targets.json"))
        {
            Assert.Equal(before[name], after.GetValueOrDefault(name, before[name]));
        }
    }

    internal Dictionary<string, string> Stored() => Directory.GetFiles(Folder, "*.json")
        .ToDictionary(file => Path.GetFileName(file), File.ReadAllText, StringComparer.Ordinal);

    public void Dispose()
    {
        Repository.Dispose();
        _folder.Dispose();
    }
}
