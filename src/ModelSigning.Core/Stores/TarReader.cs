using System.Text;
using System.Text.Unicode;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Stores;

/// <summary>
/// Reads the files of a tar (POSIX ustar and pax, GNU's long names) one after the other from a stream. Only files and folders are read: a link, a
/// device, a sparse file, and whatever programs that unpack tars read in different ways are refused.
/// </summary>
/// <param name="stream">The tar, from its beginning.</param>
/// <param name="source">What is read, for the errors.</param>
/// <param name="cancellationToken">Ends the reading: a tar can have any number of folders and of zeros between two files and after the last.</param>
/// <param name="folder">Gets the name of each folder that has an entry of its own; null where nobody asks.</param>
internal sealed class TarReader(Stream stream, string source, CancellationToken cancellationToken, Action<string>? folder = null)
{
    /// <summary>The longest name and the longest record of pax that are read, in bytes.</summary>
    public const int LongestName = 4096, LongestRecords = 64 * 1024;

    /// <summary>The most entries, and the most characters of all names together.</summary>
    public const int MaximumEntries = 1_000_000, MaximumCharacters = 128 * 1024 * 1024;

    /// <summary>The length of a block, in bytes.</summary>
    public const int BlockLength = 512;

    private readonly byte[] _block = new byte[BlockLength];
    private readonly byte[] _first = new byte[BlockLength];
    private readonly List<string> _names = [];
    private readonly HashSet<string> _inBlocks = new(StringComparer.Ordinal);
    private HashSet<string>? _known;
    private int _firstLeft;
    private long _left;
    private long _padding;
    private int _entries;
    private long _characters;

    /// <summary>How many bytes were read.</summary>
    public long Position { get; private set; }

