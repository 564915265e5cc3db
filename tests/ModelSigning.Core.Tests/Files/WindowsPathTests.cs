using ModelSigning.Core.Files;

namespace ModelSigning.Core.Tests.Files;

public sealed class WindowsPathTests
{
    [Theory]
    [InlineData(@"C:\", @"C:\")]
    [InlineData(@"C:\models\llama", @"C:\models\llama")]
    [InlineData("C:/models//llama/", @"C:\models\llama")]
    [InlineData(@"\\?\C:\models\llama", @"C:\models\llama")]
    [InlineData("//./C:/models", @"C:\models")]
    [InlineData(@"\\server\share", @"\\server\share")]
    [InlineData(@"\\server\C$\models", @"\\server\C$\models")]
    [InlineData(@"\\?\UNC\server\share\models", @"\\server\share\models")]
    [InlineData(@"C:\.cache\a..b\COM10\console", @"C:\.cache\a..b\COM10\console")]
    public void An_ordinary_path_has_one_spelling(string path, string ordinary) => Assert.Equal(ordinary, WindowsPath.Ordinary(path));

    [Fact]
    public void A_path_over_260_characters_is_ordinary_with_and_without_the_prefix()
    {
        string path = @"C:\" + string.Join('\\', Enumerable.Repeat(new string('d', 200), 10));
        Assert.Equal(path, WindowsPath.Ordinary(path));
        Assert.Equal(path, WindowsPath.Ordinary(@"\\?\" + path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("models")]
    [InlineData(@"\models")]
    [InlineData("C:")]
    [InlineData("C:models")]
    [InlineData("1:/models")]
    [InlineData(@"\\server")]
    [InlineData(@"\\")]
    [InlineData(@"\\?\C:")]
    [InlineData(@"\\?\UNC\server")]
    [InlineData(@"\\?\UNC\.\PhysicalDrive0")]
    [InlineData(@"\\?\\\server\share")]
    [InlineData(@"\\.\PhysicalDrive0")]
    [InlineData(@"\\.\CONIN$")]
    [InlineData(@"\\?\BootPartition\models")]
    [InlineData(@"\\server.\share\models")]
    [InlineData(@"C:\models\w.bin:stream")]
    [InlineData(@"C:\models\w.bin::$DATA")]
    [InlineData(@"C:\models::$INDEX_ALLOCATION\w.bin")]
    [InlineData(@"C:\models\AUX.json")]
    [InlineData(@"C:\models\LPT³\w.bin")]
    [InlineData(@"C:\models.\w.bin")]
    [InlineData(@"C:\models \w.bin")]
    [InlineData(@"C:\models\..\w.bin")]
    [InlineData(@"C:\models\.\w.bin")]
    [InlineData(@"C:\models\*.bin")]
    public void What_names_no_ordinary_file_has_none(string path) => Assert.Null(WindowsPath.Ordinary(path));

    [Theory]
    [InlineData(@"C:\models\w.bin", @"\\?\C:\models\w.bin")]
    [InlineData("C:/models/w.bin", @"\\?\C:\models\w.bin")]
    [InlineData(@"\\server\share\w.bin", @"\\?\UNC\server\share\w.bin")]
    [InlineData(@"C:\models\..\.\w.bin", @"\\?\C:\w.bin")]
    [InlineData(@"C:\..\..\w.bin", @"\\?\C:\w.bin")]
    [InlineData(@"\\server\share\..\..\w.bin", @"\\?\UNC\server\share\w.bin")]
    [InlineData(@"C:\models\m..\.w", @"\\?\C:\models\m..\.w")]
    [InlineData(@"\\?\C:\models", @"\\?\C:\models")]
    [InlineData(@"\\.\PhysicalDrive0", @"\\.\PhysicalDrive0")]
    public void Any_full_path_has_a_form_of_any_length(string path, string extended) => Assert.Equal(extended, WindowsPath.Extended(path));
}
