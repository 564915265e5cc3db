using System.Buffers.Binary;

namespace ModelSigning.Core.Content;

/// <summary>
/// Whether every reader finds the same members in a zip archive: they fill the file from its first byte without a gap, the directory follows them, and the end record ends
/// the file. Readers differ where bytes lie before, between or after, or where two directories could be meant.
/// </summary>
internal static class ZipStructure
{
    private const int EndLength = 22, LocalLength = 30, CentralLength = 46, LocatorLength = 20;
    private const uint End = 0x06054B50, Central = 0x02014B50, Local = 0x04034B50, Locator = 0x07064B50, Descriptor = 0x08074B50;
    private const ushort UnicodePath = 0x7075;

    /// <summary>Whether an archive's end record is in bytes, so that a reader that looks for it from the file's end takes them for an archive.</summary>
    public static bool IsInside(ReadOnlySpan<byte> bytes) => bytes.IndexOf("PK\u0005\u0006"u8) >= 0;

    /// <summary>What is ambiguous, as a clause; null where nothing is.</summary>
    public static string? Fault(ReadOnlySpan<byte> file)
    {
        int end = file.Length - EndLength;
        if (end < 0 || U32(file, end) != End || U16(file, end + 20) != 0)
        {
            return "it does not end with its end record";
        }

        int count = U16(file, end + 10), directory = (int)Math.Min(U32(file, end + 16), int.MaxValue), length = (int)Math.Min(U32(file, end + 12), int.MaxValue);
        if (end >= LocatorLength && U32(file, end - LocatorLength) == Locator)
        {
            return "it has a second end record, of Zip64";
        }

        if ((long)directory + length != end || U16(file, end + 8) != count || U32(file, end + 4) != 0)
        {
            return "its directory does not lie before its end record";
        }

        HashSet<string> names = new(StringComparer.Ordinal);
        List<(int Start, int End, bool HasDescriptor)> members = [];
        int at = directory;
        for (int index = 0; index < count; index++)
        {
            if (end - at < CentralLength || U32(file, at) != Central)
            {
                return "its directory is damaged";
            }

            int nameLength = U16(file, at + 28), stored = (int)Math.Min(U32(file, at + 20), int.MaxValue), local = (int)Math.Min(U32(file, at + 42), int.MaxValue);
            int next = at + CentralLength + nameLength + U16(file, at + 30) + U16(file, at + 32);
            if (next > end || directory - LocalLength < local || U32(file, local) != Local)
            {
                return "its directory lists members that do not exist";
            }

            ReadOnlySpan<byte> name = file.Slice(at + CentralLength, nameLength);
            int localName = U16(file, local + 26), localExtra = U16(file, local + 28);
            if (directory - local - LocalLength < localName + localExtra || !file.Slice(local + LocalLength, localName).SequenceEqual(name) || U16(file, local + 8) != U16(file, at + 10))
            {
                return "a member's own header differs from the directory";
            }

            if (name.Contains((byte)0))
            {
                return "a member's name has a NUL character, at which some readers end it";
            }

            // Programs that unpack a stream see a member's own header alone.
            if (HasOtherName(file.Slice(at + CentralLength + nameLength, U16(file, at + 30))) || HasOtherName(file.Slice(local + LocalLength + localName, localExtra)))
            {
                return "a member has a second name";
            }

            if (!names.Add(Convert.ToHexString(name)))
            {
                return "it has two members of one name";
            }

            members.Add((local, (int)Math.Min((long)local + LocalLength + localName + localExtra + stored, int.MaxValue), (U16(file, local + 6) & 8) != 0));
            at = next;
        }

        return at == end ? Gap(file, members, directory) : "it has data after its directory";
    }

    private static string? Gap(ReadOnlySpan<byte> file, List<(int Start, int End, bool HasDescriptor)> members, int directory)
    {
        members.Sort();
        int at = 0;
        foreach ((int start, int end, bool hasDescriptor) in members)
        {
            if (start != at || end > directory)
            {
                return "it has data before or between its members, or members that overlap";
            }

            at = end;
            if (hasDescriptor)
            {
                // With a signature or without; lengths of 64 bits belong to Zip64, which some writers use for a member that they did not know the length of.
                bool hasSignature = directory - end >= 4 && U32(file, end) == Descriptor;
                int shortest = hasSignature ? 16 : 12;
                bool isLong = !Follows(file, end + shortest, directory) && Follows(file, end + shortest + 8, directory);
                at = end + shortest + (isLong ? 8 : 0);
            }
        }

        return at == directory ? null : "it has data between its members and its directory";
    }

    // Python takes the name of Info-ZIP's extra field, where it is there, for the member's.
    private static bool HasOtherName(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4 && U16(extra, 0) != UnicodePath)
        {
            extra = extra[Math.Min(4 + U16(extra, 2), extra.Length)..];
        }

        return extra.Length >= 4;
    }

    private static bool Follows(ReadOnlySpan<byte> file, int at, int directory) => at == directory || (directory - at >= 4 && U32(file, at) == Local);

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