    /// <summary>Goes to the next file, over what was not read of the last one.</summary>
    /// <param name="skip">Goes forward without reading, where the stream can; null to read.</param>
    /// <returns>The file; null at the end of the tar, after which nothing but zeros was found.</returns>
    /// <exception cref="ModelSigningException">One of <see cref="StoreErrors"/>.</exception>
    public ModelFile? Next(Action<long>? skip = null)
    {
        Position += _firstLeft;
        Skip(_left - _firstLeft, skip, Truncated);
        _firstLeft = 0;
        RequirePadding();
        (_left, _padding) = (0, 0);
        string? longName = null;
        long? longSize = null;
        bool isDescribed = false, hasZero = false;
        while (true)
        {
            ReadBlock();
            if (!_block.AsSpan().ContainsAnyExcept((byte)0))
            {
                RequireZeros();
                return !isDescribed ? null : throw StoreErrors.TarDamaged.At($"'{source}' ends with a record and no entry behind it.", source);
            }

            TarHeader header = TarHeader.Parse(_block, source);
            if (++_entries > MaximumEntries)
            {
                throw StoreErrors.TarTooLarge.At(Invariant($"'{source}' has more than {MaximumEntries} entries."), source);
            }

            // Of two that describe one entry, some programs take the first and others the last; a global record in between makes some forget the first.
            if (header.Type is 'x' or 'L' or 'g' && isDescribed)
            {
                throw StoreErrors.TarDamaged.At($"'{source}' has several records before one entry, of which some programs take the first name and others the last.", source);
            }

            // Perl makes a folder of anything whose block has the name of one, and reads its content as entries.
            if (header.Type is 'x' or 'L' or 'g' && header.Name.EndsWith('/'))
            {
                throw StoreErrors.TarDamaged.At($"'{source}' has a record that is called '{header.Name}', which is a folder for some programs.", source);
            }

            isDescribed |= header.Type is 'x' or 'L';
            switch (header.Type)
            {
                case 'x' or 'g':
                    PaxRecords records = PaxRecords.Parse(ReadRecord(header, LongestRecords), source);
                    if (header.Type == 'g' && (records.Path ?? records.Size) is not null)
                    {
                        throw StoreErrors.TarDamaged.At($"'{source}' has a global record that gives all files one name or length.", source);
                    }

                    (longName, longSize) = header.Type == 'g' ? (longName, longSize)
                        : (records.Path ?? longName, records.Size is { } size ? TarHeader.Decimal(size, source) : longSize);
                    hasZero |= header.Type == 'x' && records.HasZero;
                    break;
                case 'L':
                    longName = LongName(ReadRecord(header, LongestName));
                    break;
                default:
                    // The slash in the block makes a folder of it for Perl, and without a type for others, whatever a record before it says; its content is read as entries then.
                    if (longName is not null && header.Type != '5' && header.Name.EndsWith('/'))
                    {
                        throw StoreErrors.TarDamaged.At($"'{source}' has the entry '{longName}', which is a folder for some programs and a file for others.", source);
                    }

                    if (isDescribed && header.HasPrefix)
                    {
                        throw StoreErrors.TarDamaged.At($"'{source}' has the entry '{longName ?? header.Name}', whose folder is written where some programs do not read it behind a record.", source);
                    }

                    string name = longName ?? header.Name;
                    long length = longSize ?? header.Length;
                    // BusyBox goes by the block alone. Programs write a record only of what its digits cannot tell, and 0 there.
                    if (length != header.Length && (length <= TarHeader.MostInDigits || header.Length != 0))
                    {
                        throw StoreErrors.TarDamaged.At($"'{source}' has the entry '{name}', which has another length for some programs than for others.", source);
                    }

                    // Perl goes by the block too, and 7-Zip where an attribute in the record has a zero byte.
                    if (longName is not null && longName != header.Name
                        && (hasZero || (longName.Length <= TarHeader.NameLength && Ascii.IsValid(longName)) || !BlockName.IsOf(header.Name, longName)))
                    {
                        throw StoreErrors.TarDamaged.At($"'{source}' has the entry '{longName}', which is called '{header.Name}' for some programs.", source);
                    }

                    string? inBlock = longName is not null && longName != header.Name ? Clean(header.Name) : null;
                    bool isLong = length != header.Length;
                    (longName, longSize, isDescribed, hasZero) = (null, null, false, false);
                    if ((_characters += name.Length) > MaximumCharacters)
                    {
                        throw StoreErrors.TarTooLarge.At(Invariant($"'{source}' has names of more than {MaximumCharacters} characters."), source);
                    }

                    if (header.Type == '5')
                    {
                        string clean = Clean(name.TrimEnd('/'));
                        if (name.StartsWith('/') || (clean.Length > 0 && !ResourceName.IsCanonical(clean)))
                        {
                            throw Refused(StoreErrors.TarNameEscapes, name, "is a folder whose name is absolute or leads elsewhere");
                        }

                        if (length != 0)
                        {
                            throw Refused(StoreErrors.TarEntryRefused, name, "is a folder with content");
                        }

                        if (clean.Length > 0)
                        {
                            folder?.Invoke(clean);
                        }

                        break;
                    }

                    ModelFile file = File(header.Type, name, length);
                    RequireOneName(file.Name, inBlock);
                    if (isLong)
                    {
                        RequireNoEntry(name);
                    }

                    return file;
            }
        }
    }

    /// <summary>Reads the file that <see cref="Next"/> went to.</summary>
    /// <returns>How many bytes were read; 0 at its end.</returns>
    public int Read(Span<byte> destination)
    {
        int wanted = (int)Math.Min(destination.Length, _left);
        if (wanted == 0)
        {
            return 0;
        }

        if (_firstLeft > 0)
        {
            ReadOnlySpan<byte> first = TakeFirst(wanted);
            first.CopyTo(destination);
            return first.Length;
        }

        int read = stream.Read(destination[..wanted]);
        Position += read;
        _left -= read;
        return read > 0 ? read : throw Truncated();
    }

