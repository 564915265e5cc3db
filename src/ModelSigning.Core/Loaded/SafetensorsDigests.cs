using ModelSigning.Core.Errors;
using ModelSigning.Core.Formats;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Hashing.Streams;

namespace ModelSigning.Core.Loaded;

/// <summary>The BLAKE3 digests of the tensors of one safetensors file, whose bytes come by in order.</summary>
/// <param name="path">The file, for the errors.</param>
/// <param name="length">Its length in bytes.</param>
internal sealed class SafetensorsDigests(string path, long length) : IDisposable
{
    private readonly StreamHasher _hasher = StreamHasher.Create(DigestAlgorithm.Blake3);
    private readonly List<(Tensor Tensor, ReadOnlyMemory<byte> Digest)> _tensors = [];
    private byte[] _header = new byte[8];
    private SafetensorsFile? _file;
    private ModelSigningException? _refusal;
    private long _position;
    private int _next;

    /// <summary>The tensors of the whole file.</summary>
    /// <exception cref="ModelSigningException">The file is not valid, or has not come by to its end.</exception>
    public IReadOnlyList<(Tensor Tensor, ReadOnlyMemory<byte> Digest)> Tensors => _refusal is not null ? throw _refusal
        : _file is not null && _position == length && _next == _file.Tensors.Count ? _tensors
        : throw FormatErrors.SafetensorsInvalid.At($"'{path}' is not a valid safetensors file: it was not read to its end.", path);

    /// <summary>Takes the next bytes. What is wrong with the file is said by <see cref="Tensors"/>, because its digest counts first.</summary>
    public void Append(long offset, ReadOnlySpan<byte> bytes)
    {
        if (_refusal is not null || offset != _position)
        {
            return;
        }

        _position += bytes.Length;
        while (_file is null && bytes.Length > 0)
        {
            int taken = (int)Math.Min(bytes.Length, _header.Length - offset);
            bytes[..taken].CopyTo(_header.AsSpan((int)offset));
            bytes = bytes[taken..];
            offset += taken;
            if (offset == _header.Length && !TryParse())
            {
                return;
            }
        }

        while (_file is not null && _next < _file.Tensors.Count)
        {
            Tensor tensor = _file.Tensors[_next];
            int taken = (int)Math.Min(bytes.Length, tensor.Offset + tensor.Length - offset);
            _hasher.Append(bytes[..taken]);
            bytes = bytes[taken..];
            offset += taken;
            if (offset < tensor.Offset + tensor.Length)
            {
                return;
            }

            byte[] digest = new byte[DigestAlgorithm.Blake3.DigestLength()];
            _hasher.Finish(digest);
            _tensors.Add((tensor, digest));
            _next++;
        }
    }

    public void Dispose() => _hasher.Dispose();

    // Eight bytes with the header's length first, then the header.
    private bool TryParse()
    {
        try
        {
            if (_header.Length == SafetensorsFile.PrefixLength)
            {
                Array.Resize(ref _header, SafetensorsFile.PrefixLength + SafetensorsFile.HeaderLength(_header, length, path));
            }
            else
            {
                _file = SafetensorsFile.Parse(_header, length, path);
                _header = [];
            }
        }
        catch (ModelSigningException refusal)
        {
            _refusal = refusal;
        }

        return _refusal is null;
    }
}
