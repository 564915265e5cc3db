using System.IO.Compression;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Content;

/// <summary>Inspects the members of a zip archive (<c>.pt</c>, <c>.bin</c>, <c>.npz</c>, <c>.keras</c>): bounded in members and in bytes, whatever the archive says about itself.</summary>
/// <param name="file">The archive.</param>
/// <param name="inspection">Where the findings go.</param>
internal sealed class ArchiveInspection(CapturedFile file, ModelInspection inspection)
{
    private const int MostMembers = 65_536, MostOfMember = 32 * 1024 * 1024, MostOfAll = 128 * 1024 * 1024;
    private int _inflated;

    public void Run(CancellationToken cancellationToken)
    {
        if (!file.IsWhole)
        {
            RunOverHead();
            return;
        }

        if (inspection.MissesNothing && ZipStructure.Fault(file.Head.Span) is { } fault)
        {
            inspection.NotInspected(file, $"it is an archive that readers interpret differently: {fault}");
            return;
        }

        try
        {
            using ZipArchive archive = new(new MemoryStream(file.Head.ToArray(), writable: false), ZipArchiveMode.Read);
            if (archive.Entries.Count > MostMembers)
            {
                inspection.NotInspected(file, "it is an archive with more members than the inspection limit");
                return;
            }

            Lazy<HashSet<string>> names = new(() => [.. archive.Entries.Select(entry => entry.FullName)]);
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!Inspect(entry, names, cancellationToken))
                {
                    return;
                }
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            inspection.NotInspected(file, $"it is an archive that cannot be read: {error.Message}");
        }
    }

    private bool Inspect(ZipArchiveEntry entry, Lazy<HashSet<string>> names, CancellationToken cancellationToken)
    {
        if (entry.IsEncrypted)
        {
            inspection.NotInspected(file, $"its member '{entry.FullName}' is encrypted");
            return true;
        }

        using Stream stream = entry.Open();
        byte[] head = new byte[512];
        head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        FileKind kind = FileKinds.Of(head);
        bool isConfiguration = entry.FullName is "config.json" or "keras_metadata.pb"
            || (inspection.MissesNothing && Path.GetExtension(entry.FullName).ToLowerInvariant() is ".json" or ".ipynb");
        bool isPickle = kind == FileKind.Pickle || entry.FullName.EndsWith(".pkl", StringComparison.Ordinal) || kind == FileKind.Numpy
            || new PickleScan(head).Globals.Count > 0;
        inspection.InspectByName(file, entry.FullName, kind);
        switch (kind)
        {
            case FileKind.Elf or FileKind.Pe or FileKind.MachO or FileKind.WebAssembly:
                inspection.Add(file, entry.FullName, ExecutableKind.SharedObject, kind.ToString());
                return true;
            case FileKind.Zip or FileKind.Compressed or FileKind.Tar:
                inspection.NotInspected(file, $"its member '{entry.FullName}' is an archive of its own or compressed");
                return true;
            case FileKind.Hdf5 when inspection.MissesNothing:
                inspection.NotInspected(file, $"its member '{entry.FullName}' is an HDF5 file");
                return true;
            default:
                break;
        }

        if (!isPickle && !isConfiguration && !inspection.MissesNothing)
        {
            return true;
        }

        // The lengths that the archive claims are not believed.
        using MemoryStream whole = new();
        whole.Write(head);
        byte[] buffer = new byte[64 * 1024];
        for (int read = stream.Read(buffer); read > 0; read = stream.Read(buffer))
        {
            _inflated += read;
            if (whole.Length + read > MostOfMember || _inflated > MostOfAll)
            {
                inspection.NotInspected(file, $"its member '{entry.FullName}' exceeds the inspection limit");
                return _inflated <= MostOfAll;
            }

            whole.Write(buffer.AsSpan(0, read));
        }

        ReadOnlySpan<byte> bytes = whole.GetBuffer().AsSpan(0, (int)whole.Length);
        if (isConfiguration)
        {
            InspectConfiguration(entry.FullName, whole.GetBuffer().AsMemory(0, (int)whole.Length), names.Value);
        }

        if (inspection.MissesNothing && !isConfiguration)
        {
            CapturedFile content = new(entry.FullName, whole.GetBuffer().AsMemory(0, (int)whole.Length), whole.Length);
            inspection.InspectOnnx(file, entry.FullName, content, names.Value, cancellationToken);
            inspection.InspectJsonOfAnyName(file, entry.FullName, content, names.Value, cancellationToken);
        }

        if (inspection.MissesNothing && ZipStructure.IsInside(bytes))
        {
            inspection.NotInspected(file, $"its member '{entry.FullName}' may be an archive that begins after its first byte");
        }

        if (inspection.MissesNothing && FileKinds.HasHdf5(bytes))
        {
            inspection.NotInspected(file, $"its member '{entry.FullName}' may be an HDF5 file that begins after its first byte");
        }

        if (kind == FileKind.Numpy)
        {
            inspection.InspectNumpy(file, entry.FullName, new(entry.FullName, whole.GetBuffer().AsMemory(0, (int)whole.Length), whole.Length));
        }
        else
        {
            inspection.InspectPickle(file, entry.FullName, bytes, isWhole: true, isPickle);
        }

        return true;
    }

    // Python reads much more than strict JSON (UTF-16, NaN, members that are there twice), so what cannot be read was not inspected, and the words that are found in it only say more.
    private void InspectConfiguration(string member, ReadOnlyMemory<byte> bytes, HashSet<string> names)
    {
        try
        {
            inspection.InspectJson(file, member, new CapturedFile(member, bytes, bytes.Length), names, CancellationToken.None);
        }
        catch (ModelSigningException refusal)
        {
            if (bytes.Span.IndexOf("Lambda"u8) >= 0)
            {
                inspection.Add(file, member, ExecutableKind.LambdaLayer, "");
            }

            inspection.NotInspected(file, $"its member '{member}' cannot be read: {refusal.Message}");
        }
    }

    // The directory of members is at the end of the file, which was not kept; torch.save puts the pickle first.
    private void RunOverHead()
    {
        if (file.Head.Span.IndexOf("data.pkl"u8) >= 0)
        {
            inspection.Add(file, "data.pkl", ExecutableKind.Pickle, "");
        }

        inspection.NotInspected(file, "it is an archive that exceeds the inspection limit");
    }
}
