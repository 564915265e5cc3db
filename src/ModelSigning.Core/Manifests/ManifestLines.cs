using System.Globalization;
using ModelSigning.Core.Errors;

namespace ModelSigning.Core.Manifests;

/// <summary>The lines of a manifest file, read one after the other, so that memory holds the longest and not the file.</summary>
/// <param name="stream">The file.</param>
/// <param name="source">Where it comes from, for the errors.</param>
internal sealed class ManifestLines(Stream stream, string source)
{
    private const int FirstBuffer = 256 * 1024;

    private byte[] _buffer = new byte[FirstBuffer];
    private int _start, _end;

    /// <summary>The number of the line that was read last, from 1 on.</summary>
    public int Number { get; private set; }

    /// <summary>How many bytes the lines so far have, line ends included.</summary>
    public long Length { get; private set; }

    /// <summary>Whether nothing follows.</summary>
    public bool IsAtEnd => _start == _end && !Fill();

    /// <summary>Reads the next line.</summary>
    /// <param name="most">The longest line that is read, in bytes.</param>
    /// <returns>The line without its end; valid until the next is read.</returns>
    /// <exception cref="ModelSigningException">
    /// <see cref="ManifestFileErrors.ManifestFileMalformed"/>: it has no end. <see cref="ManifestFileErrors.ManifestFileTooLarge"/>.
    /// </exception>
    public ReadOnlyMemory<byte> Next(int most)
    {
        Number++;
        int searched = 0;
        while (true)
        {
            int end = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            int length = end < 0 ? _end - _start : searched + end;
            if (length > most)
            {
                throw ManifestFileErrors.ManifestFileTooLarge.At(string.Create(CultureInfo.InvariantCulture, $"Line {Number} of '{source}' has more than {most} bytes, which is the limit."), source);
            }

            if (end >= 0)
            {
                ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, length);
                _start += length + 1;
                Length += length + 1;
                return line;
            }

            searched = length;
            if (!Fill())
            {
                throw ManifestFileErrors.ManifestFileMalformed.At(string.Create(CultureInfo.InvariantCulture,
                    $"Line {Number} of the manifest file '{source}' cannot be read: it does not end with a line end, so it may be cut off."), source);
            }
        }
    }

    // Reads on behind what is buffered. The buffer grows to twice the longest line at most, whose length is bounded.
    private bool Fill()
    {
        if (_end == _buffer.Length)
        {
            byte[] next = _end - _start > _buffer.Length / 2 ? new byte[2 * _buffer.Length] : _buffer;
            _buffer.AsSpan(_start, _end - _start).CopyTo(next);
            (_buffer, _end, _start) = (next, _end - _start, 0);
        }

        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
