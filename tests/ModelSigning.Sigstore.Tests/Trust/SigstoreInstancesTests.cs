using System.Net.Sockets;
using ModelSigning.Core.Errors;
using ModelSigning.Sigstore.Trust;
using ModelSigning.Sigstore.Tuf;
using ModelSigning.Testing;
using ModelSigning.Testing.SigstoreInstance;
using CanonicalJson = ModelSigning.Testing.SigstoreInstance.CanonicalJson;

namespace ModelSigning.Sigstore.Tests.Trust;

/// <summary>Stored trust while it is updated, damaged, planted and named, against a repository on loopback.</summary>
public sealed class SigstoreInstancesTests : IAsyncLifetime
{
    private const string Name = "internal";

    private readonly TemporaryFolder _folder = new();
    private SigstoreServer _server = null!;

    private SigstoreInstances Instances => new(_folder["trust"]);

    private Uri Address => new(_server.Address, "tuf");

    private byte[] FirstRoot => _server.Tuf.Files["1.root.json"];

    public async ValueTask InitializeAsync() => _server = await SigstoreServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("2.root.json")]
    [InlineData("timestamp.json")]
    [InlineData("2.snapshot.json")]
    [InlineData("2.targets.json")]
    [InlineData("targets/")]
    public void An_update_that_breaks_off_changes_nothing(string broken)
    {
        Register();
        Dictionary<string, byte[]> before = Files();
        _server.Tuf.PublishRoot();
        _server.Tuf.SetTarget("trusted_root.json", CanonicalJson.File(_server.Instance.TrustedRoot()).Append((byte)'\n').ToArray());
        _server.Tuf.Publish();
        foreach (string file in _server.Tuf.Files.Keys.Where(file => file.StartsWith(broken, StringComparison.Ordinal)))
        {
            _server.Tuf.Files[file] = "{"u8.ToArray();
        }

        Assert.Throws<ModelSigningException>(() => Update());
        Assert.Equal(before, Files());
        Assert.Equal(1, Instances.Load(Name).TufRootVersion);
    }

    [Fact]
    public async Task A_reader_beside_updates_sees_one_trust_or_the_other()
    {
        Register();
        Task updates = Task.Run(() =>
        {
            for (int number = 0; number < 30; number++)
            {
                _server.Tuf.Publish();
                Update();
                Update();
            }
        }, TestContext.Current.CancellationToken);
        while (!updates.IsCompleted)
        {
            Assert.Equal(TrustOrigin.Cache, Instances.Load(Name).Origin);
            Assert.Equal(["public", Name], Instances.Names);
        }

        await updates;
    }

    [Fact]
    public void An_update_that_finds_nothing_new_writes_the_date_alone()
    {
        Register();
        Dictionary<string, DateTime> before = Directory.GetFiles(_folder["trust"], "*.json", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        DateTimeOffset later = DateTimeOffset.UtcNow.AddHours(1);
        Instances.Update(Name, null, null, later, CancellationToken.None);
        Assert.Equal(later.ToUnixTimeSeconds(), Instances.Load(Name).AsOf!.Value.ToUnixTimeSeconds());
        Assert.Equal(["updated.json"], before.Where(file => File.GetLastWriteTimeUtc(file.Key) != file.Value).Select(file => Path.GetFileName(file.Key)));
    }

    [Fact]
    public void A_failed_update_with_another_root_overwrites_nothing_whatever_name_it_has()
    {
        using TufRepository stranger = new(TimeProvider.System);
        Register();
        Dictionary<string, byte[]> before = Files();
        Assert.Throws<ModelSigningException>(() => Update(Name, Address, stranger.Files["1.root.json"]));
        Assert.Throws<ModelSigningException>(() => Update("other", Address, stranger.Files["1.root.json"]));
        Assert.Equal(before, Files());
        Assert.Equal(TrustOrigin.Cache, Instances.Load(Name).Origin);
        Assert.Equal(1, Update().TufRootVersion);
    }

    [Fact]
    public void The_first_root_given_again_leads_to_no_older_root_than_the_stored_one()
    {
        Register();
        _server.Tuf.PublishRoot();
        Assert.Equal(2, Update().TufRootVersion);
        _server.Tuf.Files.Remove("2.root.json", out _);
        Assert.Equal(2, Update(Name, Address, FirstRoot).TufRootVersion);
    }

    [Fact]
    public void A_root_that_was_recorded_is_not_forgotten_with_the_chain_that_led_to_it()
    {
        Register();
        _server.Tuf.PublishRoot();
        Assert.Equal(2, Update().TufRootVersion);
        File.Delete(Directory.GetFiles(_folder["trust"], "2.root.json", SearchOption.AllDirectories).Single());
        _server.Tuf.Files.Remove("2.root.json", out _);
        Dictionary<string, byte[]> before = Files();
        Assert.Equal(TufErrors.TufRollback, Assert.Throws<ModelSigningException>(() => Update()).Definition);
        Assert.Equal(before, Files());
    }

    [Fact]
    public void A_root_that_is_specified_leads_to_no_older_one_than_was_recorded_unless_the_folder_is_gone()
    {
        for (int rotation = 0; rotation < 3; rotation++)
        {
            _server.Tuf.PublishRoot();
        }

        // Registered with the third, so that nothing stored leads from the first to the fourth.
        Assert.Equal(4, Update(Name, Address, _server.Tuf.Files["3.root.json"]).TufRootVersion);
        Dictionary<string, byte[]> before = Files();
        _server.Tuf.Files.Remove("3.root.json", out byte[]? third);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Update(Name, Address, FirstRoot));
        Assert.Equal(TufErrors.TufRollback, refusal.Definition);
        Assert.Contains(_folder["trust/instances/internal"], refusal.Cure, StringComparison.Ordinal);
        Assert.Equal(before, Files());
        _server.Tuf.Files["3.root.json"] = third!;
        Assert.Equal(4, Update(Name, Address, FirstRoot).TufRootVersion);
        _server.Tuf.Files.Remove("3.root.json", out _);
        Directory.Delete(_folder["trust/instances/internal"], recursive: true);
        Assert.Equal(2, Update(Name, Address, FirstRoot).TufRootVersion);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("damaged")]
    public void A_recorded_root_that_is_damaged_is_not_taken_for_none(string? content)
    {
        _server.Tuf.PublishRoot();
        Assert.Equal(2, Update(Name, Address, FirstRoot).TufRootVersion);
        _server.Tuf.Files.Remove("2.root.json", out byte[]? second);
        void Damage(string name)
        {
            foreach (string path in Directory.GetFiles(_folder["trust"], name, SearchOption.AllDirectories))
            {
                File.Delete(path);
                if (content is not null)
                {
                    File.WriteAllText(path, content);
                }
            }
        }

        // The recorded root, and the first one: the name of the second one alone tells what was recorded.
        Damage("root.json");
        Damage("first.root.json");
        if (content is not null)
        {
            Damage("2.root.json");
        }

        Assert.Equal(content is null ? null : TufErrors.TufRollback, Refusal());
        Damage("root.json");
        Damage("first.root.json");
        File.Delete(Directory.GetFiles(_folder["trust"], "2.root.json", SearchOption.AllDirectories).Single());
        Assert.Equal(TufErrors.TufCacheDamaged, Refusal());
        Directory.Delete(_folder["trust/instances/internal"], recursive: true);
        _server.Tuf.Files["2.root.json"] = second!;
        Assert.Equal(2, Update(Name, Address, FirstRoot).TufRootVersion);

        ErrorDefinition? Refusal() => (Record.Exception(() => Update(Name, Address, FirstRoot)) as ModelSigningException)?.Definition;
    }

    [Fact]
    public void A_folder_of_metadata_takes_no_older_root_than_it_has()
    {
        _server.Tuf.PublishRoot();
        byte[] second = _server.Tuf.Files["2.root.json"];
        TufMirror mirror = new(_folder["metadata"]);
        mirror.Initialize(FirstRoot);
        mirror.Initialize(second);
        Assert.Equal(TufErrors.TufRollback, Assert.Throws<ModelSigningException>(() => mirror.Initialize(FirstRoot)).Definition);
        _server.Tuf.Files.Remove("2.root.json", out _);
        Assert.Equal(TufErrors.TufRollback, Assert.Throws<ModelSigningException>(
            () => mirror.Fetch(Address, null, [], _folder["targets"], FirstRoot, DateTimeOffset.UtcNow, CancellationToken.None)).Definition);
        Assert.Equal(second, File.ReadAllBytes(_folder["metadata/root.json"]));
        File.WriteAllText(_folder["metadata/root.json"], "damaged");
        Assert.Equal(TufErrors.TufCacheDamaged, Assert.Throws<ModelSigningException>(() => mirror.Initialize(FirstRoot)).Definition);
        Assert.Equal(TufErrors.TufCacheDamaged, Assert.Throws<ModelSigningException>(
            () => mirror.Fetch(Address, null, [], _folder["targets"], FirstRoot, DateTimeOffset.UtcNow, CancellationToken.None)).Definition);
        File.Delete(_folder["metadata/root.json"]);
        mirror.Initialize(FirstRoot);
        Assert.Equal(FirstRoot, File.ReadAllBytes(_folder["metadata/root.json"]));
    }

    [Fact]
    public void A_lock_that_nobody_can_take_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A socket is not a file there.");
        Register();
        string path = _folder["trust/instances/internal/.lock"];
        File.Delete(path);

        // Opening it fails for another reason than that somebody has it, as on a file system that is read-only.
        using Socket lockFile = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        lockFile.Bind(new UnixDomainSocketEndPoint(path));
        Assert.True(Update().NotKept);
        Assert.Equal(TrustOrigin.Cache, Instances.Load(Name).Origin);
    }

    [Fact]
    public void What_is_missing_or_damaged_is_refused_and_the_command_that_the_message_names_repairs_it()
    {
        Register();
        _server.Tuf.PublishRoot();
        _server.Tuf.Publish();
        Update();
        foreach (string name in Files().Keys.Where(name => !name.EndsWith("updated.json", StringComparison.Ordinal)))
        {
            foreach (string? content in new[] { null, "", "{}", "x" })
            {
                string path = Directory.GetFiles(_folder["trust"], Path.GetFileName(name), SearchOption.AllDirectories)
                    .Single(file => file.Replace('\\', '/').EndsWith(name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal));
                File.Delete(path);
                if (content is not null)
                {
                    File.WriteAllText(path, content);
                }

                ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Instances.Load(Name));
                Assert.Equal(TufErrors.TufCacheDamaged, refusal.Definition);
                Assert.Contains("Update-SigstoreTrust -Name internal", refusal.Message, StringComparison.Ordinal);
                bool whole = refusal.Message.Contains("-Name internal -Url URL -RootPath FILE", StringComparison.Ordinal);
                Update(Name, whole ? Address : null, whole ? FirstRoot : null);
                Assert.Equal(2, Instances.Load(Name).TufRootVersion);
            }
        }
    }

    [Fact]
    public void A_store_that_is_not_there_means_the_trust_of_the_module_and_for_other_names_none()
    {
        Assert.Equal(TrustOrigin.Embedded, Instances.Load(null).Origin);
        Assert.Equal(TrustErrors.InstanceUnknown, Assert.Throws<ModelSigningException>(() => Instances.Load(Name)).Definition);
        Assert.Throws<ModelSigningException>(() => Update(Name, new Uri("http://127.0.0.1:9/"), FirstRoot));
        Assert.Equal(["public"], Instances.Names);
    }

    [Fact]
    public void A_stage_that_was_never_finished_is_not_trust()
    {
        Register();
        Directory.Move(Directory.GetDirectories(_folder["trust/instances/internal"]).Single(), _folder["trust/instances/internal/.staged-0123456789abcdef"]);
        Assert.Equal(TrustErrors.InstanceUnknown, Assert.Throws<ModelSigningException>(() => Instances.Load(Name)).Definition);
        Register();
        Assert.Equal(["1"], Directory.GetDirectories(_folder["trust/instances/internal"]).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void Foreign_trust_in_the_folder_of_the_public_instance_is_refused()
    {
        for (int rotation = 0; rotation < 20; rotation++)
        {
            _server.Tuf.PublishRoot();
        }

        Register();
        Directory.Move(_folder["trust/instances/internal"], _folder["trust/instances/public"]);
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Instances.Load(null));
        Assert.Equal(TufErrors.TufCacheDamaged, refusal.Definition);
        Assert.Contains("Run Update-SigstoreTrust.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_public_instance_takes_neither_another_root_nor_another_address()
    {
        Assert.Equal(TrustErrors.InstanceNameInvalid, Assert.Throws<ModelSigningException>(() => Update("public", null, FirstRoot)).Definition);
        Assert.Equal(TrustErrors.InstanceNameInvalid, Assert.Throws<ModelSigningException>(() => Update("public", Address)).Definition);
    }

    [Theory]
    [InlineData("Public")]
    [InlineData("PUBLIC")]
    [InlineData("public.")]
    [InlineData("-x")]
    [InlineData("con")]
    [InlineData("nul.x")]
    [InlineData("COM1")]
    [InlineData("internal.")]
    [InlineData(".hidden")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("Internal")]
    public void Names_that_another_system_or_person_takes_for_another_one_are_refused(string name)
    {
        Register();
        Assert.Equal(TrustErrors.InstanceNameInvalid, Assert.Throws<ModelSigningException>(() => Update(name, Address, FirstRoot)).Definition);
        Assert.Equal(TrustErrors.InstanceNameInvalid, Assert.Throws<ModelSigningException>(() => Instances.Load(name)).Definition);
        Assert.Equal(["public", Name], Instances.Names);
    }

    [Theory]
    [InlineData("http://example.com/tuf")]
    [InlineData("http://192.0.2.1/tuf")]
    [InlineData("https://user:secret@example.com/tuf")]
    [InlineData("https://example.com/tuf?sig=secret")]
    [InlineData("https://example.com/tuf#secret")]
    [InlineData("file:///tmp/secret")]
    [InlineData("ftp://example.com/secret")]
    [InlineData("relative/path?secret")]
    public void Addresses_without_https_or_with_more_than_a_path_are_refused(string address)
    {
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(() => Update(Name, new Uri(address, UriKind.RelativeOrAbsolute), FirstRoot));
        Assert.Equal(TufErrors.TufAddressInvalid, refusal.Definition);
        Assert.DoesNotContain("secret", refusal.Message + refusal.Target, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["trust"]));
    }

    [Fact]
    public void Folders_and_files_belong_to_the_user_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such permissions; the folder lies in the user's own.");
        }

        Register();
        Assert.All(Directory.GetDirectories(_folder["trust"], "*", SearchOption.AllDirectories).Prepend(_folder["trust"]),
            folder => Assert.Equal("rwx------", Mode(folder)));
        Assert.All(Directory.GetFiles(_folder["trust"], "*", SearchOption.AllDirectories), file => Assert.Equal("rw-------", Mode(file)));
    }

    [Fact]
    public async Task A_whole_update_has_a_deadline()
    {
        await using LoopbackServer slow = await LoopbackServer.StartAsync(context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        SigstoreInstances instances = new(_folder["trust"], TimeSpan.FromMilliseconds(100));
        ModelSigningException refusal = Assert.Throws<ModelSigningException>(
            () => instances.Update(Name, slow.Address, FirstRoot, DateTimeOffset.UtcNow, CancellationToken.None));
        Assert.Equal(TufErrors.TufUnreachable, refusal.Definition);
    }

    private SigstoreTrust Register() => Update(Name, Address, FirstRoot);

    private SigstoreTrust Update(string name = Name, Uri? address = null, byte[]? root = null) =>
        Instances.Update(name, address, root, DateTimeOffset.UtcNow, CancellationToken.None);

    // Everything that is stored, by its path below an instance's numbered folder.
    private Dictionary<string, byte[]> Files() => Directory.GetFiles(_folder["trust"], "*.json", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(_folder["trust/instances/internal"], path).Replace('\\', '/'), File.ReadAllBytes);

    private static string Mode(string path)
    {
        const string letters = "rwxrwxrwx";
        int mode = OperatingSystem.IsWindows() ? 0 : (int)File.GetUnixFileMode(path);
        return string.Concat(letters.Select((letter, index) => (mode >> (8 - index) & 1) == 1 ? letter : '-'));
    }
}
