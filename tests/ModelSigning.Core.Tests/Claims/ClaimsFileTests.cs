using System.Text;
using ModelSigning.Core.Bundles;
using ModelSigning.Core.Claims;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Signing;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Claims;

/// <summary>The file of the claims: what is added, what is kept, and what a reader makes of damage.</summary>
public sealed class ClaimsFileTests : IDisposable
{
    private readonly ClaimScene _scene = new();

    public void Dispose() => _scene.Dispose();

    [Fact]
    public void Claims_lie_beside_the_model_and_never_in_it()
    {
        Assert.Equal(_scene.Model.ModelPath + ".claims.jsonl", _scene.Path);
        Assert.Equal("ClaimsPathInvalid", Refused(() => ClaimsFile.CheckAppendable(_scene.Model["claims.jsonl"], _scene.Model.ModelPath, FileSystemRules.Current)));
        ClaimsFile.CheckAppendable(_scene.Path, _scene.Model.ModelPath, FileSystemRules.Current);
    }

    [Fact]
    public void A_claim_is_added_behind_those_that_are_there()
    {
        _scene.Claim();
        string first = File.ReadAllText(_scene.Path);
        _scene.Claim("""{"b":2}""");
        string both = File.ReadAllText(_scene.Path);
        Assert.StartsWith(first, both, StringComparison.Ordinal);
        Assert.Equal(2, both.Count(character => character == '\n'));
        Assert.Equal(["counts", "counts"], _scene.Outcomes());
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_no_line_and_mix_none()
    {
        const int writers = 8, each = 25;
        Bundle bundle = new KeySigner(_scene.Claimant).Sign(Encoding.UTF8.GetBytes("{}"), CancellationToken.None);
        await Task.WhenAll(Enumerable.Range(0, writers).Select(_ => Task.Run(() =>
        {
            for (int count = 0; count < each; count++)
            {
                ClaimsFile.Append(_scene.Path, bundle, CancellationToken.None);
            }
        })));
        string[] lines = File.ReadAllLines(_scene.Path);
        Assert.Equal(writers * each, lines.Length);
        Assert.Equal(lines[0], Assert.Single(lines.Distinct()));
    }

    [Fact]
    public void A_torn_last_line_is_reported_and_the_others_count()
    {
        _scene.Claim();
        string whole = File.ReadAllText(_scene.Path);
        File.AppendAllText(_scene.Path, whole[..(whole.Length / 2)]);
        Assert.Equal(["counts", "ClaimLineTorn"], _scene.Outcomes());
    }

    [Fact]
    public void A_claim_behind_a_torn_line_gets_a_line_of_its_own_and_the_torn_one_is_kept()
    {
        _scene.Claim();
        string whole = File.ReadAllText(_scene.Path);
        string torn = whole[..(whole.Length / 2)];
        File.AppendAllText(_scene.Path, torn);
        _scene.Claim();
        Assert.StartsWith(whole + torn + "\n", File.ReadAllText(_scene.Path), StringComparison.Ordinal);
        Assert.Equal(["counts", "BundleTruncated", "counts"], _scene.Outcomes());
    }

    [Fact]
    public void A_last_line_that_is_whole_counts_without_a_line_end()
    {
        _scene.Claim();
        File.WriteAllText(_scene.Path, File.ReadAllText(_scene.Path).TrimEnd('\n'));
        Assert.Equal(["counts"], _scene.Outcomes());
        _scene.Claim();
        Assert.Equal(["counts", "counts"], _scene.Outcomes());
    }

    [Fact]
    public void Line_ends_of_Windows_and_empty_lines_do_not_matter()
    {
        _scene.Claim();
        string line = File.ReadAllText(_scene.Path).TrimEnd('\n');
        File.WriteAllText(_scene.Path, $"\r\n{line}\r\n\n \n{line}\r\n");
        Assert.Equal([2, 5], _scene.Verify().Select(finding => finding.Line));
        Assert.Equal(["counts", "counts"], _scene.Outcomes());
    }

    [Theory]
    [InlineData("no JSON", "BundleMalformed")]
    [InlineData("{\"mediaType\":\"x\",\"mediaType\":\"x\"}", "BundleDuplicateMember")]
    [InlineData("{\"mediaType\":", "BundleTruncated")]
    [InlineData("[]", "BundleMalformed")]
    [InlineData("\0\0\0", "BundleMalformed")]
    public void A_line_that_is_damaged_is_reported_and_the_others_count(string damage, string id)
    {
        _scene.Claim();
        string line = File.ReadAllText(_scene.Path);
        File.WriteAllText(_scene.Path, $"{line}{damage}\n{line}");
        Assert.Equal(["counts", id, "counts"], _scene.Outcomes());
        Assert.Contains("Line 2 of", _scene.Verify()[1].Refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_giant_line_is_passed_over_without_being_held_and_the_others_count()
    {
        _scene.Claim();
        byte[] line = File.ReadAllBytes(_scene.Path), giant = new byte[8 * 1024 * 1024];
        Array.Fill(giant, (byte)' ');
        using (FileStream file = File.Create(_scene.Path))
        {
            file.Write(line);
            for (int count = 0; count < 12; count++)
            {
                file.Write(giant);
            }

            file.Write("\n"u8);
            file.Write(line);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(["counts", "ClaimLineTooLong", "counts"], _scene.Outcomes());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 6L * ClaimsFile.MaximumLineLength);
    }

    [Fact]
    public void A_file_beyond_the_bound_is_refused()
    {
        using (FileStream file = File.Create(_scene.Path))
        {
            file.SetLength(ClaimsFile.MaximumLength + 1);
        }

        Assert.Equal("ClaimsFileTooLarge", Refused(() => _scene.Verify()));
        Assert.Equal("ClaimsFileTooLarge", Refused(() => _scene.Claim()));
        Assert.Equal(ClaimsFile.MaximumLength + 1, new FileInfo(_scene.Path).Length);
    }

    [Fact]
    public void More_lines_than_the_bound_are_refused()
    {
        File.WriteAllText(_scene.Path, new string('\n', ClaimsFile.MaximumLines + 1));
        Assert.Equal("ClaimsFileTooLarge", Refused(() => _scene.Verify()));
    }

    [Fact]
    public void A_file_that_does_not_exist_is_an_error_of_its_own() => Assert.Equal("ClaimsFileNotFound", Refused(() => _scene.Verify()));

    [Theory]
    [InlineData("release.key")]
    [InlineData("model.claims.json")]
    public void No_line_is_added_to_a_file_that_is_not_called_like_one_of_claims(string name)
    {
        string path = Path.Join(_scene.Model.Root, name);
        File.WriteAllText(path, "secret");
        ClaimRequest request = _scene.Request() with { ClaimsPath = path };
        Assert.Equal("ClaimsPathInvalid", Refused(() => ClaimSubject.Of(request, CancellationToken.None).Claim(request, new KeySigner(_scene.Claimant), CancellationToken.None)));
        Assert.Equal("secret", File.ReadAllText(path));
    }

    [Fact]
    public void No_line_is_added_through_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege.");
        string target = Path.Join(_scene.Model.Root, "other.jsonl");
        File.WriteAllText(target, "kept");
        File.CreateSymbolicLink(_scene.Path, target);
        Assert.Equal("ClaimsPathInvalid", Refused(() => _scene.Claim()));
        Assert.Equal("kept", File.ReadAllText(target));
    }

    [Fact]
    public void Nothing_is_read_from_a_FIFO()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are none.");
        UnixEntries.MakeFifo(_scene.Path);
        Assert.Equal("ClaimsFileUnreadable", Refused(() => _scene.Verify()));
        Assert.Equal("ClaimsPathInvalid", Refused(() => _scene.Claim()));
    }

    private static string Refused(Action work) => Assert.Throws<ModelSigningException>(work).Definition.Id;
}
