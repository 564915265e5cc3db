using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Manifests;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Manifests;

/// <summary>Lists of digests that other programs wrote.</summary>
public sealed class ManifestImportTests : IDisposable
{
    private static readonly string A = new('a', 64), B = new('B', 64);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_list_of_sha256sum_is_read_in_any_order_with_escaped_names()
    {
        ManifestFile file = Read("data.sha256", $"{A}  ./z/größe.bin\n{B} *a.txt\n\\{A}  new\\nline\\\\x\\r\n{A}  with  spaces \n{A}  plain\\n\n");
        Assert.Equal(["a.txt", "new\nline\\x\r", "plain\\n", "with  spaces ", "z/größe.bin"], file.Manifest.Resources.Select(resource => resource.Name));
        Assert.Equal(new byte[32].Select(_ => (byte)0xBB), file.Manifest.Resources[0].Digest.ToArray());
        Assert.Equal(("data", DigestAlgorithm.Sha256, 5), (file.Manifest.ModelName, file.Manifest.Serialization.HashType, file.Lengths.Count));
    }

    [Fact]
    public void A_table_is_read_with_its_lengths_and_whatever_other_columns_it_has()
    {
        ManifestFile file = Read("t.csv", $"\uFEFF\"Name\",\"Algorithm\",\"Digest\",\"Length\",\"ModelPath\",\"Source\"\r\n\"z, \"\"q\"\"\nx\",\"blake3\",\"{A}\",\"7\",\"/srv/m\",\"Folder\"\r\na,blake3,{B},,/srv/m,\r\n");
        Assert.Equal(["a", "z, \"q\"\nx"], file.Manifest.Resources.Select(resource => resource.Name));
        Assert.Equal([0, 7], file.Lengths);
        Assert.Equal(("m", DigestAlgorithm.Blake3), (file.Manifest.ModelName, file.Manifest.Serialization.HashType));
    }

    [Fact]
    public void A_table_with_the_semicolons_of_some_cultures_is_read_and_taken_for_a_list()
    {
        ManifestFile file = Read("s.csv", $"\"Name\";\"Algorithm\";\"Digest\";\"Length\"\r\n\"a,b;c\";sha256;{A};7\r\n");
        Assert.Equal("a,b;c", Assert.Single(file.Manifest.Resources).Name);
        Assert.True(ManifestImport.IsList(_folder["s.csv"]));
        Refuses("ManifestImportMalformed", "mixed.csv", Digests("Name;Algorithm;Digest\nx;sha256,A\n"));
    }

    [Fact]
    public void A_list_made_above_the_model_is_noted_and_a_folder_of_the_model_is_not()
    {
        _folder.Write("data/a", "");
        Assert.Contains("begins with 'data/'", ManifestImport.PrefixNote(_folder["l.sha256"], Read("l.sha256", $"{A}  data/a\n{A}  data/b\n")), StringComparison.Ordinal);
        Assert.Null(ManifestImport.PrefixNote(_folder["l.sha256"], Read("l.sha256", $"{A}  data/a\n{A}  b\n")));
        Assert.Null(ManifestImport.PrefixNote(_folder["l.sha256"], Read("l.sha256", $"{A}  other/a\n")));
    }

    [Theory]
    [InlineData("ManifestImportName", "A  ../x\n")]
    [InlineData("ManifestImportName", "A  a/../../x\n")]
    [InlineData("ManifestImportName", "A  /etc/passwd\n")]
    [InlineData("ManifestImportName", "A  a//x\n")]
    [InlineData("ManifestImportName", "A  ./\n")]
    [InlineData("ManifestImportName", "\\A  ..\\n/../x/..\n")]
    [InlineData("ManifestImportTwice", "A  x\nA  y\nB  x\n")]
    [InlineData("ManifestImportTwice", "A  x\nA  ./x\n")]
    [InlineData("ManifestImportDigest", "aa  x\n")]
    [InlineData("ManifestImportDigest", "AA  x\n")]
    [InlineData("ManifestImportDigest", "da39a3ee5e6b4b0d3255bfef95601890afd80709  x\n")]
    [InlineData("ManifestImportMalformed", "A  x")]
    [InlineData("ManifestImportMalformed", "A  x\r\n")]
    [InlineData("ManifestImportMalformed", "\\A  x\r\n")]
    [InlineData("ManifestImportMalformed", "A x\n")]
    [InlineData("ManifestImportMalformed", "A  \n")]
    [InlineData("ManifestImportMalformed", "A  x\n\n")]
    [InlineData("ManifestImportMalformed", "A  x\0y\n")]
    [InlineData("ManifestImportMalformed", "\\A  x\\t\n")]
    [InlineData("ManifestImportMalformed", "\\A  x\\\n")]
    [InlineData("ManifestImportMalformed", "# comment\n")]
    [InlineData("ManifestImportMalformed", "SHA256 (x) = A\n")]
    [InlineData("ManifestImportMalformed", "gg  x\n")]
    [InlineData("ManifestImportMalformed", "\uFEFFA  x\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest,Note\nx,sha256,A,\"\nB  x\n\"\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest\n x,sha256,A\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest\n\tx,sha256,A\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest\nx\"y\",sha256,A\n")]
    [InlineData("ManifestImportEmpty", "")]
    [InlineData("ManifestFileMalformed", "{}\n")]
    public void A_list_that_sha256sum_does_not_write_is_refused(string id, string text) => Refuses(id, "l.sha256", Digests(text));

