using System.Text.Json.Nodes;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;
using ModelSigning.Core.Stores;
using ModelSigning.Testing;

using static ModelSigning.Core.Tests.Stores.StoreFixture;

namespace ModelSigning.Core.Tests.Stores;

/// <summary>The reading of a store ends when it is cancelled, whatever the store holds: counted by what is read afterwards, not by the clock.</summary>
public sealed class StoreCancellationTests : IDisposable
{
    private const string Layer = "application/vnd.cncf.model.weight.v1.", FilePath = "org.cncf.model.filepath";

    private readonly StoreFixture _store = new();

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData('0', true)]
    [InlineData('5', false)]
    [InlineData('g', false)]
    public void A_tar_without_an_end_is_read_no_further(char type, bool isClosed)
    {
        using CancellationTokenSource stop = new();
        byte[] start = type == 'g' ? [] : TarReaderTests.Header(type == '5' ? "a/" : "a", type, 0), repeated = isClosed ? new byte[512] : type == 'g' ? Comment() : start;
        using Endless stream = new(start, repeated, cancelAfter: 1000, stop);
        TarReader tar = new(stream, "t", stop.Token);
        Assert.Throws<OperationCanceledException>(() =>
        {
            while (tar.Next() is not null)
            {
            }
        });
        Assert.InRange(stream.ReadsAfterCancellation, 0, 2);
    }

    [Fact]
    public async Task A_tar_with_a_terabyte_of_zeros_behind_its_files_is_not_read_to_its_end()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A file is sparse there only when it is made so.");
        string archive = OciLayoutBuilder.ModelPack(null, null).WriteTar(_store.Folder, "layout.tar");
        using (FileStream file = new(archive, FileMode.Open))
        {
            file.SetLength(1L << 40);
        }

        using CancellationTokenSource stop = new();
        Core.Hashing.HashProgress progress = new();
        Task<ModelSource> opened = Task.Run(() => ModelStores.Open("Oci", archive, null, _store.Folder.FullPath, allowSymlinks: false, FileSystemRules.Current, progress, stop.Token), TestContext.Current.CancellationToken);
        while (progress.BytesDone == 0)
        {
            await Task.Yield();
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opened);
    }

    [Theory]
    [InlineData("tar")]
    [InlineData("tar+gzip")]
    [InlineData("tar+zstd")]
    public void A_layer_that_unpacks_to_very_much_is_unpacked_no_further(string packing)
    {
        // Below the bound for bombs, so that nothing else ends it.
        byte[] tar = [.. TarReaderTests.Header("zeros", '0', 200 << 20), .. new byte[200 << 20], .. new byte[1024]];
        OciLayoutBuilder built = new();
        built.Manifest("v1", Config(built), built.Blob(Layer + packing, packing switch { "tar" => tar, "tar+gzip" => Gzip(tar), _ => Zstd(tar) }, (FilePath, "zeros")));
        string layout = built.WriteFolder(_store.Folder, "layout");
        using CancellationTokenSource stop = new();
        long before = 0, after = 0;
        ModelFilesOptions options = new()
        {
            CurrentDirectory = _store.Folder.FullPath,
            ReadOnce = (_, stream) =>
            {
                byte[] piece = new byte[64 * 1024];
                before += stream.Read(piece);
                stop.Cancel();
                for (int read; (read = stream.Read(piece)) > 0;)
                {
                    after += read;
                }
            },
        };
        Assert.Throws<OperationCanceledException>(() => _store.Open(layout, "Oci").Find(options, stop.Token));
        Assert.InRange(before, 1, 64 * 1024);
        Assert.InRange(after, 0, 256 * 1024);
    }

    [Fact]
    public void A_manifest_of_many_layers_is_not_looked_up_to_its_end()
    {
        OciLayoutBuilder built = new();
        JsonObject layer = built.Blob(Layer + "raw", Utf8("1"), (FilePath, "one"));
        built.Manifest("v1", Config(built), [.. Enumerable.Range(0, 3).Select(_ => layer.DeepClone())]);
        string layout = built.WriteFolder(_store.Folder, "layout");
        File.Delete(_store.Folder["layout/blobs/" + ((string)layer["digest"]!).Replace(':', '/')]);
        Assert.Equal("BlobMissing", Refusal(() => _store.Open(layout, "Oci")));
        using CancellationTokenSource stop = new();
        stop.Cancel();
        foreach (string source in (string[])["Oci", "OciLayers"])
        {
            Assert.Throws<OperationCanceledException>(() => ModelStores.Open(source, layout, null, _store.Folder.FullPath, allowSymlinks: false, stop.Token));
        }
    }

    private static JsonObject Config(OciLayoutBuilder layout) => layout.Blob("application/vnd.cncf.model.config.v1+json", "{}"u8.ToArray());

    private static byte[] Comment()
    {
        byte[] record = new byte[512];
        "13 comment=x\n"u8.CopyTo(record);
        return [.. TarReaderTests.Header("pax", 'g', 13), .. record];
    }

    // Begins with some bytes and repeats others for ever; after a number of reads somebody presses Ctrl+C.
    private sealed class Endless(byte[] start, byte[] repeated, int cancelAfter, CancellationTokenSource stop) : ForwardStream
    {
        private long _at;
        private int _reads;

        public int ReadsAfterCancellation { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            if (stop.IsCancellationRequested)
            {
                ReadsAfterCancellation++;
                Assert.True(ReadsAfterCancellation < 100, "It is still read.");
            }
            else if (++_reads == cancelAfter)
            {
                stop.Cancel();
            }

            for (int index = 0; index < buffer.Length; index++, _at++)
            {
                buffer[index] = _at < start.Length ? start[_at] : repeated[(_at - start.Length) % repeated.Length];
            }

            return buffer.Length;
        }
    }
}