    /// <summary>Takes the next bytes of the file where a stream that reads ahead has them, without a copy.</summary>
    /// <param name="most">How many at most.</param>
    /// <returns>The bytes, valid until the next call; none at the file's end.</returns>
    /// <exception cref="NotSupportedException">The stream does not read ahead.</exception>
    public ReadOnlySpan<byte> Take(long most)
    {
        if (stream is not ReadAheadStream ahead)
        {
            throw new NotSupportedException();
        }

        int wanted = (int)Math.Min(Math.Min(most, _left), int.MaxValue);
        if (wanted == 0)
        {
            return [];
        }

        if (_firstLeft > 0)
        {
            return TakeFirst(wanted);
        }

        ReadOnlySpan<byte> taken = ahead.Take(wanted);
        Position += taken.Length;
        _left -= taken.Length;
        return taken.Length > 0 ? taken : throw Truncated();
    }

    // Programs that do not know the record read on in the file's own bytes: an entry there, or the zeros of the end, would give them another archive.
    private void RequireNoEntry(string name)
    {
        ReadExactly(_first);
        Position -= BlockLength;
        _firstLeft = BlockLength;
        if (!_first.AsSpan().ContainsAnyExcept((byte)0) || FileKinds.IsTar(_first))
        {
            throw StoreErrors.TarDamaged.At($"'{source}' has the file '{name}' whose bytes begin as an entry or the end of a tar, where some programs read on.", source);
        }
    }

    private ReadOnlySpan<byte> TakeFirst(int most)
    {
        ReadOnlySpan<byte> taken = _first.AsSpan(BlockLength - _firstLeft, Math.Min(most, _firstLeft));
        Position += taken.Length;
        _left -= taken.Length;
        _firstLeft -= taken.Length;
        return taken;
    }

    // Where a name does not fit, the block has what it may: Perl writes the file under that name, which must not be another file's.
    private void RequireOneName(string name, string? inBlock)
    {
        _names.Add(name);
        if (inBlock is not null && inBlock != name)
        {
            _known ??= new(_names, StringComparer.Ordinal);
            _inBlocks.Add(inBlock);
        }

        _known?.Add(name);
        string? other = _known is null ? null : inBlock is not null && inBlock != name && _known.Contains(inBlock) ? inBlock : _inBlocks.Contains(name) ? name : null;
        if (other is not null)
        {
            throw StoreErrors.TarDamaged.At($"'{source}' has two entries that are called '{other}' for some programs, of which one has another name in a record before it.", source);
        }
    }

    private ModelFile File(char type, string name, long length)
    {
        switch (type)
        {
            case '0' or '\0':
                break;
            case '1' or '2' or 'K':
                throw Refused(StoreErrors.TarLinkRefused, name, "is a link");
            case '3' or '4' or '6':
                throw Refused(StoreErrors.TarDeviceRefused, name, "is a device or a FIFO");
            case 'S':
                throw Refused(StoreErrors.TarSparseRefused, name, "is a sparse file");
            default:
                throw Refused(StoreErrors.TarEntryRefused, name, $"is of the type '{type}', which is not supported");
        }

        string clean = Clean(name);
        // libarchive takes the letter of a drive, and what begins with a backslash, away from a name on every system.
        bool isOfWindows = clean.StartsWith('\\') || (clean.Length > 1 && char.IsAsciiLetter(clean[0]) && clean[1] == ':');
        if (isOfWindows || !ResourceName.IsCanonical(clean))
        {
            throw Refused(StoreErrors.TarNameEscapes, name, "has a name that is absolute, leads elsewhere, or has empty components");
        }

        // With what fills its last block, so that the sum of both is a number.
        if (Encoding.UTF8.GetByteCount(clean) > LongestName || length > long.MaxValue - BlockLength)
        {
            throw Refused(StoreErrors.TarTooLarge, name, Invariant($"has a name of more than {LongestName} bytes, or a length of {length} bytes"));
        }

        _left = length;
        _padding = (BlockLength - (length % BlockLength)) % BlockLength;
        return new(clean, length);
    }

    private static string Clean(string name) => name is "." or "./" ? "" : name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;