    [Theory]
    [InlineData("ManifestImportName", "Name,Algorithm,Digest\n../x,sha256,A\n")]
    [InlineData("ManifestImportTwice", "Name,Algorithm,Digest\nx,sha256,A\n\"x\",sha256,B\n")]
    [InlineData("ManifestImportDigest", "Name,Algorithm,Digest\nx,blake2b,A\n")]
    [InlineData("ManifestImportAlgorithm", "Name,Algorithm,Digest\nx,md5,A\n")]
    [InlineData("ManifestImportAlgorithm", "Name,Algorithm,Digest\nx,sha256,A\ny,blake3,A\n")]
    [InlineData("ManifestImportTensors", "Name,Type,Shape,Length,Algorithm,Digest,File,Weights\nx,U8,[5],5,sha256,A,m.safetensors,m\n")]
    [InlineData("ManifestImportShards", "Name,Algorithm,Digest,Length\nx:0:5,sha256,A,5\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest,Length\nx,sha256,A,-5\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest\nx,sha256\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest,digest\nx,sha256,A,B\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest\nx,sha256,A,y\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest\nx,sha256,A")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest\n\"x,sha256,A\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest\n\"x\"y,sha256,A\n")]
    [InlineData("ManifestImportDigest", "Name,Algorithm,Digest\nx,sha256,\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm\nx,sha256\n")]
    [InlineData("ManifestImportMalformed", "Name,Algorithm,Digest,Digest\nx,sha256,A,A\n")]
    [InlineData("ManifestImportEmpty", "Name,Algorithm,Digest\n")]
    [InlineData("ManifestFileTooLarge", "Name,Algorithm,Digest,Length\nx,sha256,A,9223372036854775807\ny,sha256,A,1\n")]
    public void A_table_that_is_not_of_one_manifest_is_refused(string id, string text) => Refuses(id, "t.csv", Digests(text));

    // Another separator, a list of sha256sum in a field, and blanks that Import-Csv takes away.
    [Theory]
    [InlineData("t.csv", "Name;Algorithm;Digest;z,Name,Algorithm,Digest\nx;sha256;A;z,x,sha256,B\n")]
    [InlineData("t.csv", "\"Name\";Algorithm;Digest;z,Name,Algorithm,Digest\nx;sha256;A;z,x,sha256,B\n")]
    [InlineData("t.csv", "Name,Algorithm,Digest,z;Name;Algorithm;digest\nx,sha256,A,z;x;sha256;B\n")]
    [InlineData("t.csv", "Name,Algorithm,Digest,Note\nx,sha256,A,\"\nB  x\n\"\n")]
    [InlineData("t.csv", "Name,Algorithm,Digest,\"\nB  x\n\"\nx,sha256,A,\n")]
    [InlineData("t.csv", "Name,Algorithm,Digest\nx  ,sha256,A\n")]
    [InlineData("t.csv", "A  x\n")]
    [InlineData("sha256sum.txt", "Name,Algorithm,Digest\nx,sha256,A\n")]
    [InlineData("checksums.txt", "Name,Algorithm,Digest,Note\nx,sha256,A,\"\nB  x\n\"\n")]
    [InlineData("SHA256SUMS", "Name,Algorithm,Digest\nx,sha256,A\n")]
    public void A_list_that_another_program_reads_as_another_one_is_refused(string name, string text) => Refuses("ManifestImportMalformed", name, Digests(text));

    [Theory]
    [InlineData("m.csv")]
    [InlineData("m.SHA256")]
    [InlineData("SHA256SUMS")]
    public void A_manifest_file_is_not_called_as_a_list_of_another_program(string name)
    {
        const string text = """{"format":"model-signing-manifest","version":1}""";
        Refuses("ManifestFileMalformed", name, text);
        Assert.Equal("ManifestFileMalformed", Assert.Throws<ModelSigningException>(
            () => ManifestFileWriter.CheckWritable(_folder[name], force: true, ManifestFileErrors.ManifestFileExists)).Definition.Id);
    }

    [Fact]
    public void Text_that_is_not_in_utf_8_is_refused()
    {
        _folder.Write("l.sha256", "");
        File.WriteAllBytes(_folder["l.sha256"], [.. Encoding.ASCII.GetBytes($"{A}  x"), 0xFF, (byte)'\n']);
        Assert.Equal("ManifestImportMalformed", Assert.Throws<ModelSigningException>(() => ManifestImport.Read(_folder["l.sha256"], CancellationToken.None)).Definition.Id);
    }

    [Theory]
    [InlineData("x.sha256", true)]
    [InlineData("SHA256SUMS", true)]
    [InlineData("t.csv", false)]
    [InlineData("x.bin", false)]
    public void A_file_is_taken_for_a_list_by_its_name(string name, bool isList)
    {
        _folder.Write(name, "a,b\n");
        Assert.Equal(isList, ManifestImport.IsList(_folder[name]));
        _folder.Write("m.csv", "Name,Algorithm,Digest\n");
        Assert.True(ManifestImport.IsList(_folder["m.csv"]));
    }

    private static string Digests(string text) => string.Concat(text.Split('\n').Select((line, index) => (index > 0 ? "\n" : "") + (line.StartsWith("Name", StringComparison.Ordinal) ? line
        : line.Replace("AA ", new string('a', 128) + " ", StringComparison.Ordinal).Replace("A ", A + " ", StringComparison.Ordinal).Replace("B ", B + " ", StringComparison.Ordinal)
            .Replace(",A", "," + A, StringComparison.Ordinal).Replace(",B", "," + B, StringComparison.Ordinal))));

    private ManifestFile Read(string name, string text) => ManifestImport.Read(_folder.Write(name, text), CancellationToken.None);

    private void Refuses(string id, string name, string text) => Assert.Equal(id, Assert.Throws<ModelSigningException>(() => Read(name, text)).Definition.Id);
}
