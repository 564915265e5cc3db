namespace ModelSigning.Benchmarks;

/// <summary>Runs the rows and prints them as a table in Markdown.</summary>
internal static class PerformanceTable
{
    public static int Run(Options options, IEnumerable<Row> rows, bool withHost = true)
    {
        Console.WriteLine($"{DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} processors, {options.Rounds} rounds, large inputs divided by {options.Scale}");
        if (!MeasuredProcess.Exists("model_signing", "--version"))
        {
            Console.WriteLine("The Python reference (model_signing) is not installed: its columns are absent.");
        }

        PublishedPrograms.Publish(withHost);
        Console.WriteLine();
        Console.WriteLine("| work | result | medians |");
        Console.WriteLine("|---|---|---|");
        foreach (Row row in rows)
        {
            if (options.Rows.Count == 0 || options.Rows.Any(word => row.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))
            {
                Measure(row, options);
            }
        }

        return 0;
    }

    private static void Measure(Row row, Options options)
    {
        using Workload files = new(options.Folder);
        row.Inputs(files, options.Scale);
        Workload.Settle();
        Contender[] contenders = [.. row.Contenders(files).OfType<Contender>()];
        List<Cost>[] costs = [.. contenders.Select(_ => new List<Cost>())], starts = [.. contenders.Select(_ => new List<Cost>())];

        // The first round fills the system's cache and does not count. In each, everybody has his turn.
        for (int round = -1; round < options.Rounds; round++)
        {
            for (int at = 0; at < contenders.Length; at++)
            {
                Cost start = row.WithStart ? contenders[at].Run(files.OneByte) : default;
                Cost cost = contenders[at].Run(files.Path);
                if (round >= 0)
                {
                    costs[at].Add(cost);
                    starts[at].Add(start);
                }
            }
        }

        Result result = new(files, [.. contenders.Select((contender, at) => new Standing(contender.Name, Median(costs[at]), Median(starts[at])))]);
        Console.WriteLine($"| {row.Name} | {row.Judge(result)} | {result.Rates()} |");
    }

    private static Cost Median(List<Cost> costs) => new(
        costs.Select(cost => cost.Seconds).Order().ElementAt(costs.Count / 2),
        costs.Select(cost => cost.ProcessorSeconds).Order().ElementAt(costs.Count / 2),
        costs.Max(cost => cost.PeakBytes));
}
