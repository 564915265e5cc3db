using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Stores;

/// <summary>The header block of an entry of a tar.</summary>
/// <param name="Type">The type flag.</param>
/// <param name="Name">The name in the block itself, prefix included.</param>
/// <param name="Length">The length of what follows in bytes.</param>
/// <param name="HasPrefix">Whether a part of the name is the prefix.</param>
internal readonly record struct TarHeader(char Type, string Name, long Length, bool HasPrefix)
{
    /// <summary>The most bytes that the octal digits of a length tell: 8 GiB less one.</summary>
    public const long MostInDigits = (1L << 33) - 1;

    // Mode, owner, group, time and the numbers of a device, of which nothing is used here; and which of them programs write as bytes where digits do not suffice.
    private static readonly (int Offset, int Length, bool MayBeBytes)[] UnusedNumbers = [(ModeOffset, 8, false), (108, 8, true), (116, 8, true), (136, 12, true), (329, 8, false), (337, 8, false)];

    /// <summary>The longest name without a prefix, in bytes.</summary>
    public const int NameLength = 100;

    private const int ModeOffset = 100, SizeOffset = 124, SizeLength = 12, ChecksumOffset = 148, ChecksumLength = 8, TypeOffset = 156, LinkOffset = 157, LinkLength = 100, MagicOffset = 257, PrefixOffset = 345, PrefixLength = 155;

    /// <summary>Reads a block of 512 bytes whose checksum must hold.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.TarDamaged"/>.</exception>
    public static TarHeader Parse(ReadOnlySpan<byte> block, string source)
    {
        long sum = ChecksumLength * ' ';
        for (int index = 0; index < block.Length; index++)
        {
            sum += index is >= ChecksumOffset and < ChecksumOffset + ChecksumLength ? 0 : block[index];
        }

        // Where nothing ends it, node's tar reads on in the type, finds another number, and passes over the block.
        if (block[ChecksumOffset + ChecksumLength - 1] is not (0 or (byte)' ') || Number(block.Slice(ChecksumOffset, ChecksumLength), source) != sum)
        {
            throw StoreErrors.TarDamaged.At($"'{source}' is not a tar, or it is damaged: the checksum of an entry is wrong.", source);
        }

        // Of a short name with nothing but zeros behind it, Python can begin to read LZMA, which the digits of the mode end.
        if (block[ModeOffset] == 0)
        {
            throw Damaged(source);
        }

        // If one of them is not a number, some programs end the tar at this block, and 7-Zip looks for another archive in it if one is of spaces alone.
        foreach ((int offset, int length, bool mayBeBytes) in UnusedNumbers)
        {
            ReadOnlySpan<byte> other = block.Slice(offset, length);
            if (!(mayBeBytes && IsSmall(other)) && other.ContainsAnyExcept((byte)0) && (Digits(other) is not { IsEmpty: false } digits || digits.ContainsAnyExceptInRange((byte)'0', (byte)'7')))
            {
                throw Damaged(source);
            }
        }

        RefuseOtherFormat(block, source);
        // GNU's own form has times where POSIX has the prefix.
        string name = Text(block[..NameLength], source);
        bool isPosix = block.Slice(MagicOffset, 8).SequenceEqual("ustar\u000000"u8);
        RefuseDoublePrefix(block, isPosix, source);
        string prefix = isPosix ? Text(block.Slice(PrefixOffset, PrefixLength), source) : "";
        if (name.Length == 0 && prefix.Length > 0)
        {
            throw StoreErrors.TarDamaged.At($"'{source}' has an entry whose name is a prefix alone, '{prefix}'. Some programs end the tar there.", source);
        }

        return new((char)block[TypeOffset], prefix.Length > 0 ? prefix + "/" + name : name, Number(block.Slice(SizeOffset, SizeLength), source), prefix.Length > 0);
    }

    // libarchive looks for other formats too, for uuencoded text in the first lines of a file and for cabinets and images of disks further on, and unpacks what it finds;
    // a mark of POSIX or GNU weighs more than most of them. Only files and folders are taken here, which have no link; and a name that is not the entry's own is
    // compared with nothing, so that no name has what begins a line or another format.
    private static void RefuseOtherFormat(ReadOnlySpan<byte> block, string source)
    {
        ReadOnlySpan<byte> name = block[..NameLength];
        int end = name.IndexOf((byte)0);
        bool isPlain = end < 0 || !name[end..].ContainsAnyExcept((byte)0);
        name = end < 0 ? name : name[..end];
        bool isText = !name.ContainsAnyInRange((byte)0, (byte)0x1F) && !name.Contains((byte)0x7F);
        bool hasLink = (char)block[TypeOffset] is not ('1' or '2' or 'K') && block.Slice(LinkOffset, LinkLength).ContainsAnyExcept((byte)0);
        bool isBzip2 = name.Length > 4 && name.StartsWith("BZh"u8) && name[4..].StartsWith("1AY&SY"u8);
        if (!block.Slice(MagicOffset, 8).SequenceEqual("ustar\u000000"u8) && !block.Slice(MagicOffset, 8).SequenceEqual("ustar  \0"u8))
        {
            throw StoreErrors.TarDamaged.At($"'{source}' has an entry without the mark 'ustar' of POSIX or GNU, where some programs see another format.", source);
        }

        if (!isPlain || !isText || hasLink || isBzip2)
        {
            throw StoreErrors.TarDamaged.At($"'{source}' has an entry with a control character in its name, with something after its name or in place of a link's target, or with the beginning of another format. Some programs unpack another archive there.", source);
        }
    }

    // Some programs take a prefix from every block, whatever its form; star has times in the end of it and a mark at the block's end, with which Perl passes over the entry and reads its content
    // as entries; and in GNU's form libarchive takes any entry with a map of pieces for a sparse file, whatever its type. So nothing may stand where one form has something and others have not,
    // nor behind the end of a prefix, which node's tar finds elsewhere.
    private static void RefuseDoublePrefix(ReadOnlySpan<byte> block, bool isPosix, string source)
    {
        ReadOnlySpan<byte> prefix = isPosix ? block.Slice(PrefixOffset, PrefixLength) : [], unused = block[(PrefixOffset + prefix.Length)..];
        int end = prefix.IndexOf((byte)0);
        bool isPlain = (end < 0 || !prefix[end..].ContainsAnyExcept((byte)0)) && !(end < 0 ? prefix : prefix[..end]).ContainsAnyInRange((byte)0, (byte)0x1F) && !prefix.Contains((byte)0x7F);
        if (!isPlain || unused.ContainsAnyExcept((byte)0))
        {
            throw StoreErrors.TarDamaged.At($"'{source}' has an entry that has another name or other pieces for some programs than for others.", source);
        }
    }

    /// <summary>Reads a length in decimal digits, as pax writes it.</summary>
    /// <exception cref="ModelSigningException"><see cref="StoreErrors.TarDamaged"/>.</exception>
    public static long Decimal(string text, string source) =>
        // .NET takes a number with zero bytes after it for the number.
        !text.AsSpan().ContainsAnyExceptInRange('0', '9') && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw Damaged(source);

    // A number as bytes, of at most 48 bits and a sign: node's tar passes over an entry with a larger one, and reads its content as entries.
    private static bool IsSmall(ReadOnlySpan<byte> field) =>
        field[0] == 0xFF ? !field[..^6].ContainsAnyExcept((byte)0xFF) : field[0] == 0x80 && !field[1..^6].ContainsAnyExcept((byte)0);

    // Octal digits after spaces and before spaces and NULs, because some programs end at the first NUL and read an empty field in ways of their own; a length too
    // large for them is, with the highest bit set, the bytes of the number itself. A checksum is never that large.
    private static long Number(ReadOnlySpan<byte> field, string source)
    {
        if ((field[0] & 0x80) != 0)
        {
            ReadOnlySpan<byte> high = field[..^8];
            long number = BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
            return !high.IsEmpty && high[0] == 0x80 && !high[1..].ContainsAnyExcept((byte)0) && number >= 0 ? number : throw Damaged(source);
        }

        ReadOnlySpan<byte> digits = Digits(field);
        long value = digits.IsEmpty ? throw Damaged(source) : 0;
        foreach (byte digit in digits)
        {
            value = digit is >= (byte)'0' and <= (byte)'7' ? (value * 8) + (digit - '0') : throw Damaged(source);
        }

        return value;
    }

    private static ReadOnlySpan<byte> Digits(ReadOnlySpan<byte> field) => field.TrimStart((byte)' ').TrimEnd((ReadOnlySpan<byte>)[(byte)' ', 0]);

    private static string Text(ReadOnlySpan<byte> field, string source)
    {
        int end = field.IndexOf((byte)0);
        field = end < 0 ? field : field[..end];
        return Utf8.IsValid(field) ? Encoding.UTF8.GetString(field) : throw StoreErrors.TarDamaged.At($"'{source}' has a name that is not UTF-8.", source);
    }

    private static ModelSigningException Damaged(string source) => StoreErrors.TarDamaged.At($"'{source}' is not a tar, or it is damaged: a number in it cannot be read.", source);
}

