using System.ComponentModel;
using System.Diagnostics;
using ModelSigning.Core.Loaded;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Loaded;

/// <summary>The program of docs/loaded-weights.md, with stand-ins for PyTorch and the CUDA driver.</summary>
public class LoadedPageTests
{
    // Two allocations, at 0x10000 and 0x20000; memory above is virtual.
    private const string StandIns = """
        import ctypes, sys, types
        class Driver:
            def cuPointerGetAttribute(self, value, attribute, pointer):
                at = pointer.value
                start = at & ~0xffff
                value._obj.value = {10: 1 if at < 0x30000 else 0, 8: 0, 11: start, 12: 0x8000, 17: 0}[attribute]
                return 0
            def cuDeviceGet(self, number, ordinal):
                number._obj.value = ordinal
                return 0
            def cuDeviceGetUuid_v2(self, uuid, number):
                uuid._obj[15] = number.value
                return 0
            def cuIpcGetMemHandle(self, handle, start):
                handle._obj[0] = start.value >> 16
                return 0
        ctypes.CDLL = lambda name: Driver()
        class Device:
            def __init__(self, index): self.index = index
            def __enter__(self): return self
            def __exit__(self, *_): pass
        class Tensor:
            def __init__(self, pointer, dtype, shape, size, cuda=True, contiguous=True, index=0):
                self.pointer, self.dtype, self.shape, self.size, self.is_cuda, self.contiguous, self.device = pointer, dtype, shape, size, cuda, contiguous, Device(index)
            def is_contiguous(self): return self.contiguous
            def numel(self):
                product = 1
                for length in self.shape: product *= length
                return product
            def element_size(self): return self.size
            def data_ptr(self): return self.pointer
        torch = types.ModuleType("torch")
        torch.cuda = types.SimpleNamespace(device=lambda device: device, synchronize=lambda: None)
        sys.modules["torch"] = torch

        """;

    [Fact]
    public void The_program_exports_a_list_that_is_read()
    {
        using TemporaryFolder folder = new();
        folder.Write("model/sub/m.safetensors", SafetensorsBytes.Of(
            ("a", "F32", [3, 5], 60), ("b", "BF16", [8], 16), ("empty", "U8", [0], 0), ("onHost", "U8", [1], 1), ("turned", "F16", [2, 2], 8),
            ("tied", "F32", [3, 5], 60)));
        Run(folder, """
            export_tensors({"a": Tensor(0x10200, "torch.float32", (3, 5), 4), "b": Tensor(0x20010, "torch.bfloat16", (8,), 2, index=1),
                            "empty": Tensor(0, "torch.uint8", (0,), 1), "onHost": Tensor(0, "torch.uint8", (1,), 1, cuda=False),
                            "turned": Tensor(0x10300, "torch.float16", (2, 2), 2, contiguous=False), "unknown": None,
                            "tied": Tensor(0x10200, "torch.float32", (3, 5), 4)}, "model", "tensors.json")
            """);
        LoadedTensors list = LoadedTensorsReader.Read(folder["tensors.json"], TestContext.Current.CancellationToken);
        Assert.Equal([new string('0', 32), new string('0', 30) + "01"], list.Memory.Select(memory => memory.Device));
        Assert.All(list.Memory, memory => Assert.Equal(0x8000, memory.Length));
        Assert.Equal(
            [("sub/m.safetensors", "a", "F32", 0, 0x200L, 60L), ("sub/m.safetensors", "b", "BF16", 1, 0x10L, 16L), ("sub/m.safetensors", "empty", "U8", 0, 0L, 0L)],
            list.Tensors.Select(tensor => (tensor.File, tensor.Name, tensor.Type, tensor.Memory, tensor.Offset, tensor.Length)));
        Assert.Equal([3, 5], list.Tensors[0].Shape);
    }

    [Fact]
    public void Virtual_memory_is_exported_as_what_it_is_and_refused()
    {
        using TemporaryFolder folder = new();
        folder.Write("model/m.safetensors", SafetensorsBytes.Of(("a", "F32", [3, 5], 60)));
        Run(folder, """export_tensors({"a": Tensor(0x30000, "torch.float32", (3, 5), 4)}, "model", "tensors.json")""");
        Assert.Equal(LoadedErrors.LoadedMemoryKind, Assert.Throws<Errors.ModelSigningException>(() =>
            LoadedTensorsReader.Read(folder["tensors.json"], TestContext.Current.CancellationToken)).Definition);
    }

    private static void Run(TemporaryFolder folder, string calls)
    {
        string page = File.ReadAllText(Path.Join(SharedData.RepositoryRoot, "docs", "loaded-weights.md")).ReplaceLineEndings("\n");
        int start = page.IndexOf("```python\n", StringComparison.Ordinal) + "```python\n".Length;
        string program = page[start..page.IndexOf("\n```", start, StringComparison.Ordinal)];
        ProcessStartInfo python = new("python3", [folder.Write("export.py", $"{StandIns}\n{program}\n\n{calls}\n")]) { WorkingDirectory = folder.FullPath, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(python)!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, error);
        }
        catch (Win32Exception)
        {
            Assert.Skip("This machine has no python3.");
        }
    }
}
