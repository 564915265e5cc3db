using System.Globalization;
using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

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

/// <summary>
/// Reads the list of tensors that a program has loaded (docs/loaded-tensors.schema.json). Strict: whatever it does not know, and every tensor that
/// could be two things, is refused.
/// </summary>
public static class LoadedTensorsReader
{
    /// <summary>The longest list that is read, in bytes: 100 MB.</summary>
    public const int MaximumLength = 100_000_000;

    /// <summary>The most tensors of a list.</summary>
    public const int MaximumTensors = 1_000_000;

    /// <summary>The most allocations of a list.</summary>
    public const int MaximumMemory = 65_536;

    /// <summary>The length of a handle in bytes (<c>CU_IPC_HANDLE_SIZE</c>).</summary>
    public const int HandleLength = 64;

    private const int UuidLength = 16, LongestName = 4096, MostDimensions = 64;

    private static readonly InputRules Rules = new("list of loaded tensors", MaximumLength, LoadedErrors.LoadedListInvalid)
    {
        NotFound = LoadedErrors.LoadedListNotFound,
        Unreadable = LoadedErrors.LoadedListNotFound,
        MaximumValues = 32 * MaximumTensors,
    };

    /// <summary>Reads a list from its file.</summary>
    /// <param name="path">The full path of the file.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ModelSigningException">
    /// <see cref="LoadedErrors.LoadedListInvalid"/>, <see cref="LoadedErrors.LoadedListNotFound"/>, <see cref="LoadedErrors.LoadedMemoryKind"/>.
    /// </exception>
    public static LoadedTensors Read(string path, CancellationToken cancellationToken) =>
        Read(BoundedFile.Read(path, Rules, cancellationToken), path, cancellationToken);

    /// <summary>Reads a list.</summary>
    /// <param name="utf8">Its bytes.</param>
    /// <param name="source">Where they come from, for the errors.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <inheritdoc cref="Read(string, CancellationToken)"/>
    public static LoadedTensors Read(ReadOnlyMemory<byte> utf8, string source, CancellationToken cancellationToken)
    {
        Entry root = new(StrictJson.Read(utf8, source, Rules, cancellationToken), "the list", source);
        root.Only("version", "process", "memory", "tensors");
        if (root.Number("version") != 1)
        {
            throw Invalid(source, "'version' must be 1");
        }

        long process = root.Number("process");
        if (process is < 1 or > int.MaxValue)
        {
            throw Invalid(source, "'process' is not a process ID");
        }

        List<ExportedMemory> memory = [];
        HashSet<string> handles = new(StringComparer.Ordinal);
        foreach (JsonSlice value in root.Array("memory", MaximumMemory))
        {
            Entry entry = new(value, $"memory[{memory.Count}]", source);
            ExportedMemory one = ReadMemory(entry);
            if (!handles.Add(Hexadecimal.Write(one.Handle.Span)))
            {
                throw Invalid(source, $"{entry.Where} has the handle of another entry");
            }

            memory.Add(one);
        }

        List<LoadedTensor> tensors = [];
        HashSet<(string, string)> names = [];
        foreach (JsonSlice value in root.Array("tensors", MaximumTensors))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Entry entry = new(value, $"tensors[{tensors.Count}]", source);
            LoadedTensor tensor = ReadTensor(entry, memory);
            if (!names.Add((tensor.File, tensor.Name)))
            {
                throw Invalid(source, $"the tensor '{tensor.Name}' of '{tensor.File}' occurs twice");
            }

            tensors.Add(tensor);
        }

