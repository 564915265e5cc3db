using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace ModelSigning.Core.Content;

/// <summary>
/// Goes through the opcodes of pickles (CPython's <c>pickletools</c>, protocols 0 to 5) that follow each other in bytes, and notes what classes and
/// functions they name. Nothing is built and nothing is executed.
/// </summary>
internal ref struct PickleScan
{
    private const int MostPickles = 64, MostGlobals = 1000, LongestName = 256, MostKept = 100_000;

    // ASCII that is in no name that a statement of Python's imports.
    private static readonly SearchValues<byte> NoNames = SearchValues.Create([.. Enumerable.Range(0, 128).Select(value => (byte)value).Where(value => !char.IsAsciiLetterOrDigit((char)value) && !"_.<>-".Contains((char)value, StringComparison.Ordinal))]);

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly List<string> _texts = [];
    private readonly Dictionary<long, string> _memo = [];
    private readonly List<(int Module, int ModuleLength, int Name, int NameLength)> _unusual = [];
    private int _at;
    private long _memoCount;
    private int _opcodes;
    private bool _hasMark;

    /// <summary>Goes through pickles.</summary>
    public PickleScan(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        for (Pickles = 0; Pickles < MostPickles && _at < bytes.Length; Pickles++)
        {
            int start = _at;
            _texts.Clear();
            _memo.Clear();
            _unusual.Clear();
            _memoCount = 0;
            _opcodes = 0;
            _hasMark = false;
            if (!ScanOne())
            {
                _at = start;
                break;
            }
        }

        IsIncomplete |= Pickles == MostPickles && _at < bytes.Length;
        End = _at;
    }

    /// <summary>The classes and functions that are named, as <c>module.name</c>, each once.</summary>
    public HashSet<string> Globals { get; } = new(StringComparer.Ordinal);

    /// <summary>How many pickles there are, from the first byte.</summary>
    public int Pickles { get; private set; }

    /// <summary>Where the last of them ends.</summary>
    public int End { get; }

    /// <summary>Whether something that was named is called or changed, or built of a mark and a class.</summary>
    public bool Calls { get; private set; }

    /// <summary>Whether a name is computed or too long, so that <see cref="Globals"/> does not have all.</summary>
    public bool IsIncomplete { get; private set; }

    private bool ScanOne()
    {
        while (_at < _bytes.Length)
        {
            byte opcode = _bytes[_at++];
            if (!CanRun((char)opcode))
            {
                return false;
            }

            switch ((char)opcode)
            {
                case '.':
                    if (_at == _bytes.Length)
                    {
                        AddUnusual();
                    }

                    return true;
                case 'c' or 'i':
                    int module = _at;
                    if (!PassLine())
                    {
                        return false;
                    }

                    int name = _at;
                    if (!PassLine() || name - module == 1 || _at - name == 1)
                    {
                        return false;
                    }

                    AddGlobal(module, name - 1 - module, name, _at - 1 - name);
                    break;
                case (char)0x93:
                    AddFromStack();
                    break;
                case 'V' or 'S':
                    if (!Line(out string text) || (opcode == 'S' && text is not ['\'' or '"', ..]))
                    {
                        return false;
                    }

                    Push(text.Trim('\'', '"'));
                    break;
                case 'X' or 'T':
                    if (!Text(4))
                    {
                        return false;
                    }

                    break;
                case (char)0x8C or 'U':
                    if (!Text(1))
                    {
                        return false;
                    }

                    break;
                case (char)0x8D:
                    if (!Text(8))
                    {
                        return false;
                    }

                    break;
                case 'q' or 'r' or 'p' or (char)0x94:
                    if (!Memoize((char)opcode))
                    {
                        return false;
                    }

                    break;
                case 'h' or 'j' or 'g':
                    if (!Recall((char)opcode))
                    {
                        return false;
                    }

                    break;
                default:
                    if (!Pass(opcode))
                    {
                        return false;
                    }

                    break;
            }
        }

        return false;
    }

    // A text of words looks like opcodes for a while. An opcode puts one value on the stack at most, so one that takes two values cannot be the second, and
    // one that takes a mark needs one: there every reader stops, before it imports anything. What stores something in an object that was named, such as a
    // function among those of Python itself, runs code as a call does, and whether the pickle ends is found out later.
    private bool CanRun(char opcode)
    {
        _hasMark |= opcode == '(';
        bool needsMark = opcode is 'o' or 'i' or 'e' or 'u' or 'l' or 't' or 'd' or '1' or (char)0x90 or (char)0x91;
        bool calls = opcode is 'R' or 'b' or 'o' or 'i' or 'a' or 'e' or 's' or 'u' or (char)0x81 or (char)0x90 or (char)0x92;
        bool can = needsMark ? _hasMark : !calls || _opcodes >= (opcode == 's' ? 3 : 2);
        _opcodes++;
        if (can && calls)
        {
            AddUnusual();
            Calls |= opcode == 'i' || Globals.Count > 0;
        }

        return can;
    }

    // A pickle imports a file of any name, such as "a b.py"; but each text that begins with a "c" looks like that in its first two lines, so such names count once something is
    // called, or the file ends where the pickle does.
    private void AddUnusual()
    {
        foreach ((int module, int moduleLength, int name, int nameLength) in _unusual)
        {
            Add($"{TextAt(module, moduleLength)}.{TextAt(name, nameLength)}");
        }

        _unusual.Clear();
    }

    // Random bytes name something in every second file, and hardly ever what Python could import: they become text only when they must.
    private void AddGlobal(int module, int moduleLength, int name, int nameLength)
    {
        if (MayBeName(module, moduleLength) && MayBeName(name, nameLength) && TextAt(module, moduleLength) is var moduleText && TextAt(name, nameLength) is var nameText && IsName(moduleText) && IsName(nameText))
        {
            Add($"{moduleText}.{nameText}");
        }
        else if (_unusual.Count < MostGlobals)
        {
            _unusual.Add((module, moduleLength, name, nameLength));
        }
    }

    private readonly bool MayBeName(int start, int length) => !Shown(start, length).ContainsAny(NoNames);

    private readonly string TextAt(int start, int length) => Encoding.UTF8.GetString(Shown(start, length));

    private readonly ReadOnlySpan<byte> Shown(int start, int length) => _bytes.Slice(start, Math.Min(length, LongestName + 1));

    // What Python's own statements import: identifiers, with points between them.
    private static bool IsName(string text)
    {
        foreach (char character in text)
        {
            if (!char.IsLetterOrDigit(character) && character is not ('_' or '.' or '<' or '>' or '-') && !char.IsSurrogate(character) && character != '\uFFFD')
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    // Opcodes whose argument is of no interest, by the length of the argument.
    private bool Pass(byte opcode)
    {
        int fixedLength = (char)opcode switch
        {
            '0' or '1' or '2' or '(' or ')' or ']' or '}' or 'a' or 'b' or 'd' or 'e' or 'l' or 'o' or 's' or 't' or 'u' or 'N' or 'Q' or 'R' or (char)0x81
                or (char)0x85 or (char)0x86 or (char)0x87 or (char)0x88 or (char)0x89 or (char)0x8F or (char)0x90 or (char)0x91 or (char)0x92 or (char)0x97 or (char)0x98 => 0,
            'K' or (char)0x80 => 1,
            'M' => 2,
            'J' => 4,
            'G' or (char)0x95 => 8,
            _ => -1,
        };
        if (fixedLength >= 0)
        {
            return Advance((ulong)fixedLength);
        }

        switch ((char)opcode)
        {
            case 'F' or 'I' or 'L' or 'P':
                return PassLine();
            case 'B' or (char)0x8B:
                return Number(4, out ulong longer) && Advance(longer);
            case 'C' or (char)0x8A:
                return Number(1, out ulong shorter) && Advance(shorter);
            case (char)0x8E or (char)0x96:
                return Number(8, out ulong longest) && Advance(longest);
            case (char)0x82 or (char)0x83 or (char)0x84:
                // The copyreg extension registry: a name that only the reader's process can resolve.
                IsIncomplete = true;
                return Advance(opcode == 0x82 ? 1UL : opcode == 0x83 ? 2UL : 4UL);
            default:
                return false;
        }
    }

    private bool Memoize(char opcode)
    {
        ulong index = (ulong)_memoCount;
        bool read = opcode switch
        {
            'q' => Number(1, out index),
            'r' => Number(4, out index),
            'p' => IndexLine(out index),
            _ => true,
        };
        if (_texts.Count > 0 && _memo.Count < MostKept)
        {
            _memo[(long)index] = _texts[^1];
        }

        _memoCount++;
        return read;
    }

    private bool Recall(char opcode)
    {
        ulong index = 0;
        bool read = opcode switch
        {
            'h' => Number(1, out index),
            'j' => Number(4, out index),
            _ => IndexLine(out index),
        };
        if (_memo.TryGetValue((long)index, out string? text))
        {
            Push(text);
        }

        return read;
    }

    // Python reads more ways to write a number than are worth following: a sign, spaces, underscores. Such an index is one that nothing else has.
    private bool IndexLine(out ulong index)
    {
        bool read = Line(out string line);
        if (line.Contains('\0', StringComparison.Ordinal) || !ulong.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out index))
        {
            index = ulong.MaxValue;
            IsIncomplete |= Globals.Count > 0;
        }

        return read;
    }

    private void AddFromStack()
    {
        if (_texts.Count < 2)
        {
            IsIncomplete = true;
            Add("?");
            return;
        }

        Add($"{_texts[^2]}.{_texts[^1]}");
    }

    private void Add(string name)
    {
        IsIncomplete |= Globals.Count >= MostGlobals || name.Length > 2 * LongestName;
        if (Globals.Count < MostGlobals)
        {
            Globals.Add(name.Length <= 2 * LongestName ? name : name[..(2 * LongestName)]);
        }
    }

    // The last texts are enough: two of them name a class.
    private readonly void Push(string text)
    {
        if (_texts.Count == 16)
        {
            _texts.RemoveRange(0, 8);
        }

        _texts.Add(text.Length <= LongestName ? text : text[..LongestName]);
    }

    private bool Text(int lengthBytes)
    {
        if (!Number(lengthBytes, out ulong length) || length > (ulong)(_bytes.Length - _at))
        {
            return false;
        }

        Push(Encoding.UTF8.GetString(_bytes.Slice(_at, (int)Math.Min(length, LongestName + 1))));
        return Advance(length);
    }

    private bool Line(out string text)
    {
        int start = _at;
        bool isLine = PassLine();
        text = isLine ? TextAt(start, _at - 1 - start) : "";
        return isLine;
    }

    private bool PassLine()
    {
        int length = _bytes[_at..].IndexOf((byte)'\n');
        _at += length + 1;
        return length >= 0;
    }

    private bool Number(int bytes, out ulong number)
    {
        number = 0;
        if (bytes > _bytes.Length - _at)
        {
            return false;
        }

        Span<byte> all = stackalloc byte[8];
        all.Clear();
        _bytes.Slice(_at, bytes).CopyTo(all);
        number = BinaryPrimitives.ReadUInt64LittleEndian(all);
        _at += bytes;
        return true;
    }

    private bool Advance(ulong bytes)
    {
        if (bytes > (ulong)(_bytes.Length - _at))
        {
            return false;
        }

        _at += (int)bytes;
        return true;
    }
}
