using System.Text;
using System.Text.Json;

namespace ModelSigning.Core.Input;

/// <summary>
/// A value of a document that <see cref="StrictJson.Read"/> has checked, as the part of the text that it is. Its members are found by
/// reading it again, so that a document costs no memory beside its text, however many values it has.
/// </summary>
public readonly struct JsonSlice
{
    internal JsonSlice(ReadOnlyMemory<byte> utf8) => Utf8 = utf8;

    /// <summary>The value's text, from its first to its last byte.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>The value's type.</summary>
    public JsonValueKind Kind => Utf8.IsEmpty ? JsonValueKind.Undefined : Utf8.Span[0] switch
    {
        (byte)'{' => JsonValueKind.Object,
        (byte)'[' => JsonValueKind.Array,
        (byte)'"' => JsonValueKind.String,
        (byte)'t' => JsonValueKind.True,
        (byte)'f' => JsonValueKind.False,
        (byte)'n' => JsonValueKind.Null,
        _ => JsonValueKind.Number,
    };

    /// <summary>The members of an object, in the order of the text; nothing else has any.</summary>
    public MemberEnumerator Members => new(Kind == JsonValueKind.Object ? Utf8 : default);

    /// <summary>The elements of an array; nothing else has any.</summary>
    public ElementEnumerator Elements => new(Kind == JsonValueKind.Array ? Utf8 : default);

    /// <summary>Finds a member of an object.</summary>
    /// <returns>Whether the value is an object that has it.</returns>
    public bool TryGet(string name, out JsonSlice value)
    {
        foreach (JsonSliceMember member in Members)
        {
            if (member.NameEquals(name))
            {
                value = member.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The text of a string.</summary>
    /// <exception cref="InvalidOperationException">The value is of another type.</exception>
    public string Text()
    {
        if (HasPlainText(out ReadOnlySpan<byte> plain))
        {
            return Encoding.UTF8.GetString(plain);
        }

        Utf8JsonReader reader = Open(Utf8);
        reader.Read();
        return reader.GetString() ?? throw new InvalidOperationException("The value is null.");
    }

    /// <summary>Whether the value is a string with this text.</summary>
    public bool TextEquals(string text)
    {
        if (Kind != JsonValueKind.String)
        {
            return false;
        }

        if (HasPlainText(out ReadOnlySpan<byte> plain) && Ascii.IsValid(text))
        {
            return Ascii.Equals(plain, text);
        }

        Utf8JsonReader reader = Open(Utf8);
        reader.Read();
        return reader.ValueTextEquals(text);
    }

    // A string without an escape is its own text, which was checked for being UTF-8. Millions of names are read, and a reader for each would cost more than they do.
    private bool HasPlainText(out ReadOnlySpan<byte> text)
    {
        text = Kind == JsonValueKind.String ? Utf8.Span[1..^1] : default;
        return Kind == JsonValueKind.String && !text.Contains((byte)'\\');
    }

    private static Utf8JsonReader Open(ReadOnlyMemory<byte> utf8) => new(utf8.Span, new JsonReaderOptions { MaxDepth = StrictJson.MaximumDepth + 1 });

    /// <summary>Goes through the members of an object.</summary>
    public ref struct MemberEnumerator
    {
        private readonly ReadOnlyMemory<byte> _utf8;
        private Utf8JsonReader _reader;

        internal MemberEnumerator(ReadOnlyMemory<byte> utf8)
        {
            _utf8 = utf8;
            _reader = utf8.IsEmpty ? default : Open(utf8);
            _ = !utf8.IsEmpty && _reader.Read();
        }

        /// <summary>The current member.</summary>
        public JsonSliceMember Current { get; private set; }

        /// <summary>This enumerator, for <c>foreach</c>.</summary>
        public readonly MemberEnumerator GetEnumerator() => this;

        /// <summary>Goes to the next member.</summary>
        public bool MoveNext()
        {
            if (_utf8.IsEmpty || !_reader.Read() || _reader.TokenType != JsonTokenType.PropertyName)
            {
                return false;
            }

            ReadOnlyMemory<byte> name = _utf8[(int)_reader.TokenStartIndex..];
            name = name[..(_reader.ValueSpan.Length + 2)];
            Current = new(name, Next(ref _reader, _utf8));
            return true;
        }
    }

    /// <summary>Goes through the elements of an array.</summary>
    public ref struct ElementEnumerator
    {
        private readonly ReadOnlyMemory<byte> _utf8;
        private Utf8JsonReader _reader;

        internal ElementEnumerator(ReadOnlyMemory<byte> utf8)
        {
            _utf8 = utf8;
            _reader = utf8.IsEmpty ? default : Open(utf8);
            _ = !utf8.IsEmpty && _reader.Read();
        }

        /// <summary>The current element.</summary>
        public JsonSlice Current { get; private set; }

        /// <summary>This enumerator, for <c>foreach</c>.</summary>
        public readonly ElementEnumerator GetEnumerator() => this;

        /// <summary>Goes to the next element.</summary>
        public bool MoveNext()
        {
            if (_utf8.IsEmpty)
            {
                return false;
            }

            Current = Next(ref _reader, _utf8);
            return Current.Kind != JsonValueKind.Undefined;
        }
    }

    private static JsonSlice Next(ref Utf8JsonReader reader, ReadOnlyMemory<byte> utf8)
    {
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndArray)
        {
            return default;
        }

        int start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new(utf8[start..(int)reader.BytesConsumed]);
    }
}

/// <summary>A member of an object.</summary>
public readonly struct JsonSliceMember
{
    private readonly JsonSlice _name;

    internal JsonSliceMember(ReadOnlyMemory<byte> name, JsonSlice value)
    {
        _name = new(name);
        Value = value;
    }

    /// <summary>The member's name.</summary>
    public string Name => _name.Text();

    /// <summary>The member's value.</summary>
    public JsonSlice Value { get; }

    /// <summary>Whether the member has this name, without a copy of it.</summary>
    public bool NameEquals(string name) => _name.TextEquals(name);
}
