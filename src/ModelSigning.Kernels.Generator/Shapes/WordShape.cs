namespace ModelSigning.Kernels.Generator.Shapes;

/// <summary>
/// What a kernel computes with: a machine word, or a vector of words of which each lane belongs to another stream. The members give the C#
/// expression of an operation on expressions.
/// </summary>
internal abstract class WordShape
{
    /// <summary>The shape's name in a kernel's name.</summary>
    public abstract string Name { get; }

    /// <summary>How many of the four independent G of a half round are written step by step side by side: 4 or 1.</summary>
    public virtual int SideBySide => 4;

    /// <summary>The condition, in C#, under which the processor has it.</summary>
    public abstract string IsSupported { get; }

    /// <summary>Its width in bits; 0 for a machine word of any width.</summary>
    public abstract int Bits { get; }

    /// <summary>How many words of a width it holds.</summary>
    public int Lanes(int wordBits) => Bits == 0 ? 1 : Bits / wordBits;

    /// <summary>The C# type that holds words of a type.</summary>
    public abstract string Type(string word);

    public abstract string Load(string pointer);

    public abstract string Store(string value, string pointer);

    /// <summary>The same word in every lane.</summary>
    public abstract string Broadcast(string value);

    /// <summary>A variable rotated to the right, by the cheapest instructions that the shape has for that distance.</summary>
    public virtual string RotateRight(string variable, int distance, int wordBits) =>
        RotateInOne(variable, distance, wordBits) ?? $"(({variable} >>> {distance}) | ({variable} << {wordBits - distance}))";

    /// <summary>Statements that replace a target by itself, exclusive or another, rotated to the right: the step that all BLAKE functions repeat.</summary>
    /// <remarks>The spare is a variable of the target's type that may be overwritten.</remarks>
    public string XorRotate(string target, string other, int distance, int wordBits, string spare) =>
        RotateInOne($"{target} ^ {other}", distance, wordBits) is { } rotated
            ? $"{target} = {rotated};"
            : $"{spare} = {target} ^ {other}; {target} = {RotateRight(spare, distance, wordBits)};";

    /// <summary>The rotation of any expression, where the shape has one instruction for it.</summary>
    public abstract string? RotateInOne(string value, int distance, int wordBits);

    /// <summary>The class that transposes blocks of several streams into words of several lanes; none for a machine word.</summary>
    public virtual string Transposition => throw new InvalidOperationException($"{Name} has one lane.");

    /// <summary>The exclusive or of three.</summary>
    public virtual string Xor(string x, string y, string z) => $"({x} ^ {y} ^ {z})";

    /// <summary>FIPS 180-4, section 4.1.2: y where x is set, z where it is not.</summary>
    public virtual string Choose(string x, string y, string z) => $"((({y} ^ {z}) & {x}) ^ {z})";

    /// <summary>FIPS 180-4, section 4.1.2: what at least two of three have.</summary>
    public virtual string Majority(string x, string y, string z) => $"(({x} & {y}) | (({x} | {y}) & {z}))";

    /// <summary>A literal of a word.</summary>
    public static string Literal(ulong value, int wordBits) => wordBits == 32 ? $"0x{value:x8}u" : $"0x{value:x16}ul";
}

/// <summary>A rotation by whole bytes, done as a permutation of bytes where a vector has no rotation.</summary>
internal static class ByteRotation
{
    /// <summary>
    /// The source of each byte of a vector, as arguments. They repeat in every 16 bytes, since shuffles of 256 bits work within halves of 128 and
    /// a word never crosses them.
    /// </summary>
    public static string Indices(int distance, int wordBits, int vectorBits)
    {
        int word = wordBits / 8;
        IEnumerable<int> half = Enumerable.Range(0, 16).Select(at => (at / word * word) + ((at + (distance / 8)) % word));
        return "(byte)" + string.Join(", ", Enumerable.Repeat(half, vectorBits / 128).SelectMany(indices => indices));
    }
}
