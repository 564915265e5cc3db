using ModelSigning.Kernels.Generator.Shapes;

namespace ModelSigning.Kernels.Generator;

/// <summary>
/// The rounds that BLAKE2b (RFC 7693, section 3.2) and BLAKE3 (section 2.2) share: eight G, four down the columns and four down the diagonals, on
/// sixteen words <c>v0</c> to <c>v15</c>.
/// </summary>
/// <remarks>
/// A G is one chain of dependent instructions, so the four of a half round are written step by step side by side where the registers suffice, and so are
/// the groups of a kernel that has several ("ways"): the processor finds independent work in every cycle. With sixteen registers one G follows another,
/// which the processor overlaps by itself. <c>(a + m) + b</c> keeps the addition of the message off that chain.
/// The message is always an operand in memory, which leaves all registers to the state.
/// </remarks>
internal sealed class Mixing(WordShape shape, int wordBits, int ways, int[] rotations)
{
    public static readonly (int A, int B, int C, int D)[] Positions =
    [
        (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
        (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
    ];

    /// <summary>The name of a word of the state.</summary>
    public static string Word(int way, int index) => $"v{index}{"abcd"[way]}";

    /// <summary>Declares what <see cref="Rounds"/> needs besides the state.</summary>
    public void Declare(SourceText text, string word)
    {
        if (rotations.All(distance => shape.RotateInOne("x", distance, wordBits) is not null))
        {
            return;
        }

        IEnumerable<string> spares = Enumerable.Range(0, ways).SelectMany(way => Enumerable.Range(0, 4).Select(at => Spare(way, at)));
        text.Line($"{shape.Type(word)} {string.Join(", ", spares)};");
    }

    /// <summary>Writes the rounds.</summary>
    /// <param name="text">Where they go.</param>
    /// <param name="schedule">Which word of the message each half of each G takes, by round.</param>
    public void Rounds(SourceText text, int[][] schedule)
    {
        foreach (int[] round in schedule)
        {
            for (int first = 0; first < 8; first += shape.SideBySide)
            {
                for (int step = 0; step < 2; step++)
                {
                    Each(first, (way, g) => text.Line($"{Word(way, Positions[g].A)} = ({Word(way, Positions[g].A)} + {Message(way, round[(2 * g) + step])}) + {Word(way, Positions[g].B)};"));
                    Each(first, (way, g) => text.Line(Rotate(way, g, Positions[g].D, Positions[g].A, rotations[2 * step])));
                    Each(first, (way, g) => text.Line($"{Word(way, Positions[g].C)} += {Word(way, Positions[g].D)};"));
                    Each(first, (way, g) => text.Line(Rotate(way, g, Positions[g].B, Positions[g].C, rotations[(2 * step) + 1])));
                }
            }
        }
    }

    private void Each(int first, Action<int, int> step)
    {
        for (int way = 0; way < ways; way++)
        {
            for (int g = first; g < first + shape.SideBySide; g++)
            {
                step(way, g);
            }
        }
    }

    private string Rotate(int way, int g, int target, int other, int distance) =>
        shape.XorRotate(Word(way, target), Word(way, other), distance, wordBits, Spare(way, g % 4));

    private string Message(int way, int word) => shape.Load($"m + {((way * 16) + word) * shape.Lanes(wordBits)}");

    private static string Spare(int way, int at) => $"t{at}{"abcd"[way]}";
}
