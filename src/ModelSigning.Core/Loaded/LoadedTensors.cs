namespace ModelSigning.Core.Loaded;

/// <summary>A tensor as a program says that it has loaded it. Nothing of this is trusted: it says where to look.</summary>
/// <param name="File">The file that it was loaded from, relative to the model, with <c>/</c> between its components.</param>
/// <param name="Name">Its name in that file.</param>
/// <param name="Type">The type of an element, as safetensors names it: <c>BF16</c>.</param>
/// <param name="Shape">The lengths of the dimensions, the slowest first.</param>
/// <param name="Memory">Which of <see cref="LoadedTensors.Memory"/> it lies in.</param>
/// <param name="Offset">Where it starts there, in bytes.</param>
/// <param name="Length">Its length in bytes.</param>
public sealed record LoadedTensor(string File, string Name, string Type, IReadOnlyList<long> Shape, int Memory, long Offset, long Length);

/// <summary>An allocation of device memory that another process shares.</summary>
/// <param name="Device">The UUID of the device: 32 lower-case hexadecimal digits.</param>
/// <param name="Handle">The handle of the allocation (<c>CUipcMemHandle</c>): 64 bytes.</param>
/// <param name="Length">How long the process says that it is, in bytes.</param>
public sealed record ExportedMemory(string Device, ReadOnlyMemory<byte> Handle, long Length);

/// <summary>What a program says that it has loaded, and where.</summary>
/// <param name="Process">The number of the process.</param>
/// <param name="Memory">The allocations, each once.</param>
/// <param name="Tensors">The tensors, each once.</param>
public sealed record LoadedTensors(int Process, IReadOnlyList<ExportedMemory> Memory, IReadOnlyList<LoadedTensor> Tensors);
