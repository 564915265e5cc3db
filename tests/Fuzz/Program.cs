using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ModelSigning.Fuzz;
using Xunit.Runner.InProc.SystemConsole;

// TARGET SECONDS [FOLDER]: edits inputs for so long, and writes each one that is a fault into the folder. TARGET FILE: reads one input. TARGET seeds FOLDER: writes
// the valid inputs. TARGET afl: reads what afl-fuzz offers, guided by coverage (afl.sh). Otherwise the tests.
if (args.Length < 2 || !FuzzTarget.All.TryGetValue(args[0], out Lazy<FuzzTarget>? lazy))
{
    return await ConsoleRunner.Run(args);
}

if (args[1] == "afl")
{
    SharpFuzz.Fuzzer.OutOfProcess.Run(stream =>
    {
        using MemoryStream input = new();
        stream.CopyTo(input);
        // Made here, because instrumented code runs nowhere else.
        _ = lazy.Value.Try(input.ToArray());
    });
    return 0;
}

FuzzTarget target = lazy.Value;
if (args is [_, "seeds", var seeds])
{
    Directory.CreateDirectory(seeds);
    for (int number = 0; number < target.Seeds.Length; number++)
    {
        await File.WriteAllBytesAsync(Path.Join(seeds, number.ToString(CultureInfo.InvariantCulture)), target.Seeds[number]);
    }

    return 0;
}

if (!int.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
{
    Console.WriteLine(target.Try(await File.ReadAllBytesAsync(args[1])) ? "taken" : "refused");
    return 0;
}

string folder = args.Length > 2 ? args[2] : Path.Join(Path.GetTempPath(), "modelsigning-fuzz", args[0]);
List<byte[]> inputs = [.. target.Seeds];
EditKind[] kinds = Enum.GetValues<EditKind>();
HashSet<string> faults = [];
TimeSpan slowest = TimeSpan.Zero;
long runs = 0, taken = 0;
for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(seconds); runs++)
{
    Random random = Random.Shared;
    Edit[] edits = [.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => new Edit(
        kinds[random.Next(kinds.Length)], (uint)random.Next(), (uint)random.Next(), (byte)random.Next(256)))];
    byte[] input = Edit.Apply(inputs[random.Next(inputs.Count)], edits);
    long begun = Stopwatch.GetTimestamp();
    try
    {
        if (target.Try(input))
        {
            taken++;

            // Edits add up on what is still taken, which gets further from the seeds than any edits of theirs.
            if (inputs.Count < 256 && input.Length < 65_536)
            {
                inputs.Add(input);
            }
        }
    }
    catch (Exception fault)
    {
        // One input for each place that threw.
        if (faults.Add(fault.GetType() + fault.StackTrace))
        {
            Directory.CreateDirectory(folder);
            string file = Path.Join(folder, Convert.ToHexStringLower(SHA256.HashData(input))[..16]);
            await File.WriteAllBytesAsync(file, input);
            Console.WriteLine($"{file}: {fault}");
        }
    }

    TimeSpan took = Stopwatch.GetElapsedTime(begun);
    slowest = took > slowest ? took : slowest;
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{args[0]}: {runs} inputs, {taken} taken, {faults.Count} faults, slowest {slowest.TotalMilliseconds:F0} ms"));
return faults.Count == 0 ? 0 : 1;
