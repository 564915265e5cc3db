using ModelSigning.Kernels.Generator.Shapes;

namespace ModelSigning.Kernels.Generator;

/// <summary>SHA-256 (FIPS 180-4, sections 4.1.2, 4.2.2 and 6.2) of as many streams as there are lanes.</summary>
internal static class Sha256Kernels
{
    private const int WordBits = 32;

    // FIPS 180-4, section 4.2.2.
    public static readonly uint[] Constants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>A kernel that advances one stream in each lane of each way.</summary>
    public static KernelFile Lanes(WordShape shape, int ways, string measured)
    {
        int lanes = shape.Lanes(WordBits);
        string name = $"Sha256{shape.Name}Lanes";
        SourceText text = new();
        Header.Write(text, "ModelSigning.Core.Hashing.Lanes", LaneKernel.Usings, LaneKernel.Summary("SHA-256", shape, ways, lanes),
            "FIPS 180-4, section 6.2; Gueron and Krasnov, Simultaneous hashing of multiple messages (2012), for the lanes.",
            "A round depends on the one before through two additions of the critical words a and e; its sum with the message and the constant is made beforehand, "
                + "and where there are two groups the rounds of one fill the latencies of the other, their message schedules in memory.",
            measured);
        LaneKernel.Write(text, name, "Sha256Lanes", shape, ways, lanes, "uint* m, uint* h", group => Loop(text, shape, group), group => Compression(text, shape, group));
        return new KernelFile($"{name}.g.cs", text.ToString());
    }

    private static void Loop(SourceText text, WordShape shape, int ways)
    {
        int lanes = shape.Lanes(WordBits);
        text.Block("for (nint at = 0; at < end; at += BlockLength)", () =>
        {
            for (int way = 0; way < ways; way++)
            {
                text.Line($"{shape.Transposition}.Load32BigEndian(blocks{(way == 0 ? "" : $" + {way * lanes}")}, at, Message{(way == 0 ? "" : $" + {way * 16 * lanes}")});");
            }

            text.Line($"Compress{ways}(Message, State);");
        });
    }

    private static void Compression(SourceText text, WordShape shape, int ways)
    {
        int lanes = shape.Lanes(WordBits);
        string type = shape.Type("uint");
        string letters = "abcdefgh";
        for (int way = 0; way < ways; way++)
        {
            for (int word = 0; word < 8; word++)
            {
                text.Line($"{type} {letters[word]}{way} = {shape.Load($"h + {((way * 8) + word) * lanes}")};");
            }

            text.Line($"{type} p{way}, t{way}, x{way}, y{way};");
        }

        for (int round = 0; round < 64; round++)
        {
            for (int way = 0; way < ways; way++)
            {
                string Message(int index) => $"m + {((way * 16) + (index % 16)) * lanes}";
                string scheduled = shape.Load(Message(round));
                if (round >= 16)
                {
                    text.Line($"x{way} = {shape.Load(Message(round - 15))};");
                    text.Line($"y{way} = {shape.Load(Message(round - 2))};");
                    string small0 = shape.Xor(Rotate($"x{way}", 7), Rotate($"x{way}", 18), $"(x{way} >>> 3)");
                    string small1 = shape.Xor(Rotate($"y{way}", 17), Rotate($"y{way}", 19), $"(y{way} >>> 10)");
                    text.Line($"x{way} = ({scheduled} + {shape.Load(Message(round - 7))}) + ({small0} + {small1});");
                    text.Line($"{shape.Store($"x{way}", Message(round))};");
                    scheduled = $"x{way}";
                }

                text.Line($"p{way} = ({Word(way, 7)} + {scheduled}) + {shape.Broadcast(WordShape.Literal(Constants[round], WordBits))};");
            }

            for (int way = 0; way < ways; way++)
            {
                (string a, string b, string c, string d) = (Word(way, 0), Word(way, 1), Word(way, 2), Word(way, 3));
                (string e, string f, string g, string h) = (Word(way, 4), Word(way, 5), Word(way, 6), Word(way, 7));
                text.Line($"t{way} = {shape.Xor(Rotate(e, 6), Rotate(e, 11), Rotate(e, 25))} + {shape.Choose(e, f, g)};");
                text.Line($"{d} = ({d} + p{way}) + t{way};");
                text.Line($"{h} = (p{way} + t{way}) + ({shape.Xor(Rotate(a, 2), Rotate(a, 13), Rotate(a, 22))} + {shape.Majority(a, b, c)});");
            }

            letters = letters[7] + letters[..7];
        }

        for (int way = 0; way < ways; way++)
        {
            for (int word = 0; word < 8; word++)
            {
                string at = $"h + {((way * 8) + word) * lanes}";
                text.Line($"{shape.Store($"{Word(way, word)} + {shape.Load(at)}", at)};");
            }
        }

        string Word(int way, int word) => $"{letters[word]}{way}";
        string Rotate(string variable, int distance) => shape.RotateRight(variable, distance, WordBits);
    }
}