    private byte[] ReadRecord(TarHeader header, int most)
    {
        if (header.Length < 1)
        {
            throw StoreErrors.TarDamaged.At($"'{source}' has an empty record for a name.", source);
        }

        if (header.Length > most)
        {
            throw StoreErrors.TarTooLarge.At(Invariant($"'{source}' has a record of {header.Length} bytes for names; the limit is {most}."), source);
        }

        byte[] record = new byte[header.Length], padding = new byte[(BlockLength - (header.Length % BlockLength)) % BlockLength];
        ReadExactly(record);
        ReadExactly(padding);
        return !padding.AsSpan().ContainsAnyExcept((byte)0) ? record
            : throw StoreErrors.TarDamaged.At($"'{source}' has something behind a record for a name, where some programs read on.", source);
    }

    // GNU tar and Python read up to a zero byte, wherever the record ends: one at its end, or, as Perl writes it, the first of the padding.
    private string LongName(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        if (end < 0 ? bytes.Length % BlockLength == 0 : end != bytes.Length - 1)
        {
            throw StoreErrors.TarDamaged.At($"'{source}' has a long name without a zero byte at its end, and there alone.", source);
        }

        bytes = end < 0 ? bytes : bytes[..end];
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw StoreErrors.TarDamaged.At($"'{source}' has a name that is not UTF-8.", source);
    }

    // Whatever writes tars fills the last block of a file with zeros; programs that look for a zip archive first would find one in anything else.
    private void RequirePadding()
    {
        Span<byte> padding = stackalloc byte[(int)_padding];
        for (int read, at = 0; at < padding.Length; at += read)
        {
            read = stream.Read(padding[at..]);
            Position += read > 0 ? read : throw Unclosed();
        }

        if (padding.ContainsAnyExcept((byte)0))
        {
            throw StoreErrors.TarDamaged.At($"'{source}' has something else than zeros behind a file, in its last block.", source);
        }
    }

    private void Skip(long count, Action<long>? skip, Func<ModelSigningException> atEnd)
    {
        if (skip is not null)
        {
            skip(count);
            Position += count;
            return;
        }

        for (byte[] rest = new byte[Math.Min(count, 64 * 1024)]; count > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = stream.Read(rest, 0, (int)Math.Min(count, rest.Length));
            Position += read;
            count -= read > 0 ? read : throw atEnd();
        }
    }

    // Another program might read on after the end that this one sees.
    private void RequireZeros()
    {
        byte[] rest = new byte[64 * 1024];
        for (int read; (read = stream.Read(rest, 0, rest.Length)) > 0;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Position += read;
            if (rest.AsSpan(0, read).ContainsAnyExcept((byte)0))
            {
                throw StoreErrors.TarDamaged.At($"'{source}' has data after its end.", source);
            }
        }
    }

    // POSIX closes a tar with two blocks of zeros. Some programs take the end of the bytes for its end and others do not, and it may be one that was cut off.
    private void ReadBlock()
    {
        cancellationToken.ThrowIfCancellationRequested();
        int read = stream.Read(_block);
        Position += read > 0 ? read : throw Unclosed();
        ReadExactly(_block.AsSpan(read));
    }

    private void ReadExactly(Span<byte> destination)
    {
        for (int done = 0; done < destination.Length;)
        {
            int read = stream.Read(destination[done..]);
            Position += read;
            done += read > 0 ? read : throw Truncated();
        }
    }

    private ModelSigningException Truncated() => StoreErrors.TarDamaged.At($"'{source}' ends before its tar does.", source);

    private ModelSigningException Unclosed() => _entries == 0 ? Truncated() : StoreErrors.TarUnclosed.At($"'{source}' ends without the blocks of zeros that close a tar.", source);

    private ModelSigningException Refused(ErrorDefinition definition, string name, string why) => definition.At($"'{name}' in '{source}' {why}.", source);
}

/// <summary>The file that a tar's reader went to, as a stream.</summary>
internal sealed class TarFileStream(TarReader tar) : ForwardStream
{
    public override int Read(Span<byte> buffer) => tar.Read(buffer);
}
