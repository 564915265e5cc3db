using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;

namespace ModelSigning.Core.Content;

/// <summary>What the files of a model name elsewhere and what in them runs, found in the bytes that were hashed. Nothing is executed and nothing else is read.</summary>
internal sealed class ModelInspection
{
    /// <summary>Why a file could not be inspected whose bytes are not those that were hashed, or are not available.</summary>
    internal const string NotKept = "its content was not kept while it was hashed: it is packed in a layer, the limit for all files was reached, or it changed";

    private readonly List<Reference> _references = [];
    private readonly List<CapturedFile> _files = [];
    private readonly IEnumerable<string> _names;
    private List<Executable> _executables = [];
    private List<Uninspected> _uninspected = [];

    // Of a million settled files nearly each can be among them, and not everyone asks.
    private IEnumerable<Uninspected>? _uninspectedSettled;

    private ModelInspection(IEnumerable<string> names, bool missesNothing) => (_names, MissesNothing) = (names, missesNothing);

    private HashSet<string> Names => field ??= new(_names, StringComparer.Ordinal);

    /// <summary>
    /// Whether every file was inspected to its end or is among <see cref="Uninspected"/>. Otherwise files without a reason in their name or first bytes were passed over.
    /// </summary>
    public bool MissesNothing { get; }

    /// <summary>The files, as far as they were kept; none where files without a reason to look at them were passed over.</summary>
    public IReadOnlyList<CapturedFile> Files => _files;

    /// <summary>What is named, in the order of the files.</summary>
    public IReadOnlyList<Reference> References => _references;

    /// <summary>What runs, in the order of the files.</summary>
    public IReadOnlyList<Executable> Executables => _executables;

    /// <summary>What could not be inspected to its end, in the order of the files.</summary>
    public IReadOnlyList<Uninspected> Uninspected
    {
        get
        {
            if (_uninspectedSettled is { } settled)
            {
                _uninspected = SettledFiles.Merge(_uninspected, settled, one => one.File);
                _uninspectedSettled = null;
            }

            return _uninspected;
        }
    }

    /// <summary>Inspects the files of a model.</summary>
    /// <param name="capture">What was kept of them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static ModelInspection Of(ContentCapture capture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(capture);
        IReadOnlyList<CapturedFile> files = capture.Files();
        ModelInspection inspection = new(files.Select(file => file.Name).Concat(capture.Settled.Names), missesNothing: false);
        (IEnumerable<Executable> executables, IEnumerable<Uninspected> uninspected) = capture.Settled.Finish(files.Select(file => file.Name));
        foreach (CapturedFile file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            inspection.Inspect(file, cancellationToken);
        }

