using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ModelSigning.Core.Attestations;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Manifests;

/// <summary>Writes manifest files.</summary>
public static class ManifestFileWriter
{
    /// <summary>What the first line says that the file is.</summary>
    internal const string Format = "model-signing-manifest";

    /// <summary>The version of the format.</summary>
    internal const int Version = 1;

    private const int PieceLength = 256 * 1024;
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a manifest, or a part of one. The file appears whole or not at all.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="file">What to write.</param>
    /// <param name="exists">The refusal where a file exists already; null replaces it.</param>
    /// <exception cref="ModelSigningException">One of <see cref="FileErrors"/>, or <paramref name="exists"/>.</exception>
    public static void Write(string path, ManifestFile file, ErrorDefinition? exists) => AtomicFile.Write(path, file, WriteTo, ForAll, exists);

    /// <summary>Checks that a manifest file can be written. A file that is there is replaced only if it is a manifest file, and only if that was asked for.</summary>
    /// <param name="path">The full path.</param>
    /// <param name="force">Whether a manifest file that exists is replaced.</param>
    /// <param name="exists">The refusal of any other file.</param>
    /// <exception cref="ModelSigningException">One of <see cref="FileErrors"/>, or <paramref name="exists"/>.</exception>
    public static void CheckWritable(string path, bool force, ErrorDefinition exists)
    {
        ArgumentNullException.ThrowIfNull(exists);
        ManifestFileReader.RequireOwnName(path);
        AtomicFile.CheckWritable(path, force ? null : exists);
        if (File.Exists(path) && !ManifestFileReader.StartsAsManifest(path))
        {
            throw exists.At($"'{path}' exists and is not a manifest file.", path);
        }
    }

    /// <summary>Writes the bytes of a manifest file, piece by piece.</summary>
    internal static void WriteTo(Stream stream, ManifestFile file)
    {
        ArrayBufferWriter<byte> output = new(2 * PieceLength);
        Span<byte> digest = stackalloc byte[2 * 64];
        using Utf8JsonWriter writer = new(output, Options);
        WriteHeader(writer, file);
        IReadOnlyList<Resource> resources = file.Manifest.Resources;
        for (int index = 0; index < resources.Count; index++)
        {
            EndLine(writer, output);
            if (output.WrittenCount > PieceLength)
            {
                stream.Write(output.WrittenSpan);
                output.ResetWrittenCount();
            }

            writer.WriteStartObject();
            writer.WriteString("name", resources[index].Name);
            writer.WriteString("digest", Hexadecimal.Write(resources[index].Digest.Span, digest));
            writer.WriteNumber("length", file.Lengths[index]);
            if (index < file.Records.Count && file.Records[index] is { IsKnown: true } record)
            {
                writer.WriteStartObject("file");
                writer.WriteNumber("id", record.Id);
                writer.WriteNumber("modified", record.Modified);
                writer.WriteNumber("changed", record.Changed);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        EndLine(writer, output);
        stream.Write(output.WrittenSpan);
    }

    private static void WriteHeader(Utf8JsonWriter writer, ManifestFile file)
    {
        writer.WriteStartObject();
        writer.WriteString("format", Format);
        writer.WriteNumber("version", Version);
        writer.WriteString("model", file.Manifest.ModelName);
        ModelStatementWriter.WriteSerialization(writer, file.Manifest.Serialization);
        writer.WriteString("listing", Hexadecimal.Write(file.Listing.Span));
        writer.WriteNumber("part", file.Part.Number);
        writer.WriteNumber("of", file.Part.Count);
        writer.WriteNumber("resources", file.Lengths.Count);
        writer.WriteString("worker", file.Worker);
        writer.WriteEndObject();
    }

    private static void EndLine(Utf8JsonWriter writer, ArrayBufferWriter<byte> output)
    {
        writer.Flush();
        writer.Reset();
        output.Write("\n"u8);
    }
}
