using ModelSigning.Kernels.Generator.Shapes;

namespace ModelSigning.Kernels.Generator;

/// <summary>What the kernels of every digest have in common that advance one stream in each lane of each way.</summary>
internal static class LaneKernel
{
    /// <summary>The namespaces that such a kernel uses.</summary>
    public static readonly string[] Usings =
        ["System.Runtime.CompilerServices", "System.Runtime.Intrinsics", "System.Runtime.Intrinsics.X86", "ModelSigning.Core.Hashing.Vectors"];

    /// <summary>How many streams a kernel hashes, as its summary says it.</summary>
    public static string Summary(string digest, WordShape shape, int ways, int lanes) =>
        $"Hashes {lanes * ways} streams with {digest} at once: {(ways == 1 ? "one" : $"{ways} groups of one")} in each of {lanes} lanes of {shape.Bits} bits.";

    /// <summary>Writes the class: the loop over the blocks for each number of groups that have streams, and the compression of a block in as many ways.</summary>
    /// <param name="text">Where it goes.</param>
    /// <param name="name">Its name.</param>
    /// <param name="baseClass">What it derives from.</param>
    /// <param name="shape">What it computes with.</param>
    /// <param name="ways">How many groups of streams it has at most.</param>
    /// <param name="lanes">How many streams a group has.</param>
    /// <param name="parameters">What a compression takes, in C#.</param>
    /// <param name="loop">Writes the loop for a number of groups.</param>
    /// <param name="compression">Writes the compression for a number of groups.</param>
    public static void Write(
        SourceText text, string name, string baseClass, WordShape shape, int ways, int lanes, string parameters, Action<int> loop, Action<int> compression) =>
        text.Block($"internal sealed unsafe class {name}() : {baseClass}({lanes * ways}, {lanes})", () =>
        {
            text.Line("/// <summary>Whether this processor has what the kernel is made of.</summary>");
            text.Line($"public static bool IsSupported => {shape.IsSupported};");
            text.Line("");
            text.Line("/// <inheritdoc/>");
            text.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
            text.Block("protected override void Compress(byte** blocks, int count, int groups)", () =>
            {
                text.Line("nint end = (nint)count * BlockLength;");
                for (int group = ways; group > 1; group--)
                {
                    text.Block($"if (groups == {group})", () =>
                    {
                        loop(group);
                        text.Line("return;");
                    });
                    text.Line("");
                }

                loop(1);
            });
            for (int group = ways; group >= 1; group--)
            {
                text.Line("");
                text.Line("[MethodImpl(MethodImplOptions.AggressiveOptimization)]");
                text.Block($"private static void Compress{group}({parameters})", () => compression(group));
            }
        });
}
