using System.Formats.Tar;
using System.Globalization;
using System.Text;
using ModelSigning.Core.Errors;
using TarReader = ModelSigning.Core.Stores.TarReader;

namespace ModelSigning.Core.Tests.Stores;

public sealed class TarReaderTests
{
    private static readonly byte[] End = new byte[1024];

    [Theory]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Pax)]
    [InlineData(TarEntryFormat.Gnu)]
    public void Files_of_each_format_are_read_with_names_and_lengths(TarEntryFormat format)
    {
        string deep = string.Join('/', Enumerable.Repeat("folder", 20)) + "/file";
        using MemoryStream stream = new();
        using (TarWriter tar = new(stream, format, leaveOpen: true))
        {
            foreach (string name in (string[])["./a", deep, "ä/b"])
            {
                TarEntry entry = format switch
                {
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, name),
                    _ => new GnuTarEntry(TarEntryType.RegularFile, name),
                };
                entry.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(name));
                tar.WriteEntry(entry);
            }
        }

        List<string> read = [];
        TarReader reader = new(new MemoryStream(stream.ToArray()), "t", TestContext.Current.CancellationToken);
        while (reader.Next() is { } file)
        {
            byte[] content = new byte[file.Length];
            Assert.Equal(content.Length, reader.Read(content));
            read.Add(file.Name);
            Assert.EndsWith(file.Name, Encoding.UTF8.GetString(content), StringComparison.Ordinal);
        }

        Assert.Equal(["a", deep, "ä/b"], read);
    }

    [Theory]
    [InlineData("/etc/passwd", '0', "TarNameEscapes")]
    [InlineData("../x", '0', "TarNameEscapes")]
    [InlineData("a/../../x", '0', "TarNameEscapes")]
    [InlineData("a//b", '0', "TarNameEscapes")]
    [InlineData("d:run.py", '0', "TarNameEscapes")]
    [InlineData("\\\\?\\run.py", '0', "TarNameEscapes")]
    [InlineData("a", '1', "TarLinkRefused")]
    [InlineData("a", '2', "TarLinkRefused")]
    [InlineData("a", 'K', "TarLinkRefused")]
    [InlineData("a", '3', "TarDeviceRefused")]
    [InlineData("a", '4', "TarDeviceRefused")]
    [InlineData("a", '6', "TarDeviceRefused")]
    [InlineData("a", 'S', "TarSparseRefused")]
    [InlineData("a", 'V', "TarEntryRefused")]
    [InlineData("../folder", '5', "TarNameEscapes")]
    [InlineData("/", '5', "TarNameEscapes")]
    public void What_is_not_a_plain_file_of_the_model_is_refused_for_what_it_is(string name, char type, string error) =>
        Assert.Equal(error, Refusal([.. Header(name, type, 0), .. End]));

    [Fact]
    public void A_folder_with_content_is_refused() => Assert.Equal("TarEntryRefused", Refusal([.. Header("a", '5', 1), .. new byte[512], .. End]));

    [Fact]
    public void Anything_but_zeros_behind_a_file_is_refused_because_it_may_be_another_archive()
    {
        byte[] block = new byte[512];
        block[0] = (byte)'x';
        Assert.Null(Refusal([.. Header("a", '0', 1), .. block, .. End]));
        block[511] = 1;
        Assert.Equal("TarDamaged", Refusal([.. Header("a", '0', 1), .. block, .. End]));
    }

    [Fact]
    public void A_refusal_names_the_entry_and_the_tar()
    {
        TarReader reader = new(new MemoryStream([.. Header("../x", '0', 0), .. End]), "the source", TestContext.Current.CancellationToken);
        string message = Assert.Throws<ModelSigningException>(() => reader.Next()).Message;
        Assert.Contains("'../x'", message, StringComparison.Ordinal);
        Assert.Contains("the source", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tar_that_programs_read_in_different_ways_is_refused()
    {
        byte[] file = [.. Header("a", '0', 0)];
        Assert.Null(Refusal([.. file, .. End]));
        Assert.Equal("TarUnclosed", Refusal(file));
        Assert.Equal("TarDamaged", Refusal([.. file, .. Record('x', "11 mtime=1\n"), .. End]));
        Assert.Equal("TarDamaged", Refusal([.. file, .. End, .. file]));
        Assert.Equal("TarDamaged", Refusal([.. Header("a", '0', 5000), .. End]));
        byte[] wrong = [.. file, .. End];
        wrong[0] ^= 1;
        Assert.Equal("TarDamaged", Refusal(wrong));
        Assert.Equal("TarTooLarge", Refusal([.. Header("p", 'x', 1 << 20), .. End]));
        Assert.Equal("TarTooLarge", Refusal([.. Header("p", 'L', 1 << 20), .. End]));
        Assert.Equal("TarDamaged", Refusal([.. Header("p", 'L', 0), .. End]));
        Assert.Equal("TarDamaged", Refusal(Pax('x', "9999 path=x\n", file)));
        Assert.Equal("TarDamaged", Refusal(Pax('x', "9 path=x\n9 path=y\n", file)));
        Assert.All((string[])["8 mtime\n", "6 =xy\n", "23 SCHILY.xattr.user.q\n"], record => Assert.Equal("TarDamaged", Refusal(Pax('x', record + "9 path=x\n", file))));
        Assert.Equal("TarDamaged", Refusal(Pax('x', "11 size=-1\n", file)));
        Assert.Equal("TarDamaged", Refusal(Pax('x', "010 path=x\n", file)));
        Assert.Equal("TarDamaged", Refusal(Pax('g', "9 path=x\n", file)));
        Assert.Equal("TarSparseRefused", Refusal(Pax('x', "22 GNU.sparse.major=1\n", file)));
        Assert.Equal("TarNameEscapes", Refusal(Pax('x', Entry("path", "../../a/" + new string('b', 120)), Header("../../a/" + new string('b', 92), '0', 0))));
        Assert.Equal("TarLinkRefused", Refusal(Pax('x', "14 linkpath=x\n", file)));
        Assert.Equal("TarEntryRefused", Refusal(Pax('x', "21 hdrcharset=BINARY\n", file)));
        Assert.Null(Refusal(Pax('g', "13 comment=x\n", file)));
        Assert.All((string[])["hdrcharset", "SCHILY.realsize", "SUN.holesdata", "Path", "unknown"], key => Assert.Equal("TarEntryRefused", Refusal(Pax('x', Entry(key, "1"), file))));
        Assert.All((string[])["mtime", "uname", "SCHILY.xattr.user.x", "LIBARCHIVE.creationtime"], key => Assert.Null(Refusal(Pax('x', Entry(key, "1"), file))));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue - 511)]
    public void A_length_that_no_tar_can_have_is_refused_and_skips_nothing_backwards(long length)
    {
        byte[] tar = [.. Header("a", '0', length), .. End];
        Assert.Equal("TarTooLarge", Refusal(tar));
        TarReader reader = new(new MemoryStream(tar), "t", TestContext.Current.CancellationToken);
        Assert.Equal("TarTooLarge", Assert.Throws<ModelSigningException>(() =>
        {
            while (reader.Next(count => Assert.True(count == 0, $"skips {count} bytes")) is not null)
            {
            }
        }).Definition.Id);
    }

    [Fact]
    public void A_checksum_with_its_highest_bit_set_is_refused()
    {
        byte[] block = Header("a", '0', 0);
        block[148] = 0x80;
        Assert.Equal("TarDamaged", Refusal([.. block, .. End]));
    }

    [Fact]
    public void An_entry_that_two_records_describe_is_refused_because_programs_take_the_first_or_the_last()
    {
        byte[] file = [.. Header("x", '0', 0), .. End], pax = Record('x', "9 path=x\n"), time = Record('x', "11 mtime=1\n"), gnu = Record('L', "x\0");
        foreach (byte[] one in (byte[][])[pax, time, gnu])
        {
            Assert.Null(Refusal([.. one, .. file]));
            Assert.Null(Refusal([.. one, .. Header("x", '0', 0), .. one, .. Header("x", '5', 0), .. one, .. file]));
            Assert.All((byte[][])[pax, time, gnu, Record('g', "11 comment=\n")], other => Assert.Equal("TarDamaged", Refusal([.. one, .. other, .. file])));
        }
    }

    [Theory]
    [InlineData("00000000000\0", null)]
    [InlineData("          0 ", null)]
    [InlineData(" 0 \0\0\0\0\0\0\0\0\0", null)]
    [InlineData("\00000000000\0", "TarDamaged")]
    [InlineData(" \0000000000 ", "TarDamaged")]
    [InlineData("0\00\0\0\0\0\0\0\0\0\0", "TarDamaged")]
    [InlineData("0 0         ", "TarDamaged")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0", "TarDamaged")]
    [InlineData("            ", "TarDamaged")]
    public void A_number_that_programs_end_in_different_places_is_refused(string size, string? error)
    {
        byte[] block = Header("a", '0', 0);
        Encoding.ASCII.GetBytes(size).CopyTo(block, 124);
        Assert.Equal(error, Refusal([.. Summed(block), .. End]));
    }

    [Theory]
    [InlineData(100, "0000644\0", null)]
    [InlineData(108, "\0\0\0\0\0\0\0\0", null)]
    [InlineData(136, "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", null)]
    [InlineData(108, "\u0080\0\0\0\0\0\0\u0001", null)]
    [InlineData(100, "\u0080\0\0\0\0\0\u0001\u00a4", "TarDamaged")]
    [InlineData(108, "\u0080\u0001\0\0\0\0\0\0", "TarDamaged")]
    [InlineData(108, "\u00ff\u0001\0\0\0\0\0\0", "TarDamaged")]
    [InlineData(108, "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00fe", null)]
    [InlineData(136, "\u0080\u0001\0\0\0\0\0\0\0\0\0\0", "TarDamaged")]
    [InlineData(329, "\u0080\0\0\0\0\0\0\u0001", "TarDamaged")]
    [InlineData(337, "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "TarDamaged")]
    [InlineData(100, "   644 \0", null)]
    [InlineData(100, "\0\0\0\0\0\0\0\0", "TarDamaged")]
    [InlineData(100, "rw-r--r-", "TarDamaged")]
    [InlineData(108, "\0000000\0", "TarDamaged")]
    [InlineData(116, "0 0\0\0\0\0\0", "TarDamaged")]
    [InlineData(136, "00000000-01\0", "TarDamaged")]
    [InlineData(329, "8\0\0\0\0\0\0\0", "TarDamaged")]
    [InlineData(337, "x\0\0\0\0\0\0\0", "TarDamaged")]
    [InlineData(337, " \0\0\0\0\0\0\0", "TarDamaged")]
    [InlineData(108, "        ", "TarDamaged")]
    public void A_number_that_ends_the_tar_for_some_programs_is_refused_also_where_it_is_not_used(int offset, string field, string? error)
    {
        byte[] block = Header("a", '0', 0);
        Encoding.Latin1.GetBytes(field).CopyTo(block, offset);
        Assert.Equal(error, Refusal([.. Summed(block), .. End]));
    }

    [Theory]
    [InlineData("{0}\0 ", 6, null)]
    [InlineData("{0} \0", 6, null)]
    [InlineData("{0}\0", 7, null)]
    [InlineData(" {0}\0", 6, null)]
    [InlineData("{0}", 8, "TarDamaged")]
    [InlineData("  {0}", 6, "TarDamaged")]
    public void A_checksum_ends_within_its_field_because_another_program_reads_on(string form, int digits, string? error)
    {
        byte[] block = Header("a", '0', 0);
        block.AsSpan(148, 8).Fill((byte)' ');
        int sum = block.Sum(value => value);
        Encoding.ASCII.GetBytes(string.Format(CultureInfo.InvariantCulture, form, Convert.ToString(sum, 8).PadLeft(digits, '0'))).CopyTo(block, 148);
        Assert.Equal(error, Refusal([.. block, .. End]));
    }

    [Theory]
    [InlineData("ustar  \0", "", 1, "TarDamaged")]
    [InlineData("\0\0\0\0\0\0\0\0", "", 0, "TarDamaged")]
    [InlineData("ustar\u000001", "", 0, "TarDamaged")]
    [InlineData("ustar 00", "", 0, "TarDamaged")]
    [InlineData("ustar  \0", "", 0, null)]
    [InlineData("ustar\u000000", "", 155, null)]
    [InlineData("ustar\u000000", "tar\0", 130, "TarDamaged")]
    [InlineData("ustar\u000000", "tar\0", 0, "TarDamaged")]
    [InlineData("ustar\u000000", "tar\0", 131, "TarDamaged")]
    public void A_name_with_a_prefix_that_only_some_programs_read_is_refused(string magic, string trailer, int prefix, string? error)
    {
        byte[] block = Header("a", '0', 0);
        Encoding.ASCII.GetBytes(magic).CopyTo(block, 257);
        block.AsSpan(345, prefix).Fill((byte)'p');
        Encoding.ASCII.GetBytes(trailer).CopyTo(block, 508);
        Assert.Equal(error, Refusal([.. Summed(block), .. End]));
    }

    // As Go writes a name without a character of ASCII: the block has none, and a record does.
    [Fact]
    public void A_block_without_a_name_is_read_by_its_record()
    {
        byte[] block = Header("", '0', 0);
        Encoding.ASCII.GetBytes("ustar\u000000").CopyTo(block, 257);
        Assert.Null(Refusal(Pax('x', "13 path=\u00e9\u00e9\n", [.. Summed(block), .. End])));
        Assert.NotNull(Refusal([.. Summed(block), .. End]));
    }

    [Theory]
    [InlineData("dir", 0, null)]
    [InlineData("dir\n", 0, "TarDamaged")]
    [InlineData("dir\u007f", 0, "TarDamaged")]
    [InlineData("dir\0x", 0, "TarDamaged")]
    [InlineData("dir", 1, "TarDamaged")]
    public void A_prefix_is_plain_text_before_zeros_and_no_name_alone(string prefix, int cleared, string? error)
    {
        byte[] block = Header("a", '0', 0);
        Encoding.ASCII.GetBytes("ustar\u000000").CopyTo(block, 257);
        Encoding.ASCII.GetBytes(prefix).CopyTo(block, 345);
        block.AsSpan(0, cleared).Clear();
        Assert.Equal(error, Refusal([.. Summed(block), .. End]));
    }

    [Theory]
    [InlineData("ustar  \0", 345, "TarDamaged")]
    [InlineData("ustar  \0", 357, "TarDamaged")]
    [InlineData("ustar  \0", 386, "TarDamaged")]
    [InlineData("ustar  \0", 482, "TarDamaged")]
    [InlineData("ustar  \0", 494, "TarDamaged")]
    [InlineData("ustar  \0", 511, "TarDamaged")]
    [InlineData("ustar\u000000", 346, "TarDamaged")]
    [InlineData("ustar\u000000", 499, "TarDamaged")]
    [InlineData("ustar\u000000", 500, "TarDamaged")]
    [InlineData("ustar\u000000", 511, "TarDamaged")]
    public void An_entry_with_a_map_of_pieces_or_anything_else_where_its_form_has_nothing_is_refused(string magic, int offset, string? error)
    {
        byte[] block = Header("a", '0', 0);
        Encoding.ASCII.GetBytes(magic).CopyTo(block, 257);
        block[offset] = (byte)'1';
        Assert.Equal(error, Refusal([.. Summed(block), .. End]));
    }

    [Theory]
    [InlineData(7, 7, null)]
    [InlineData(7, 0, "TarDamaged")]
    [InlineData(7, 6, "TarDamaged")]
    [InlineData(7, 8, "TarDamaged")]
    [InlineData(0, 7, "TarDamaged")]
    public void A_record_with_another_length_than_the_block_is_refused_because_some_programs_go_by_the_block(int record, int block, string? error) =>
        Assert.Equal(error, Refusal(Pax('x', Entry("size", $"{record}"), [.. Header("a", '0', block), .. new byte[Math.Max(record, block) > 0 ? 512 : 0]])));

    // PowerShell's own tar leaves out the prefix behind a record, and takes the file for the one of the shorter name.
    [Theory]
    [InlineData("11 mtime=1\n")]
    [InlineData("9 path=x\n")]
    public void A_folder_that_is_written_as_a_prefix_behind_a_record_is_refused(string record)
    {
        byte[] block = Header("config.json", '0', 0);
        "ustar\u000000"u8.CopyTo(block.AsSpan(257));
        "old"u8.CopyTo(block.AsSpan(345));
        byte[] file = Summed(block);
        Assert.Null(Refusal([.. file, .. End]));
        Assert.Equal("TarDamaged", Refusal(Pax('x', record, file)));
        Assert.Equal("TarDamaged", Refusal([.. Record('L', "x\0"), .. file, .. End]));
    }

    // BusyBox, which does not know the record, reads on in the file's own bytes.
    [Theory]
    [InlineData("weights", null)]
    [InlineData("zeros", "TarDamaged")]
    [InlineData("entry", "TarDamaged")]
    public void A_length_that_digits_cannot_tell_is_read_from_a_record_unless_the_file_begins_as_an_entry(string content, string? error)
    {
        byte[] first = content == "entry" ? Header("index.json", '0', 3) : new byte[512];
        first[0] = content == "weights" ? (byte)'w' : first[0];
        byte[] tar = [.. Pax('x', Entry("size", "8589934592"), Header("a", '0', 0))[..^1024], .. first, 1, 2, 3];
        TarReader reader = new(new MemoryStream(tar), "tar", TestContext.Current.CancellationToken);
        if (error is not null)
        {
            Assert.Equal(error, Assert.Throws<ModelSigningException>(() => reader.Next()).Definition.Id);
            return;
        }

        Assert.Equal(8589934592, reader.Next()?.Length);
        Assert.Equal(tar.Length - 515, reader.Position);
        byte[] read = new byte[514];
        Assert.Equal(100, reader.Read(read.AsSpan(0, 100)));
        Assert.Equal(412, reader.Read(read.AsSpan(100)));
        Assert.Equal(2, reader.Read(read.AsSpan(512)));
        Assert.Equal([.. first, 1, 2], read);
        Assert.Equal(tar.Length - 1, reader.Position);
        Assert.Equal("TarDamaged", Refusal(Pax('x', Entry("size", "8589934592"), Header("a", '0', 1))));
        reader = new(new MemoryStream(tar), "tar", TestContext.Current.CancellationToken);
        reader.Next();
        long skipped = 0;
        Assert.Throws<ModelSigningException>(() => reader.Next(count => skipped += count));
        Assert.Equal(8589934592 - 512, skipped);
    }

    [Theory]
    [InlineData("path", "other.json")]
    [InlineData("path", "index.jsonx")]
    public void A_short_name_in_a_record_must_be_the_one_of_the_block_because_some_programs_go_by_that(string key, string name)
    {
        byte[] file = Header("index.json", '0', 0);
        Assert.Null(Refusal(Pax('x', Entry(key, "index.json"), file)));
        Assert.Null(Refusal(Pax('x', Entry(key, new string('n', 101)), Header(new('n', 100), '0', 0))));
        Assert.Equal("TarDamaged", Refusal(Pax('x', Entry(key, name), file)));
        Assert.Equal("TarDamaged", Refusal([.. Record('L', name + "\0"), .. file, .. End]));
    }

    [Theory]
    [InlineData("comment", "z\n19 path=index.json", "TarDamaged")]
    [InlineData("uname", "z\n", "TarDamaged")]
    [InlineData("SCHILY.xattr.user.x", "z\n19 path=index.json", "TarDamaged")]
    [InlineData("SCHILY.xattr.user.x\n19 path", "index.json", "TarDamaged")]
    [InlineData("SCHILY.xattr.user.x", "z\n\nq", "TarDamaged")]
    [InlineData("SCHILY.xattr.user.x", "z\n", "TarDamaged")]
    [InlineData("SCHILY.xattr.user.x", "z\nq", null)]
    public void A_record_with_a_line_end_in_it_is_refused_because_some_programs_find_another_one_behind_it(string key, string value, string? error) =>
        Assert.Equal(error, Refusal(Pax('x', Entry(key, value), Header("a", '0', 0))));

    [Theory]
    [InlineData("size=7\0")]
    [InlineData("path=a\0b")]
    [InlineData("comment=a\0b")]
    [InlineData("mtime\0=1")]
    [InlineData("size=+7")]
    [InlineData("size= 7")]
    public void A_record_of_pax_with_a_zero_byte_is_refused_because_programs_read_different_lengths_and_names(string record)
    {
        byte[] file = [.. Header("a", '0', 7), .. new byte[512]];
        Assert.Null(Refusal(Pax('x', Entry("size", "7"), file)));
        string[] both = record.Split('=');
        Assert.Equal("TarDamaged", Refusal(Pax('x', Entry(both[0], both[1]), file)));
        Assert.Equal("TarDamaged", Refusal(Pax('x', "14\0 comment=a\n", file)));
        Assert.Null(Refusal(Pax('x', Entry("SCHILY.xattr.security.capability", "\u0001\0\0"), file)));
    }

    [Theory]
    [InlineData("SCHILY.xattr.trusted.overlay.redirect", "/a", "TarEntryRefused")]
    [InlineData("SCHILY.xattr.trusted.overlay.opaque", "y", "TarEntryRefused")]
    [InlineData("SCHILY.xattr.user.overlay.opaque", "y", "TarEntryRefused")]
    [InlineData("SCHILY.xattr.user.fuseoverlayfs.opaque", "y", "TarEntryRefused")]
    [InlineData("SCHILY.xattr.user.containers.override_stat", "1", "TarEntryRefused")]
    [InlineData("LIBARCHIVE.xattr.trusted%2Eoverlay.opaque", "eQ", "TarEntryRefused")]
    [InlineData("LIBARCHIVE.xattr.user%2eoverlay.opaque", "eQ", "TarEntryRefused")]
    [InlineData("LIBARCHIVE.xattr.com.apple.decmpfs", "eQ", "TarEntryRefused")]
    [InlineData("SCHILY.xattr.trusted.x", "1", "TarEntryRefused")]
    [InlineData("SCHILY.fflags", "nodump,opaque", "TarEntryRefused")]
    [InlineData("SCHILY.fflags", "nodump", null)]
    [InlineData("SCHILY.xattr.user.mime_type", "x", null)]
    [InlineData("SCHILY.xattr.security.selinux", "x", null)]
    [InlineData("SCHILY.xattr.system.posix_acl_access", "x", null)]
    [InlineData("LIBARCHIVE.xattr.com.apple.quarantine", "eQ", null)]
    public void An_attribute_by_which_a_file_system_shows_other_files_is_refused(string key, string value, string? error) =>
        Assert.All((byte[][])[Header("a", '0', 0), Header("d", '5', 0)], entry => Assert.Equal(error, Refusal(Pax('x', Entry(key, value), entry))));

    [Theory]
    [InlineData('L', "model\0", 6, null)]
    [InlineData('L', "model.bin\0", 5, "TarDamaged")]
    [InlineData('L', "model", 5, null)]
    [InlineData('L', "model\0.bin\0", 11, "TarDamaged")]
    [InlineData('L', "model\0.bin\0", 6, "TarDamaged")]
    [InlineData('x', "9 path=x\n9 path=y\n", 9, "TarDamaged")]
    [InlineData('g', "13 comment=x\n\0\u0001", 13, "TarDamaged")]
    public void A_record_ends_where_it_says_and_a_long_name_at_its_zero_byte_for_all_programs(char type, string data, int length, string? error)
    {
        byte[] content = new byte[512];
        Encoding.ASCII.GetBytes(data).CopyTo(content, 0);
        Assert.Equal(error, Refusal([.. Header("record", type, length), .. content, .. Header("model", '0', 0), .. End]));
        Assert.Equal("TarDamaged", Refusal([.. Header("record", 'L', 512), .. Encoding.ASCII.GetBytes(new string('n', 512)), .. Header("a", '0', 0), .. End]));
    }

    [Fact]
    public void A_record_with_a_key_of_more_than_1024_bytes_is_refused()
    {
        string Key(int length) => "SCHILY.xattr.user.".PadRight(length, '%');
        byte[] Tar(string key)
        {
            string record = $"{key.Length + 8} {key}=1\n";
            return [.. Header("pax", 'x', record.Length), .. Encoding.ASCII.GetBytes(record.PadRight(1536, '\0')), .. Header("a", '0', 0), .. End];
        }

        Assert.Null(Refusal(Tar(Key(1024))));
        Assert.Equal("TarDamaged", Refusal(Tar(Key(1025))));
    }

    [Theory]
    [InlineData("SCHILY.xattr.security.capability", null)]
    [InlineData("LIBARCHIVE.xattr.com.apple.provenance", null)]
    [InlineData("comment", "TarDamaged")]
    [InlineData("path", "TarDamaged")]
    public void A_value_that_is_not_UTF_8_is_an_attributes_alone(string key, string? error)
    {
        byte[] record = [.. Encoding.ASCII.GetBytes($"{key.Length + 7:00} {key}="), 0xFF, 0x00, (byte)'\n'];
        Assert.Equal(error, Refusal([.. Header("pax", 'x', record.Length), .. record, .. new byte[512 - record.Length], .. Header("a", '0', 0), .. End]));
    }

    [Theory]
    [InlineData('x')]
    [InlineData('g')]
    [InlineData('L')]
    public void A_record_whose_block_has_the_name_of_a_folder_is_refused_because_Perl_reads_its_content_as_entries(char type)
    {
        string content = type == 'L' ? new string('m', 120) + "\0" : Entry("mtime", "1");
        byte[] Tar(string name) => [.. Header(name, type, content.Length), .. Encoding.ASCII.GetBytes(content.PadRight(512, '\0')), .. Header(type == 'L' ? content[..100] : "a", '0', 0), .. End];
        Assert.Null(Refusal(Tar("d/x")));
        Assert.Equal("TarDamaged", Refusal(Tar("d/")));
    }

    [Fact]
    public void Beside_an_attribute_with_a_zero_byte_a_name_must_be_the_one_of_the_block_because_7_Zip_goes_by_that()
    {
        string name = new('m', 120), attribute = Entry("SCHILY.xattr.user.a", "1\u00002");
        byte[] file = Header(new('m', 100), '0', 0);
        Assert.Null(Refusal(Pax('x', Entry("path", name) + Entry("SCHILY.xattr.user.a", "12"), file)));
        Assert.Equal("TarDamaged", Refusal(Pax('x', Entry("path", name) + attribute, file)));
        Assert.Null(Refusal(Pax('x', attribute, file)));
    }

    [Theory]
    [InlineData('\0')]
    [InlineData('0')]
    public void A_file_whose_block_has_the_name_of_a_folder_is_refused_because_Perl_reads_its_content_as_entries(char type)
    {
        const string error = "TarDamaged";
        byte[] file = [.. Header("d/", type, 7), .. new byte[512]];
        string name = new('m', 120);
        Assert.Equal(error, Refusal(Pax('x', Entry("path", name), file)));
        Assert.Equal(error, Refusal([.. Record('L', name + "\0"), .. file, .. End]));
        Assert.Null(Refusal(Pax('x', Entry("path", name), [.. Header(name[..100], type, 7), .. new byte[512]])));
    }

    // The first bytes of the name, as they are or as programs write them that have ASCII alone there.
    [Theory]
    [InlineData("folder/NNNNN.txt", "folder/NNNNN.txt", true)]
    [InlineData("folder/NNNNN.txt", "NNNNN.txt", false)]
    [InlineData("folder/NNNNN.txt", "chat_template.jinja", false)]
    [InlineData("chat_template.jinja/NNNNN.txt", "chat_template.jinja/NNNNN.txt", true)]
    [InlineData("chat_template.jinja/NNNNN.txt", "chat_template.jinja", false)]
    [InlineData("b\u00F6se-\U0001F600.txt", "bse-.txt", true)]
    [InlineData("b\u00F6se-\U0001F600.txt", "b?se-?.txt", true)]
    [InlineData("b\u00F6se-\U0001F600.txt", "b?se-??.txt", true)]
    [InlineData("b\u00F6se-\U0001F600.txt", "b_se-_.txt", true)]
    [InlineData("b\u00F6se-\U0001F600.txt", "bse-.py", false)]
    [InlineData("b\u00F6se-\U0001F600.txt", "b", false)]
    [InlineData("\u00F6.bashrc", ".bashrc", false)]
    public void A_block_has_what_programs_write_there_of_the_name_in_the_record_because_Perl_goes_by_it(string name, string inBlock, bool isAccepted)
    {
        string Long(string text) => text.Replace("N", new string('n', 30), StringComparison.Ordinal);
        byte[] record = Encoding.UTF8.GetBytes($" path={Long(name)}\n"), block = Header(Long(inBlock)[..Math.Min(100, Long(inBlock).Length)], '0', 0);
        string digits = Invariant($"{record.Length + (record.Length > 97 ? 3 : 2)}");
        Assert.Equal(isAccepted ? null : "TarDamaged", Refusal(Pax('x', digits + Encoding.UTF8.GetString(record), block)));
    }

    [Theory]
    [InlineData('L', "begin 644 x\n#86)C\n \nend\n")]
    [InlineData('x', "begin 644 x\r\n")]
    [InlineData('g', "a\tb")]
    [InlineData('5', "d\nbegin 644 x\n")]
    [InlineData('0', "\u007f")]
    [InlineData('0', "a\0begin")]
    [InlineData('5', "]\0\0\0\u0001")]
    [InlineData('L', "BZh91AY&SY")]
    public void A_block_that_begins_another_format_for_some_programs_is_refused(char type, string name)
    {
        byte[] file = [.. Header("a", '0', 0), .. End], record = Record('L', "a\0");
        byte[] first = type is 'x' or 'g' ? Record(type, "13 comment=x\n") : type == 'L' ? record : Header("a", type, 0);
        Assert.Null(Refusal([.. first, .. file]));
        first.AsSpan(0, 100).Clear();
        Encoding.UTF8.GetBytes(name).CopyTo(first, 0);
        Summed(first.AsSpan(0, 512));
        Assert.Equal("TarDamaged", Refusal([.. first, .. file]));
    }

    [Theory]
    [InlineData('0')]
    [InlineData('5')]
    [InlineData('L')]
    public void A_target_of_a_link_where_there_is_no_link_is_refused_because_another_format_can_begin_there(char type)
    {
        byte[] file = [.. Header("a", '0', 0), .. End];
        byte[] first = type == 'L' ? Record('L', "a\0") : Header("a", type, 0);
        Assert.Null(Refusal([.. first, .. file]));
        "\nbegin 644 x\n"u8.CopyTo(first.AsSpan(157));
        Summed(first.AsSpan(0, 512));
        Assert.Equal("TarDamaged", Refusal([.. first, .. file]));
    }

    internal static byte[] Header(string name, char type, long length)
    {
        byte[] block = new byte[512];
        Encoding.UTF8.GetBytes(name).CopyTo(block, 0);
        Encoding.ASCII.GetBytes("0000644\0").CopyTo(block, 100);
        if (length < 0x1_FFFF_FFFF)
        {
            Encoding.ASCII.GetBytes(Convert.ToString(length, 8).PadLeft(11, '0')).CopyTo(block, 124);
        }
        else
        {
            block[124] = 0x80;
            System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(block.AsSpan(128), length);
        }

        block[156] = (byte)type;
        Encoding.ASCII.GetBytes("ustar\0" + "00").CopyTo(block, 257);
        return Summed(block);
    }

    internal static byte[] Summed(byte[] block)
    {
        Summed(block.AsSpan());
        return block;
    }

    private static void Summed(Span<byte> block)
    {
        block.Slice(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(block.ToArray().Sum(b => b), 8).PadLeft(6, '0') + "\0").CopyTo(block[148..]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_name_in_a_record_whose_block_has_the_name_of_another_entry_is_refused_in_either_order(bool isFirst)
    {
        string name = new('l', 120);
        byte[] renamed = [.. Record('x', Entry("path", name)), .. Header("config.json", '0', 0)], other = Header("config.json", '0', 0);
        Assert.Equal("TarDamaged", Refusal(isFirst ? [.. renamed, .. other, .. End] : [.. other, .. renamed, .. End]));
        Assert.Null(Refusal([.. Record('x', Entry("path", name)), .. Header(name[..100], '0', 0), .. other, .. End]));
    }

    private static byte[] Pax(char type, string records, byte[] file) => [.. Record(type, records), .. file, .. End];

    private static string Entry(string key, string value)
    {
        int rest = key.Length + value.Length + 3;
        return $"{rest + (rest < 98 ? 2 : 3):00} {key}={value}\n";
    }

    private static byte[] Record(char type, string records)
    {
        byte[] text = new byte[512];
        Encoding.UTF8.GetBytes(records).CopyTo(text, 0);
        return [.. Header("pax", type, Encoding.UTF8.GetByteCount(records)), .. text];
    }

    private static string? Refusal(byte[] tar)
    {
        try
        {
            TarReader reader = new(new MemoryStream(tar), "t", TestContext.Current.CancellationToken);
            while (reader.Next() is not null)
            {
            }

            return null;
        }
        catch (ModelSigningException refusal)
        {
            return refusal.Definition.Id;
        }
    }
}
