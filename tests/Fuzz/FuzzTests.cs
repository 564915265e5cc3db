using CsCheck;

namespace ModelSigning.Fuzz;

public class FuzzTests
{
    private const int Iterations = 150;

    private static readonly Gen<Edit[]> Edits =
        Gen.Select(Gen.Enum<EditKind>(), Gen.UInt, Gen.UInt, Gen.Byte, (kind, at, other, value) => new Edit(kind, at, other, value)).Array[1, 6];

    public static TheoryData<string> Names => [.. FuzzTarget.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_valid_input_is_taken(string name) =>
        Assert.All(FuzzTarget.All[name].Value.Seeds, seed => FuzzTarget.All[name].Value.Read(seed));

    [Theory]
    [MemberData(nameof(Names))]
    public void An_edited_input_leads_to_a_value_or_a_refusal(string name)
    {
        FuzzTarget target = FuzzTarget.All[name].Value;

        // A seed fixes the first iteration of a sample only.
        for (uint i = 0; i < Iterations; i++)
        {
            byte[] seed = target.Seeds[i % target.Seeds.Length];
            Edits.Sample(
                edits => { target.Try(Edit.Apply(seed, edits)); },
                seed: new PCG(1, i).ToString(),
                iter: 1,
                threads: 1,
                print: edits => $"{string.Join(", ", edits)}: {Convert.ToBase64String(Edit.Apply(seed, edits))}");
        }
    }
}
