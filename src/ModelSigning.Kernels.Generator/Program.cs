using ModelSigning.Kernels.Generator;
using ModelSigning.Kernels.Generator.Gpu;
using ModelSigning.Kernels.Generator.Shapes;

// Writes the SIMD kernels of ModelSigning.Core, or with "gpu" the kernels of ModelSigning.Gpu, as C# source. First argument: the folder they go to.
// A file whose text would not change is left as it is, so that a build without changes compiles nothing.
if (args is not ([string] or [string, "gpu"]))
{
    Console.Error.WriteLine("usage: ModelSigning.Kernels.Generator FOLDER [gpu]");
    return 2;
}

WordShape scalar = new ScalarShape(), vector128 = new Vector128Shape(), avx2 = new Avx2Shape(), avx512 = new Avx512Shape();
KernelFile[] files = args.Length == 2 ? [GpuBlake3Kernels.File(), GpuSha256Kernels.File(), GpuBlake2bKernels.File()] :
[
    Blake3Kernels.Scalar(scalar),
    Blake3Kernels.Tree(vector128, ways: 1, Measurements.Blake3Vector128),
    Blake3Kernels.Tree(avx2, ways: 1, Measurements.Blake3Avx2),
    Blake3Kernels.Tree(avx512, ways: 2, Measurements.Blake3Avx512),
    Blake2bKernels.Scalar(scalar),
    Blake2bKernels.Lanes(avx2, ways: 1, Measurements.Blake2bAvx2),
    Blake2bKernels.Lanes(avx512, ways: 2, Measurements.Blake2bAvx512),
    Sha256Kernels.Lanes(avx2, ways: 1, Measurements.Sha256Avx2),
    Sha256Kernels.Lanes(avx512, ways: 2, Measurements.Sha256Avx512),
];

string folder = args[0];
Directory.CreateDirectory(folder);
foreach (KernelFile file in files)
{
    string path = Path.Join(folder, file.Name);
    if (!File.Exists(path) || File.ReadAllText(path) != file.Text)
    {
        File.WriteAllText(path, file.Text);
    }
}

return 0;
