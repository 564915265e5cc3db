using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Manifests;

/// <summary>Reads manifest files, by the strictest reading of the format.</summary>
public static class ManifestFileReader
{
    private const int MaximumLength = int.MaxValue - 64, MaximumHeader = 16 * 1024 * 1024, MaximumLine = 1024 * 1024;
    private static readonly int ShortestLine = "{\"name\":\"\",\"digest\":\"\",\"length\":0}\n".Length;
    private static readonly string[] HeaderMembers = ["format", "version", "model", "serialization", "listing", "part", "of", "resources", "worker"];
    private static readonly string[] SerializationMembers = ["method", "hash_type", "shard_size", "allow_symlinks", "ignore_paths"];
    private static readonly string[] LineMembers = ["name", "digest", "length", "file"];
    private static readonly string[] FileMembers = ["id", "modified", "changed"];

    private static readonly InputRules Rules = new("manifest file", MaximumLength, ManifestFileErrors.ManifestFileMalformed)
    {
        NotFound = ManifestFileErrors.ManifestFileNotFound,
        Unreadable = ManifestFileErrors.ManifestFileUnreadable,
        TooLarge = ManifestFileErrors.ManifestFileTooLarge,
    };

    /// <summary>Whether a file is meant as a manifest file: one called <c>*.jsonl</c> whose first line names the format.</summary>
    /// <param name="path">The full path of a file.</param>
    public static bool IsManifestFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) && StartsAsManifest(path);
    }

    /// <summary>Whether the first line of a file names the format, whatever the file is called.</summary>
    internal static bool StartsAsManifest(string path) => ManifestImport.Begins(path, start => start.StartsWith("{\"format\":\"model-signing-manifest\""u8));

    /// <summary>Reads a file.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">One of <see cref="ManifestFileErrors"/>.</exception>
    public static ManifestFile Read(string path, CancellationToken cancellationToken) => Read(path, check: null, cancellationToken);

    /// <summary>Reads the whole manifest of a file.</summary>
    /// <inheritdoc cref="Read(string, CancellationToken)"/>
    public static ManifestFile ReadWhole(string path, CancellationToken cancellationToken) => ReadWhole(path, check: null, cancellationToken);

    /// <summary>Reads the whole manifest of a file that is checked first.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="check">Looks at the file that is open and read, whatever the path leads to by then; throws its refusal.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <inheritdoc cref="Read(string, CancellationToken)"/>
    internal static ManifestFile ReadWhole(string path, Action<FileStream>? check, CancellationToken cancellationToken)
    {
        ManifestFile file = Read(path, check, cancellationToken);
        return file.Part.Count == 1 ? file : throw ManifestFileErrors.ManifestPartAlone.At($"'{path}' is {file.Part}.", path);
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <param name="source">Where they come from, for the errors.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <inheritdoc cref="Read(string, CancellationToken)"/>
    public static ManifestFile Read(byte[] utf8, string source, CancellationToken cancellationToken)
    {
        using MemoryStream stream = new(utf8, writable: false);
        return Read(stream, source, cancellationToken);
    }

    /// <summary>Refuses a path that is called as the lists of other programs are.</summary>
    /// <exception cref="ModelSigningException"><see cref="ManifestFileErrors.ManifestFileMalformed"/>.</exception>
    internal static void RequireOwnName(string path)
    {
        if (ManifestImport.IsNamedAsForeign(path))
        {
            throw ManifestFileErrors.ManifestFileMalformed.At(
                $"'{path}' is called a table or a list of sha256sum, and a manifest file is in JSON, in which programs that go by the name could find other lines.", path, cure: "Give it a name that ends in .jsonl.");
        }
    }

    private static ManifestFile Read(string path, Action<FileStream>? check, CancellationToken cancellationToken)
    {
        RequireOwnName(path);
        return BoundedFile.Open(path, Rules, stream =>
        {
            check?.Invoke(stream);
            return stream.CanSeek
                ? Read(stream, path, cancellationToken)
                : Read(BoundedFile.Read(stream, path, Rules, cancellationToken), path, cancellationToken);
        });
    }

    private static ManifestFile Read(Stream stream, string source, CancellationToken cancellationToken)
    {
        if (stream.Length > MaximumLength)
        {
            throw TooLarge(stream.Length, source);
        }

        LineReader lines = new(stream, MaximumLength);
        Header header = ReadHeader(Line(lines, MaximumHeader, source, cancellationToken) ?? throw CutOff(source, 1), source, cancellationToken);
        int digestLength = header.Serialization.HashType.DigestLength();

        // What a line has at least, so that a header alone cannot ask for the memory of ten million.
        if (header.Count > (stream.Length - lines.Length) / (ShortestLine + (2 * digestLength)))
        {
            throw Incomplete(source, header.Count);
        }

        Resource[] resources = new Resource[header.Count];
        long[] lengths = new long[header.Count];
        FileRecord[] records = [];
        byte[] digests = new byte[(long)header.Count * digestLength];
        for (int index = 0; index < resources.Length; index++)
        {
            ReadOnlyMemory<byte> line = Line(lines, MaximumLine, source, cancellationToken) ?? throw Incomplete(source, header.Count);
            Memory<byte> digest = digests.AsMemory(index * digestLength, digestLength);
            (string name, lengths[index], FileRecord record) = ReadLine(line, digest.Span, header.Serialization, source, lines.Number, cancellationToken);
            if (index > 0 && ResourceNameComparer.Instance.Compare(resources[index - 1].Name, name) >= 0)
            {
                throw ManifestFileErrors.ManifestFileOrder.At(Invariant($"Line {index + 2} of '{source}' has '{name}', which does not come after '{resources[index - 1].Name}'."), source);
            }

            resources[index] = new(name, digest);
            if (record.IsKnown)
            {
                records = records.Length == 0 ? new FileRecord[header.Count] : records;
                records[index] = record;
            }
        }

        if (lines.Next(MaximumLine, cancellationToken) != LineState.None)
        {
            throw Incomplete(source, header.Count);
        }

        if (lengths.Aggregate(Int128.Zero, (sum, length) => sum + length) > long.MaxValue)
        {
            throw ManifestFileErrors.ManifestFileTooLarge.At($"The files of '{source}' have more bytes together than can be counted.", source);
        }

        ManifestFile file = new(new Manifest(header.ModelName, header.Serialization, resources, out _), lengths, header.Listing, header.Part, header.Worker) { Records = records };
        return header.Part.Count > 1 || ManifestFile.ListingOf(header.Serialization, new DerivedList<Resource, string>(resources, resource => resource.Name), lengths).AsSpan().SequenceEqual(header.Listing)
            ? file
            : throw ManifestFileErrors.ManifestFileMalformed.At($"The manifest file '{source}' does not list the names and lengths that the digest in its first line covers.", source);
    }

    // Null at the end.
    private static ReadOnlyMemory<byte>? Line(LineReader lines, int most, string source, CancellationToken cancellationToken) => lines.Next(most, cancellationToken) switch
    {
        LineState.Whole => lines.Line.Span.ContainsAnyExcept(" \t\r"u8) ? lines.Line : throw Malformed(source, lines.Number, "it is blank"),
        LineState.None => null,
        LineState.TooLong => throw ManifestFileErrors.ManifestFileTooLarge.At(
            Invariant($"Line {lines.Number} of '{source}' has more than {most} bytes, which is the limit."), source),
        // Somebody may write to the file meanwhile.
        LineState.TooLarge => throw TooLarge(lines.Position, source),
        _ => throw CutOff(source, lines.Number + 1),
    };

    private static ModelSigningException CutOff(string source, int line) => Malformed(source, line, "it does not end with a line end, so it may be cut off");

    private static ModelSigningException TooLarge(long length, string source) => ManifestFileErrors.ManifestFileTooLarge.At(
        Invariant($"The manifest file '{source}' has {length} bytes; the limit is {MaximumLength}."), source);

    private static Header ReadHeader(ReadOnlyMemory<byte> line, string source, CancellationToken cancellationToken)
    {
        using JsonDocument document = StrictJson.Parse(line, source, Rules, cancellationToken);
        LineObject header = new(document.RootElement, source, 1);
        if (header.Text("format") != ManifestFileWriter.Format || header.Number("version") != ManifestFileWriter.Version)
        {
            throw Malformed(source, 1, $"it does not say that it is a manifest file of version {ManifestFileWriter.Version}");
        }

        header.RefuseOthers(HeaderMembers);
        LineObject serialization = header.Object("serialization");
        serialization.RefuseOthers(SerializationMembers);
        bool isSharded = serialization.Text("method") switch { "shards" => true, "files" => false, var method => throw Malformed(source, 1, $"the method '{method}' is unknown") };
        if (!DigestAlgorithms.TryParse(serialization.Text("hash_type"), out DigestAlgorithm algorithm))
        {
            throw Malformed(source, 1, $"the algorithm '{serialization.Text("hash_type")}' is unknown");
        }

        long? shardSize = serialization.Has("shard_size") ? serialization.Number("shard_size") : null;
        if (isSharded != shardSize is not null || shardSize == 0)
        {
            throw Malformed(source, 1, "its shard size does not fit its method");
        }

        byte[] listing = new byte[32];
        (long number, long count, long resources) = (header.Number("part"), header.Number("of"), header.Number("resources"));
        if (!Hexadecimal.TryRead(header.Text("listing"), listing) || number < 1 || number > count || count > ManifestPart.MaximumCount)
        {
            throw Malformed(source, 1, "its listing is not 64 lower-case hexadecimal digits, or its part is not one of its parts");
        }

        return resources > HashPlan.MaximumResources
            ? throw ManifestFileErrors.ManifestFileTooLarge.At($"The manifest file '{source}' says that it has {resources} resources; the limit is {HashPlan.MaximumResources}.", source)
            : new(header.Text("model"), new()
            {
                HashType = algorithm,
                ShardSize = shardSize,
                AllowSymlinks = serialization.Flag("allow_symlinks"),
                IgnorePaths = serialization.Texts("ignore_paths"),
            }, listing, new((int)number, (int)count), (int)resources, header.Text("worker"));
    }

    private static (string Name, long Length, FileRecord Record) ReadLine(
        ReadOnlyMemory<byte> line, Span<byte> digest, Serialization serialization, string source, int number, CancellationToken cancellationToken)
    {
        using JsonDocument document = StrictJson.Parse(line, source, Rules, cancellationToken);
        LineObject resource = new(document.RootElement, source, number);
        resource.RefuseOthers(LineMembers);
        string name = resource.Text("name");
        long length = resource.Number("length");
        if (!Hexadecimal.TryRead(resource.Text("digest"), digest))
        {
            throw Malformed(source, number, $"its digest is not {digest.Length * 2} lower-case hexadecimal digits");
        }

        (string file, long start, long end) = (name, 0, length);
        if (serialization.ShardSize is { } size
            && (!ResourceName.TryParseShard(name, out file, out start, out end) || end - start != length || start % size != 0 || length > size))
        {
            throw Malformed(source, number, $"'{name}' is not a shard of {length} bytes");
        }

        return ResourceName.IsCanonical(file) ? (name, length, resource.Has("file") ? ReadRecord(resource.Object("file")) : default) : throw ManifestFileErrors.ManifestFileName.At(Invariant($"Line {number} of '{source}' has the name '{name}', which is not a path inside the model."), source);
    }

    private static FileRecord ReadRecord(LineObject file)
    {
        file.RefuseOthers(FileMembers);
        return new(file.Number("id"), file.Number("modified"), file.Number("changed"));
    }

    private static ModelSigningException Malformed(string source, int line, string what) => ManifestFileErrors.ManifestFileMalformed.At(
        Invariant($"Line {line} of the manifest file '{source}' cannot be read: {what}."), source);

    private static ModelSigningException Incomplete(string source, int count) => ManifestFileErrors.ManifestFileIncomplete.At(
        Invariant($"The manifest file '{source}' does not have the {count} resources that its first line says."), source);

    private sealed record Header(string ModelName, Serialization Serialization, byte[] Listing, ManifestPart Part, int Count, string Worker);

    private readonly record struct LineObject(JsonElement Element, string Source, int Line)
    {
        public bool Has(string name) => Element.TryGetProperty(name, out _);

        public string Text(string name) => Of(name, JsonValueKind.String).GetString()!;

        public bool Flag(string name) => Element.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean() : throw Malformed(Source, Line, $"it has no member '{name}' that is true or false");

        public long Number(string name) => Of(name, JsonValueKind.Number).TryGetInt64(out long number) && number >= 0
            ? number : throw Malformed(Source, Line, $"its member '{name}' is not a whole number");

        public LineObject Object(string name) => new(Of(name, JsonValueKind.Object), Source, Line);

        public string[] Texts(string name)
        {
            (string source, int line) = (Source, Line);
            return [.. Of(name, JsonValueKind.Array).EnumerateArray().Select(text => text.ValueKind == JsonValueKind.String
                ? text.GetString()! : throw Malformed(source, line, $"its member '{name}' has a value that is not text"))];
        }

        public void RefuseOthers(string[] known)
        {
            foreach (JsonProperty member in Element.EnumerateObject())
            {
                if (!known.Contains(member.Name, StringComparer.Ordinal))
                {
                    throw Malformed(Source, Line, $"its member '{member.Name}' is unknown");
                }
            }
        }

        private JsonElement Of(string name, JsonValueKind kind) => Element.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind
            ? value : throw Malformed(Source, Line, $"it has no member '{name}' of the right type");
    }
}
