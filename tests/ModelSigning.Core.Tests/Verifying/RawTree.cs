using System.Text;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Verifying;

/// <summary>What an entry of a <see cref="RawTree"/> is.</summary>
internal enum RawKind
{
    File,
    Folder,
    Fifo,

    /// <summary>A link to the entry <c>a</c> of the same folder, whatever that is.</summary>
    LinkToA,

    /// <summary>A link to its own folder.</summary>
    LinkToFolder,
}

/// <summary>A folder whose names are bytes, as Linux has them, and which knows nothing of the engine.</summary>
internal sealed class RawTree
{
    /// <summary>The name that links lead to.</summary>
    public const string Target = "a";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Names that look alike: UTF-8 cut short, half a surrogate pair, a byte that is not UTF-8 at all, and what all of these read as.
    private static readonly byte[][] Names =
    [
        [.. "a"u8], [.. "b"u8], [.. "cache"u8], [.. "x.py"u8], [.. ".git"u8], [.. "caf\u00e9"u8], [.. "cafe\u0301"u8], [.. "\ufffd"u8], [.. "\ufffd\ufffd"u8],
        [.. "\ufffd\ufffd\ufffd"u8], [0xFF], [0xFE], [0xC3], [0xC3, 0xC3], [0xED, 0xA0, 0x80], [0xF0, 0x9F], [.. ".modelsigning-0123456789abcdef.partial"u8],
    ];

    public SortedDictionary<byte[], Entry> Entries { get; } = new(Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y)));

    /// <summary>Makes a tree.</summary>
    /// <param name="random">Chooses.</param>
    /// <param name="plain">Whether it has folders and files with names that are UTF-8, and nothing else.</param>
    /// <param name="depth">How deep it may become.</param>
    public static RawTree Make(Random random, bool plain, int depth = 3)
    {
        RawTree tree = new();
        for (int count = random.Next(1, 5); count > 0; count--)
        {
            tree.Add(random, plain, depth);
        }

        return tree;
    }

    /// <summary>Adds an entry, or replaces one.</summary>
    public void Add(Random random, bool plain, int depth)
    {
        byte[] name = Names[random.Next(Names.Length)];
        RawKind kind = random.Next(10) switch { < 5 => RawKind.File, < 8 => RawKind.Folder, _ => (RawKind)random.Next(2, 5) };
        kind = plain && kind > RawKind.Folder ? RawKind.File : kind;
        if ((plain && Text(name) is null) || (kind == RawKind.Folder && depth == 0))
        {
            return;
        }

        // What an interrupted signing leaves is a file, which the next one deletes.
        kind = kind == RawKind.File && name.Length > 30 ? RawKind.Folder : kind;
        Entries[name] = new(kind, random.Next(3).ToString(System.Globalization.CultureInfo.InvariantCulture), kind == RawKind.Folder ? Make(random, plain, depth - 1) : new());
    }

    /// <summary>Changes something, somewhere.</summary>
    public void Change(Random random, int depth)
    {
        Entry[] folders = [.. Entries.Values.Where(entry => entry.Kind == RawKind.Folder)];
        if (folders.Length > 0 && random.Next(3) > 0)
        {
            folders[random.Next(folders.Length)].Tree.Change(random, depth - 1);
        }
        else if (Entries.Count > 0 && random.Next(3) == 0)
        {
            Entries.Remove(Entries.Keys.ElementAt(random.Next(Entries.Count)));
        }
        else
        {
            Add(random, plain: false, Math.Max(depth, 0));
        }
    }

    public RawTree Copy()
    {
        RawTree copy = new();
        foreach ((byte[] name, Entry entry) in Entries)
        {
            copy.Entries[name] = entry with { Tree = entry.Tree.Copy() };
        }

        return copy;
    }

    /// <summary>A name as text; null where it has none.</summary>
    public static string? Text(byte[] name)
    {
        try
        {
            return Strict.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Writes the tree into a folder that exists.</summary>
    /// <param name="root">The folder; its path is text.</param>
    public void Write(string root) => Write(root, []);

    private void Write(string root, byte[] above)
    {
        foreach ((byte[] name, Entry entry) in Entries)
        {
            byte[] path = [.. above, .. name];
            switch (entry.Kind)
            {
                case RawKind.File:
                    UnixEntries.WriteFile(root, path, Encoding.UTF8.GetBytes(entry.Content));
                    break;
                case RawKind.Folder:
                    UnixEntries.MakeFolder(root, path);
                    entry.Tree.Write(root, [.. path, (byte)'/']);
                    break;
                case RawKind.Fifo:
                    UnixEntries.MakeFifo(root, path);
                    break;
                default:
                    UnixEntries.MakeLink(root, path, entry.Kind == RawKind.LinkToA ? "a"u8 : "."u8);
                    break;
            }
        }
    }

    internal sealed record Entry(RawKind Kind, string Content, RawTree Tree);
}
