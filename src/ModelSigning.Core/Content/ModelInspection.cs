using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Content;

/// <summary>What the files of a model name elsewhere and what in them runs, found in the bytes that were hashed. Nothing is executed and nothing else is read.</summary>
internal sealed class ModelInspection
{
    private readonly List<Reference> _references = [];
    private readonly List<Executable> _executables = [];
    private readonly List<Uninspected> _uninspected = [];
    private readonly HashSet<string> _names;

    private ModelInspection(IReadOnlyList<CapturedFile> files) => _names = [.. files.Select(file => file.Name)];

    /// <summary>What is named, in the order of the files.</summary>
    public IReadOnlyList<Reference> References => _references;

    /// <summary>What runs, in the order of the files.</summary>
    public IReadOnlyList<Executable> Executables => _executables;

    /// <summary>What could not be inspected to its end, in the order of the files.</summary>
    public IReadOnlyList<Uninspected> Uninspected => _uninspected;

    /// <summary>Inspects files.</summary>
    /// <param name="files">The files, from <see cref="ContentCapture.Files"/>.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static ModelInspection Of(IReadOnlyList<CapturedFile> files, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        ModelInspection inspection = new(files);
        foreach (CapturedFile file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            inspection.Inspect(file, cancellationToken);
        }

        return inspection;
    }

    private void Inspect(CapturedFile file, CancellationToken cancellationToken)
    {
        if (file.Head.IsEmpty && file.Length > 0)
        {
            NotInspected(file, "its content was not kept while it was hashed: it is packed in a layer, the limit for all files was reached, or it changed");
            return;
        }

        FileKind kind = FileKinds.Of(file.Head.Span);
        switch (kind)
        {
            case FileKind.Elf or FileKind.Pe or FileKind.MachO or FileKind.WebAssembly:
                Add(file, null, ExecutableKind.SharedObject, kind.ToString());
                break;
            case FileKind.Zip:
                new ArchiveInspection(file, this).Run(cancellationToken);
                break;
            case FileKind.Hdf5:
                InspectHdf5(file);
                break;
            case FileKind.Numpy:
                InspectNumpy(file);
                break;
            case FileKind.Compressed:
                NotInspected(file, "it is compressed");
                break;
            default:
                InspectByName(file, kind);
                InspectPickle(file, null, file.Head.Span, file.IsWhole, FileKinds.IsNamedLikePickle(file));
                break;
        }

        if (file.Extension == ".json" || file.Extension == ".ipynb")
        {
            InspectJson(file, cancellationToken);
        }
    }

    private void InspectByName(CapturedFile file, FileKind kind)
    {
        switch (file.Extension)
        {
            case ".py" or ".pyw" or ".pyx" or ".pyc":
                Add(file, null, ExecutableKind.Python, "");
                break;
            case ".sh" or ".bat" or ".cmd" or ".ps1" or ".psm1" or ".js" or ".rb" or ".pl" or ".lua" or ".jar" or ".class":
                Add(file, null, ExecutableKind.Script, "");
                break;
            case ".ipynb":
                Add(file, null, ExecutableKind.Notebook, "");
                break;
            default:
                if (kind is FileKind.PythonBytecode or FileKind.Script)
                {
                    Add(file, null, kind == FileKind.Script ? ExecutableKind.Script : ExecutableKind.Python, "");
                }

                break;
        }
    }

    /// <summary>Looks for pickles at the start of bytes.</summary>
    internal void InspectPickle(CapturedFile file, string? member, ReadOnlySpan<byte> bytes, bool isWhole, bool isExpected)
    {
        if (FileKinds.Of(bytes) is FileKind.Safetensors or FileKind.Gguf && !isExpected)
        {
            return;
        }

        PickleScan scan = new(bytes);
        bool isPickle = (scan.Pickles > 0 && (FileKinds.Of(bytes) == FileKind.Pickle || scan.Globals.Count > 0)) || scan.Globals.Count > 0;
        if (isPickle)
        {
            Add(file, member, ExecutableKind.Pickle, string.Join(", ", scan.Globals.Order(StringComparer.Ordinal).Take(16)) + (scan.Globals.Count > 16 ? ", …" : ""));
        }

        // What follows whole pickles is data, as torch.save wrote it before it made archives.
        if ((isPickle || isExpected) && (scan.Pickles == 0 || scan.IsIncomplete))
        {
            string name = member is null ? "it" : $"its member '{member}'";
            NotInspected(file, scan.IsIncomplete ? $"{name} is a pickle that computes what it calls"
                : isWhole ? $"{name} is not a pickle, an archive or anything else that is known" : $"{name} is longer than what is looked at");
        }
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

        NotInspected(file, "it is an HDF5 file, in which only the text of a Lambda layer is looked for");
    }

    // An array of objects is a pickle behind the header.
    private void InspectNumpy(CapturedFile file)
    {
        ReadOnlySpan<byte> head = file.Head.Span;
        int line = head[..Math.Min(head.Length, 4096)].IndexOf((byte)'\n');
        if (line < 0)
        {
            NotInspected(file, "its NumPy header has no end");
        }
        else if (head[..line].IndexOf("'descr': '|O'"u8) >= 0 || head[..line].IndexOf("'descr': 'O'"u8) >= 0 || head[..line].IndexOf("O'"u8) >= 0)
        {
            InspectPickle(file, null, head[(line + 1)..], file.IsWhole, isExpected: true);
        }
    }

    private void InspectJson(CapturedFile file, CancellationToken cancellationToken)
    {
        if (!file.IsWhole)
        {
            NotInspected(file, "it is longer than what is looked at");
            return;
        }

        try
        {
            ReferenceReader reader = new(file, _names, _references);
            reader.Read(cancellationToken);
            if (reader.IsNotebook && file.Extension != ".ipynb")
            {
                Add(file, null, ExecutableKind.Notebook, "");
            }
        }
        catch (ModelSigningException refusal)
        {
            NotInspected(file, refusal.Message);
        }
    }
}
