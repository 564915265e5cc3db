using System.Globalization;
using BenchmarkDotNet.Running;
using ModelSigning.Benchmarks;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return args switch
{
    ["sigstore"] => SigstoreTable.Run(),
    ["sigstore-verify", .. string[] rest] => SigstoreProcess.Run(rest),
    ["evidence"] => EvidenceTable.Run(),
    ["scale", .. string[] rest] => Options.TryParse(rest, out Options? scale) ? ScaleTable.Run(scale) : Options.Explain(),
    ["stores", .. string[] rest] => Options.TryParse(rest, out Options? stores) ? PerformanceTable.Run(stores, StoreRows.All, withHost: false) : Options.Explain(),
    ["kernels", .. string[] rest] => Kernels(rest),
    ["--help" or "-h", ..] => Options.Explain(),
    _ => Options.TryParse(args, out Options? options) ? PerformanceTable.Run(options, HashingRows.All.Concat(SigningRows.All)) : Options.Explain(),
};

static int Kernels(string[] arguments)
{
    BenchmarkRunner.Run<KernelBenchmark>(args: arguments);
    return 0;
}