        RequireDisjoint(tensors, source);
        return new((int)process, memory, tensors);
    }

    private static ExportedMemory ReadMemory(Entry entry)
    {
        string kind = entry.Text("kind");
        if (kind is "virtual" or "async" or "managed")
        {
            throw LoadedErrors.LoadedMemoryKind.At($"'{entry.Source}' has weights in {kind} memory, which is not shared by handles.", entry.Source);
        }

        entry.Only("kind", "device", "handle", "length");
        byte[] device = new byte[UuidLength], handle = new byte[HandleLength];
        string uuid = entry.Text("device"), handleText = entry.Text("handle");
        long length = entry.Number("length");
        return kind != "malloc" ? throw Invalid(entry.Source, $"'kind' of {entry.Where} is not malloc, virtual, async or managed")
            : uuid.Length != 2 * UuidLength || !Hexadecimal.TryRead(uuid, device) ? throw Invalid(entry.Source, $"'device' of {entry.Where} is not a UUID of 32 hexadecimal digits in lower case")
            : handleText.Length != 2 * HandleLength || !Hexadecimal.TryRead(handleText, handle) ? throw Invalid(entry.Source, $"'handle' of {entry.Where} is not 128 hexadecimal digits in lower case")
            : length < 1 ? throw Invalid(entry.Source, $"'length' of {entry.Where} is not greater than 0")
            : new(uuid, handle, length);
    }

    private static LoadedTensor ReadTensor(Entry entry, List<ExportedMemory> memory)
    {
        entry.Only("file", "name", "type", "shape", "memory", "offset", "length");
        string file = entry.Text("file");
        List<long> shape = [];
        foreach (JsonSlice dimension in entry.Array("shape", MostDimensions))
        {
            shape.Add(Entry.NumberOf(dimension) is { } length and >= 0 ? length : throw Invalid(entry.Source, $"'shape' of {entry.Where} is not an array of lengths"));
        }

        long index = entry.Number("memory"), offset = entry.Number("offset"), bytes = entry.Number("length");
        return !ResourceName.IsCanonical(file) ? throw Invalid(entry.Source, $"'file' of {entry.Where} is not a relative path inside the model")
            : index < 0 || index >= memory.Count ? throw Invalid(entry.Source, $"'memory' of {entry.Where} is not the number of an entry of 'memory'")
            : offset < 0 || bytes < 0 || bytes > memory[(int)index].Length - offset ? throw Invalid(entry.Source, $"{entry.Where} exceeds its memory")
            : new(file, entry.Text("name"), entry.Text("type"), shape, (int)index, offset, bytes);
    }

    // Bytes that are two tensors would make one of them look loaded that is not.
    private static void RequireDisjoint(List<LoadedTensor> tensors, string source)
    {
        LoadedTensor[] ordered = [.. tensors.Where(tensor => tensor.Length > 0).OrderBy(tensor => tensor.Memory).ThenBy(tensor => tensor.Offset)];
        for (int index = 1; index < ordered.Length; index++)
        {
            (LoadedTensor before, LoadedTensor after) = (ordered[index - 1], ordered[index]);
            if (before.Memory == after.Memory && after.Offset - before.Offset < before.Length)
            {
                throw Invalid(source, $"the tensors '{before.Name}' and '{after.Name}' overlap in memory");
            }
        }
    }

    private static ModelSigningException Invalid(string source, string why) => LoadedErrors.LoadedListInvalid.At($"'{source}' is not a valid list of loaded tensors: {why}.", source);

    // An object of the list.
    private readonly record struct Entry(JsonSlice Value, string Where, string Source)
    {
        public void Only(params ReadOnlySpan<string> names)
        {
            if (Value.Kind != JsonValueKind.Object)
            {
                throw Invalid(Source, $"{Where} is not an object");
            }

            foreach (JsonSliceMember member in Value.Members)
            {
                if (!Known(names, member))
                {
                    throw Invalid(Source, $"{Where} has the unknown member '{member.Name}'");
                }
            }
        }

        public long Number(string name) => NumberOf(Member(name)) ?? throw Invalid(Source, $"'{name}' of {Where} is not a whole number");

        public string Text(string name)
        {
            JsonSlice value = Member(name);
            string text = value.Kind == JsonValueKind.String && value.Utf8.Length <= LongestName ? value.Text() : "";
            return text.Length > 0 ? text : throw Invalid(Source, $"'{name}' of {Where} is not a text of 1 to {LongestName} bytes");
        }

        public List<JsonSlice> Array(string name, int most)
        {
            JsonSlice value = Member(name);
            if (value.Kind != JsonValueKind.Array)
            {
                throw Invalid(Source, $"'{name}' of {Where} is not an array");
            }

            List<JsonSlice> elements = [];
            foreach (JsonSlice element in value.Elements)
            {
                elements.Add(elements.Count < most ? element : throw Invalid(Source, $"'{name}' of {Where} has more than {most} elements"));
            }

            return elements;
        }

        public static long? NumberOf(JsonSlice value) => value.Kind == JsonValueKind.Number
            && long.TryParse(value.Utf8.Span, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

        private JsonSlice Member(string name) => Value.TryGet(name, out JsonSlice value) ? value : throw Invalid(Source, $"{Where} has no '{name}'");

        private static bool Known(ReadOnlySpan<string> names, JsonSliceMember member)
        {
            foreach (string name in names)
            {
                if (member.NameEquals(name))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