/// <summary>The records of a pax header that say what a file is called and how long it is.</summary>
/// <param name="Path">The name; null when there is none.</param>
/// <param name="Size">The length in decimal digits; null when there is none.</param>
/// <param name="HasZero">Whether an attribute among them has a zero byte.</param>
internal readonly record struct PaxRecords(string? Path, string? Size, bool HasZero)
{
    // An attribute has a name of 255 bytes at most in Linux; libarchive writes some of them as three.
    private const int LongestKey = 1024;

    private static readonly string[] Attributes = ["user.", "security.", "system.posix_acl_", "com.apple."];

    private static readonly string[] OtherContent = ["user.overlay.", "user.fuseoverlayfs.", "user.containers.", "com.apple.decmpfs", "com.apple.ResourceFork"];

    /// <summary>Reads the records: each <c>LENGTH KEY=VALUE</c> and a line end.</summary>
    /// <exception cref="ModelSigningException">One of <see cref="StoreErrors"/>.</exception>
    public static PaxRecords Parse(ReadOnlySpan<byte> bytes, string source)
    {
        string? path = null, size = null;
        bool hasZero = bytes.Contains((byte)0);
        while (bytes.Length > 0)
        {
            int space = bytes.IndexOf((byte)' ');
            // At a number with zeros before it, node's tar passes over the record.
            if (space is < 1 or > 6 || bytes[0] == (byte)'0' || bytes[..space].ContainsAnyExceptInRange((byte)'0', (byte)'9') || !int.TryParse(bytes[..space], NumberStyles.None, CultureInfo.InvariantCulture, out int length)
                || length <= space + 1 || length > bytes.Length || bytes[length - 1] != (byte)'\n')
            {
                throw Unreadable(source);
            }

            ReadOnlySpan<byte> record = bytes[(space + 1)..(length - 1)];
            bytes = bytes[length..];
            int equal = record.IndexOf((byte)'=');
            // At a record without one, GNU tar ends the records and libarchive too, and Python goes on.
            ReadOnlySpan<byte> keyBytes = equal is > 0 and <= LongestKey ? record[..equal] : throw Unreadable(source), valueBytes = record[(equal + 1)..];
            string key = Utf8.IsValid(keyBytes) ? Encoding.UTF8.GetString(keyBytes) : throw Unreadable(source);
            // Node's tar and Rust's split the records at line ends, and find further records behind them.
            if (keyBytes.Contains((byte)'\n') || (IsAttribute(key) ? HasRecord(valueBytes) : valueBytes.Contains((byte)'\n')))
            {
                throw Unreadable(source);
            }

            // The value of an attribute can be any bytes. All else, programs in C read up to a zero byte.
            string value = IsAttribute(key) || Utf8.IsValid(valueBytes) ? Encoding.UTF8.GetString(valueBytes) : throw Unreadable(source);
            if (key.Contains('\0', StringComparison.Ordinal) || (value.Contains('\0', StringComparison.Ordinal) && !IsAttribute(key)))
            {
                throw StoreErrors.TarDamaged.At($"'{source}' has a record of pax with a zero byte, where some programs end it.", source);
            }

            switch (key)
            {
                case "path":
                    path = path is null && value.Length > 0 ? value : throw Twice(source);
                    break;
                case "size":
                    size = size is null && value.Length > 0 ? value : throw Twice(source);
                    break;
                case "linkpath":
                    throw StoreErrors.TarLinkRefused.At($"'{source}' has a record of the target of a link, '{value}'.", source);
                case var sparse when sparse.StartsWith("GNU.sparse.", StringComparison.Ordinal):
                    throw StoreErrors.TarSparseRefused.At($"'{source}' has a sparse file (a record '{key}').", source);
                case var attribute when IsAttribute(attribute) && !IsHarmless(attribute):
                case "SCHILY.fflags" when value.Contains("opaque", StringComparison.OrdinalIgnoreCase) || value.Contains("compress", StringComparison.OrdinalIgnoreCase):
                    throw StoreErrors.TarEntryRefused.At($"'{source}' has an attribute by which a file system shows other files or another content: '{key}'.", source);
                case "mtime" or "atime" or "ctime" or "uid" or "gid" or "uname" or "gname" or "comment":
                case "LIBARCHIVE.creationtime" or "SCHILY.dev" or "SCHILY.ino" or "SCHILY.nlink" or "SCHILY.fflags" or "SCHILY.acl.access" or "SCHILY.acl.default":
                case var attribute when IsAttribute(attribute):
                    break;
                default:
                    // Names in another character set, and whatever else gives some programs another name, length or content.
                    throw StoreErrors.TarEntryRefused.At($"'{source}' has a record of pax that says more than names, lengths and attributes: '{key}'.", source);
            }
        }

        return new(path, size, hasZero);
    }

    // A line end before a digit or another one. The bytes of an attribute can have one elsewhere.
    private static bool HasRecord(ReadOnlySpan<byte> value)
    {
        for (int index = 0; index < value.Length; index++)
        {
            if (value[index] == (byte)'\n' && (index + 1 == value.Length || value[index + 1] == (byte)'\n' || char.IsAsciiDigit((char)value[index + 1])))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAttribute(string key) => key.StartsWith("SCHILY.xattr.", StringComparison.Ordinal) || key.StartsWith("LIBARCHIVE.xattr.", StringComparison.Ordinal);

    // By attributes of their own, overlays hide and rename what lies in the layers below, and other file systems take the content of a file from one.
    private static bool IsHarmless(string key)
    {
        string name = Uri.UnescapeDataString(key[(key.IndexOf(".xattr.", StringComparison.Ordinal) + ".xattr.".Length)..]);
        return Attributes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) && !OtherContent.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));
    }

    private static ModelSigningException Unreadable(string source) => StoreErrors.TarDamaged.At($"'{source}' has a pax record that cannot be read.", source);

    private static ModelSigningException Twice(string source) => StoreErrors.TarDamaged.At($"'{source}' has a name or a length twice, or an empty one.", source);
}