        inspection._executables = SettledFiles.Merge(inspection._executables, executables, one => one.File);
        inspection._uninspectedSettled = uninspected;
        return inspection;
    }

    /// <summary>Inspects one file that names no other.</summary>
    internal static ModelInspection OfOne(CapturedFile file)
    {
        ModelInspection inspection = new([], missesNothing: false);
        inspection.Inspect(file, CancellationToken.None);
        return inspection;
    }

    /// <summary>Inspects a model so that nothing is missed: whatever did not come by while it was hashed, or is not understood to its end, is said to be uninspected.</summary>
    /// <param name="capture">What was kept, with <see cref="ContentCapture.KeepsEverything"/>.</param>
    /// <param name="lengths">The length of each file that was hashed, by its name.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static ModelInspection OfAll(ContentCapture capture, IReadOnlyDictionary<string, long> lengths, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(capture);
        ArgumentNullException.ThrowIfNull(lengths);
        Dictionary<string, CapturedFile> kept = capture.Files().ToDictionary(file => file.Name, StringComparer.Ordinal);
        ModelInspection inspection = new(lengths.Keys, missesNothing: true);
        foreach ((string name, long length) in lengths.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            CapturedFile file = kept.TryGetValue(name, out CapturedFile? found) && found.Length == length && capture.KeepsEverything ? found : new(name, default, length);
            inspection._files.Add(file);
            inspection.Inspect(file, cancellationToken);
        }

        return inspection;
    }

    /// <summary>Finds the first file that is of none of some formats.</summary>
    /// <param name="formats">The formats, of <see cref="FileFormats.Names"/>.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The file and why it is of none of them; null where each is of one, and every file could be inspected.</returns>
    public Uninspected? FirstOutside(IReadOnlyList<string> formats, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(formats);
        foreach (CapturedFile file in _files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<string> faults = [];
            if (!formats.Any(format =>
            {
                string? fault = FileFormats.Fault(file, format);
                faults.Add($"{format}: {fault}");
                return fault is null;
            }))
            {
                return new(file.Name, string.Join("; ", faults));
            }
        }

        return null;
    }

    private void Inspect(CapturedFile file, CancellationToken cancellationToken)
    {
        if (file.Head.IsEmpty && file.Length > 0)
        {
            NotInspected(file, NotKept);
            return;
        }

        FileKind kind = FileKinds.Of(file.Head.Span);
        InspectByName(file, null, kind);
        if (Companions.MissingBeside(file, Names) is { } companion)
        {
            _references.Add(new(file.Name, ReferenceKind.ExternalData, companion, null, IsPinned: false));
        }

        if (InspectWeights(file, kind))
        {
            return;
        }

        bool isUnderstood = false;
        switch (kind)
        {
            case FileKind.Elf or FileKind.Pe or FileKind.MachO or FileKind.WebAssembly:
                Add(file, null, ExecutableKind.SharedObject, kind.ToString());
                InspectPickle(file, null, file.Head.Span, file.IsWhole, isExpected: false);
                break;
            case FileKind.Zip:
                new ArchiveInspection(file, this).Run(cancellationToken);
                break;
            case FileKind.Hdf5:
                InspectHdf5(file);
                break;
            case FileKind.Numpy:
                isUnderstood = InspectNumpy(file, null, file);
                break;
            case FileKind.Compressed:
                NotInspected(file, "it is compressed");
                break;
            case FileKind.Tar:
                NotInspected(file, "it is a tar archive");
                break;
            default:
                isUnderstood = InspectPickle(file, null, file.Head.Span, file.IsWhole, FileKinds.IsNamedLikePickle(file));
                InspectBehindFirstLine(file, kind);
                break;
        }

        if (file.Extension is ".json" or ".ipynb")
        {
            InspectJson(file, cancellationToken);
        }
        else if (file.Extension == ".onnx" || MissesNothing)
        {
            InspectOnnx(file, null, file, Names, cancellationToken);
            InspectJsonOfAnyName(file, null, file, Names, cancellationToken);
        }

        if (MissesNothing && Doubt(file, kind, isUnderstood) is { } doubt)
        {
            NotInspectedOnce(file, doubt);
        }
    }

    // Loaders take a file of such a name for what it then must be. Under any other name the same bytes may be opened as a pickle.
    private bool InspectWeights(CapturedFile file, FileKind kind)
    {
        bool isGguf = file.Name.EndsWith(".gguf", StringComparison.Ordinal);
        if (!isGguf && !file.Name.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            return false;
        }

        if (!MissesNothing)
        {
            return kind == (isGguf ? FileKind.Gguf : FileKind.Safetensors);
        }

        string? fault = FileFormats.Fault(file, isGguf ? "gguf" : "safetensors");
        if (fault is not null)
        {
            NotInspected(file, fault);
        }

        return fault is null;
    }

    private void InspectBehindFirstLine(CapturedFile file, FileKind kind)
    {
        ReadOnlySpan<byte> head = file.Head.Span;
        if (kind == FileKind.Script && head.IndexOf((byte)'\n') is >= 0 and var line)
        {
            InspectPickle(file, null, head[(line + 1)..], file.IsWhole, isExpected: false);
        }
    }

    // What a file can be besides what its first bytes say. The members of a zip archive are inspected themselves.
    private static string? Doubt(CapturedFile file, FileKind kind, bool isUnderstood)
    {
        ReadOnlySpan<byte> head = file.Head.Span;
        return FileKinds.IsTar(head) ? "it may be a tar archive"
            : kind == FileKind.Zip ? null
            : !file.IsWhole ? "it exceeds the inspection limit, and its name is not that of a format whose header says what the rest is"
            : ZipStructure.IsInside(head) ? "it may be an archive that begins after its first byte"
            : FileKinds.HasHdf5(head) ? "it may be an HDF5 file that begins after its first byte"
            : isUnderstood || FileFormats.IsAny(file) ? null
            : "its format cannot be inspected completely";
    }

    /// <summary>Looks whether a file, or a member of an archive, is code by its name or its first bytes.</summary>
    internal void InspectByName(CapturedFile file, string? member, FileKind kind)
    {
        if (CodeNames.KindOf(member is null ? file.Extension : Path.GetExtension(member).ToLowerInvariant(), kind) is { } code)
        {
            Add(file, member, code, "");
        }
    }

    /// <summary>Looks for pickles at the start of bytes.</summary>
    /// <returns>Whether the bytes are pickles from the first to the last.</returns>
    internal bool InspectPickle(CapturedFile file, string? member, ReadOnlySpan<byte> bytes, bool isWhole, bool isExpected)
    {
        PickleScan scan = new(bytes);
        bool isPickle = scan.Calls || (scan.Globals.Count > 0 && (isExpected || scan.Pickles > 0)) || (scan.Pickles > 0 && FileKinds.Of(bytes) == FileKind.Pickle);
        if (isPickle)
        {
            Add(file, member, ExecutableKind.Pickle, string.Join(", ", scan.Globals.Order(StringComparer.Ordinal).Take(16)) + (scan.Globals.Count > 16 ? ", …" : ""));
        }

        // What follows whole pickles is data, as torch.save wrote it before it made archives.
        bool isComputed = scan.IsIncomplete && (isPickle || isExpected || scan.Pickles > 0);
        if (isComputed || ((isPickle || isExpected) && scan.Pickles == 0))
        {
            // One text for all files: a dataset can have a million of them.
            const string itself = "it ";
            string reason = isComputed ? itself + "is a pickle that computes what it calls" : isWhole ? itself + "is not a pickle, an archive or any other known format" : itself + "exceeds the inspection limit";
            NotInspected(file, member is null ? reason : $"its member '{member}' {reason[itself.Length..]}");
        }

        return isWhole && scan.Pickles > 0 && scan.End == bytes.Length;
    }

    internal void Add(CapturedFile file, string? member, ExecutableKind kind, string detail) => _executables.Add(new(file.Name, member, kind, detail));

    internal void NotInspected(CapturedFile file, string reason) => _uninspected.Add(new(file.Name, reason));

    // Keras writes the model's configuration as a text attribute.
    private void InspectHdf5(CapturedFile file)
    {
        if (file.Head.Span.IndexOf("\"class_name\": \"Lambda\""u8) >= 0 || file.Head.Span.IndexOf("\"class_name\":\"Lambda\""u8) >= 0)
        {
            Add(file, null, ExecutableKind.LambdaLayer, "");
        }

        NotInspected(file, "it is an HDF5 file, which is searched only for Lambda layers");
    }

    /// <summary>Looks at an array: whatever is not an array of numbers or texts may be a pickle after the header.</summary>
    /// <param name="file">The file.</param>
    /// <param name="member">The member of it that the array is; null for the file itself.</param>
    /// <param name="array">The array.</param>
    /// <returns>Whether it is an array or a pickle from the first byte to the last.</returns>
    internal bool InspectNumpy(CapturedFile file, string? member, CapturedFile array)
    {
        if (FileFormats.Fault(array, "npy") is null)
        {
            return true;
        }

        if (FileFormats.NpyData(array.Head.Span) is { } start)
        {
            return InspectPickle(file, member, array.Head.Span[start..], array.IsWhole, isExpected: true);
        }

        NotInspected(file, $"the NumPy header {(member is null ? "" : $"of its member '{member}' ")}has no end");
        return false;
    }

    private void InspectJson(CapturedFile file, CancellationToken cancellationToken)
    {
        if (!file.IsWhole)
        {
            NotInspected(file, "it exceeds the inspection limit");
            return;
        }

        try
        {
            InspectJson(file, null, file, Names, cancellationToken);
        }
        catch (ModelSigningException refusal)
        {
            NotInspected(file, refusal.Message);
        }
    }

    /// <summary>Looks at what is JSON although it is not called so, because programs open a configuration of any name. Only where nothing may be missed.</summary>
    /// <inheritdoc cref="InspectJson(CapturedFile, string?, CapturedFile, HashSet{string}, CancellationToken)" path="/param"/>
    internal void InspectJsonOfAnyName(CapturedFile file, string? member, CapturedFile configuration, HashSet<string> names, CancellationToken cancellationToken)
    {
        ReadOnlySpan<byte> head = configuration.Head.Span;
        head = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        if (!MissesNothing || !configuration.IsWhole || head.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..])
        {
            return;
        }

        try
        {
            InspectJson(file, member, configuration, names, cancellationToken);
        }
        catch (ModelSigningException)
        {
            // Python reads more than strict JSON, such as NaN; a template, lines of JSON and a text in brackets are something else to it, too.
            if (PythonJson.MayBe(head))
            {
                NotInspected(file, member is null ? "it may be a configuration, and is not valid JSON" : $"its member '{member}' may be a configuration, and is not valid JSON");
            }
        }
    }

    /// <summary>Looks at a configuration.</summary>
    /// <param name="file">The file.</param>
    /// <param name="member">The member of it that the configuration is; null for the file itself.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="names">The files that it can name.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException"><see cref="FormatErrors.JsonFileInvalid"/>.</exception>
    internal void InspectJson(CapturedFile file, string? member, CapturedFile configuration, HashSet<string> names, CancellationToken cancellationToken)
    {
        List<Reference> references = [];
        ReferenceReader reader = new(configuration, names, references);
        reader.Read(cancellationToken);
        _references.AddRange(references.Select(one => one with { File = file.Name }));
        if (reader.IsNotebook && configuration.Extension != ".ipynb")
        {
            Add(file, member, ExecutableKind.Notebook, "");
        }

        if (reader.HasPickle)
        {
            Add(file, member, ExecutableKind.Pickle, ":serialized:");
        }

        if (reader.HasLambda)
        {
            Add(file, member, ExecutableKind.LambdaLayer, "");
        }
    }

    /// <summary>
    /// Looks for tensors in files of their own, which an ONNX model names by their paths from its own folder. Loaders take a file of any name for a model; a text is none with such
    /// tensors, because what marks them is a control character.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="member">The member of it that may be the model; null for the file itself.</param>
    /// <param name="model">What may be the model.</param>
    /// <param name="names">The files that it can name.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    internal void InspectOnnx(CapturedFile file, string? member, CapturedFile model, HashSet<string> names, CancellationToken cancellationToken)
    {
        bool isNamed = model.Extension == ".onnx";
        if (!model.IsWhole || (!isNamed && FileFormats.IsText(model.Head.Span)))
        {
            if (isNamed)
            {
                // Said of it already where nothing is to be missed.
                NotInspectedOnce(file, "it exceeds the inspection limit");
            }

            return;
        }

        try
        {
            // What is not called a model may be a file of another format to others, with fields that none of its readers looks at.
            IReadOnlyCollection<string> external = isNamed ? OnnxFile.Parse(model.Head, model.Name, cancellationToken).ExternalFiles : OnnxFile.ExternalFilesOf(model.Head, model.Name, cancellationToken);
            string folder = model.Name[..^model.FileName.Length];
            foreach (string location in external.Order(StringComparer.Ordinal))
            {
                string plain = location.StartsWith("./", StringComparison.Ordinal) ? location[2..] : location;
                _references.Add(new(file.Name, ReferenceKind.ExternalData, location, null, names.Contains(folder + plain)));
            }
        }
        catch (ModelSigningException refusal)
        {
            if (isNamed)
            {
                NotInspected(file, member is null ? refusal.Message : $"its member '{member}' cannot be read: {refusal.Message}");
            }
        }
    }

    private void NotInspectedOnce(CapturedFile file, string reason)
    {
        if (_uninspected.Count == 0 || _uninspected[^1].File != file.Name)
        {
            NotInspected(file, reason);
        }
    }
}
