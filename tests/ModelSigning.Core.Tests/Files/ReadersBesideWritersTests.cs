using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Models;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Files;

public sealed class ReadersBesideWritersTests : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Writes = 300;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_reader_beside_a_writer_sees_the_old_or_the_new_content_and_is_never_refused()
    {
        string path = _folder["a.sig"];
        AtomicFile.Write(path, Content(0), Mode, null);
        Task writer = Task.Run(() => Repeat(number => AtomicFile.Write(path, Content(number), Mode, null)), TestContext.Current.CancellationToken);
        while (!writer.IsCompleted)
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            using StreamReader reader = new(stream);
            string text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            Assert.Equal(text, Encoding.UTF8.GetString(Content(int.Parse(text.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture))));
        }

        await writer;
    }

    [Fact]
    public async Task A_writer_is_not_disturbed_by_another_one_that_tidies_up()
    {
        Task writer = Task.Run(() => Repeat(number => AtomicFile.Write(_folder[$"{number}.sig"], Content(number), Mode, FileErrors.FileWriteFailed)), TestContext.Current.CancellationToken);
        while (!writer.IsCompleted)
        {
            AtomicFile.RemoveLeftovers(_folder.FullPath);
        }

        await writer;
        Assert.Equal(Writes, Directory.GetFiles(_folder.FullPath).Length);
    }

    [Fact]
    public async Task A_model_that_is_listed_beside_a_writer_has_no_unfinished_file()
    {
        _folder.Write("model/weights.bin", "weights");
        _folder.Write("model/model.sig", "a signature");
        Task writer = Task.Run(() => Repeat(number => AtomicFile.Write(_folder["model/model.sig"], Content(number), Mode, null)), TestContext.Current.CancellationToken);
        while (!writer.IsCompleted)
        {
            ModelFiles found = ModelFiles.Find(_folder["model"], new() { CurrentDirectory = _folder.FullPath, IgnorePaths = ["model/model.sig"] }, CancellationToken.None);
            Assert.Equal(["weights.bin"], found.Files.Select(file => file.Name));
        }

        await writer;
    }

    [Fact]
    public void An_unfinished_file_without_a_writer_is_a_file_like_any_other()
    {
        string left = _folder.Write("model/.modelsigning-0123456789abcdef.partial", "x");
        ModelFiles found = ModelFiles.Find(_folder["model"], new() { CurrentDirectory = _folder.FullPath }, CancellationToken.None);
        Assert.Equal(Path.GetFileName(left), Assert.Single(found.Files).Name);
    }

    [Fact]
    public void A_file_that_another_process_keeps_writing_is_waited_for_no_longer_than_the_patience()
    {
        string path = _folder[".modelsigning-0123456789abcdef.partial"];
        using FileStream writing = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        Assert.Empty(AtomicFile.AwaitWriters([path], TimeSpan.Zero, CancellationToken.None));
    }

    [Fact]
    public void What_exists_is_not_overwritten_and_nothing_is_left_beside_it()
    {
        string path = _folder.Write("a.sig", "old");
        Assert.Throws<ModelSigningException>(() => AtomicFile.Write(path, Content(1), Mode, FileErrors.FileWriteFailed));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Single(Directory.GetFiles(_folder.FullPath));
    }

    private static void Repeat(Action<int> write)
    {
        for (int number = 0; number < Writes; number++)
        {
            write(number);
        }
    }

    private static byte[] Content(int number) => Encoding.UTF8.GetBytes($"{number} " + new string('x', number));
}
