using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Reading;
using ModelSigning.Core.Hashing.Streams;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>
/// Finds changed files that would be as they were signed with other line ends: git and editors rewrite these, and a person who is told only that
/// every text file changed takes it for an attack. It is a hint and changes no verdict.
/// </summary>
internal static class LineEnds
{
    /// <summary>The most files that are checked.</summary>
    public const int MaximumFiles = 1000;

    private const int BlockLength = 64 * 1024;

    /// <summary>The changed files whose text has the signed digest once CRLF is LF, or LF is CRLF.</summary>
    /// <param name="changed">Changed files, whole ones.</param>
    /// <param name="algorithm">The algorithm of their digests.</param>
    /// <param name="content">Opens them.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public static IReadOnlyList<string> OnlyDifferenceOf(
        IReadOnlyList<MismatchedResource> changed, DigestAlgorithm algorithm, HashSource content, CancellationToken cancellationToken) =>
        [.. changed.Take(MaximumFiles).Where(file => DiffersInLineEnds(file, algorithm, content, cancellationToken)).Select(file => file.Name)];

    private static bool DiffersInLineEnds(MismatchedResource file, DigestAlgorithm algorithm, HashSource content, CancellationToken cancellationToken)
    {
        using Text lf = new(algorithm), crlf = new(algorithm);
        try
        {
            using FileReader reader = content.Open(file.Name, BlockLength);
            return Convert(reader, lf, crlf, cancellationToken) && (lf.HasDigest(file.Expected.Span) || crlf.HasDigest(file.Expected.Span));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            // It was read a moment ago. If it has changed since, no hint is given.
            return false;
        }
    }

    // False for what is not text: a zero byte, as git decides it.
    private static bool Convert(FileReader reader, Text lf, Text crlf, CancellationToken cancellationToken)
    {
        byte[] block = new byte[BlockLength];
        bool afterReturn = false;
        long offset = 0;
        for (int read; (read = reader.Read(block, offset)) > 0; offset += read)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (byte next in block.AsSpan(0, read))
            {
                if (next == 0)
                {
                    return false;
                }

                if (afterReturn && next != (byte)'\n')
                {
                    lf.Add((byte)'\r');
                }

                if (next == (byte)'\n' && !afterReturn)
                {
                    crlf.Add((byte)'\r');
                }

                afterReturn = next == (byte)'\r';
                crlf.Add(next);
                if (!afterReturn)
                {
                    lf.Add(next);
                }
            }
        }

        if (afterReturn)
        {
            lf.Add((byte)'\r');
        }

        return true;
    }

    // A text as it would be, hashed while it is made.
    private sealed class Text(DigestAlgorithm algorithm) : IDisposable
    {
        private readonly StreamHasher _hasher = StreamHasher.Create(algorithm);
        private readonly byte[] _buffer = new byte[BlockLength];
        private int _count;

        public void Add(byte next)
        {
            if (_count == _buffer.Length)
            {
                Flush();
            }

            _buffer[_count++] = next;
        }

        public bool HasDigest(ReadOnlySpan<byte> expected)
        {
            Flush();
            byte[] actual = new byte[algorithm.DigestLength()];
            _hasher.Finish(actual);
            return expected.SequenceEqual(actual);
        }

        public void Dispose() => _hasher.Dispose();

        private void Flush()
        {
            _hasher.Append(_buffer.AsSpan(0, _count));
            _count = 0;
        }
    }
}
