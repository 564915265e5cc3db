using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Manifests;

/// <summary>Collects the rows of Get-ModelManifest, from a table or from a pipeline, and makes the manifest of them.</summary>
/// <param name="source">Where they come from, for the errors: a path, or <see cref="ManifestImport.Pipeline"/>.</param>
internal sealed class ManifestRows(string source)
{
    private readonly List<Resource> _resources = [];
    private readonly List<long> _lengths = [];
    private string? _identifier, _model;
    private DigestAlgorithm _algorithm;

    /// <summary>Adds a row.</summary>
    /// <param name="line">Its number, for the errors.</param>
    /// <param name="name">The file.</param>
    /// <param name="algorithm">The algorithm's identifier, the same in all rows.</param>
    /// <param name="digest">The digest in hexadecimal digits.</param>
    /// <param name="length">The length in decimal digits; empty where it is not known.</param>
    /// <param name="modelPath">The path of the model; empty where it is not known.</param>
    /// <exception cref="ModelSigningException">
    /// One of <see cref="ManifestImportErrors"/>, or <see cref="ManifestFileErrors.ManifestPartsDiffer"/> for a row of another model than the first.
    /// </exception>
    public void Add(int line, string name, string algorithm, string digest, string length, string modelPath)
    {
        if (_identifier is null && !DigestAlgorithms.TryParse(algorithm, out _algorithm))
        {
            throw ManifestImportErrors.ImportAlgorithm.At(ManifestImport.At(source, line, $"has the algorithm '{algorithm}', which is not one of {DigestAlgorithms.Names()}."), source);
        }

        if (algorithm != (_identifier ??= algorithm))
        {
            throw ManifestImportErrors.ImportAlgorithm.At(ManifestImport.At(source, line, $"has the algorithm '{algorithm}', but the first row has '{_identifier}'."), source);
        }

        string relative = ManifestImport.Name(name, source, line);
        byte[] bytes = ManifestImport.Digest(digest, _algorithm, source, line);
        long number = length.Length == 0 ? 0 : DecimalDigits.TryRead(length, out long parsed) ? parsed
            : throw ManifestImportErrors.ImportMalformed.At(ManifestImport.At(source, line, $"has the length '{length}'."), source);
        if (ResourceName.TryParseShard(relative, out _, out long start, out long end) && end - start == number)
        {
            throw ManifestImportErrors.ImportShards.At(ManifestImport.At(source, line, $"has the shard '{relative}'."), source);
        }

        if (modelPath.Length > 0 && modelPath != (_model ??= modelPath))
        {
            throw ManifestFileErrors.ManifestPartsDiffer.At(ManifestImport.At(source, line, $"is of the model '{modelPath}', but others are of '{_model}'."), source,
                cure: "Specify the rows of one model. Where they are of one model that has several paths, remove the property ModelPath.");
        }

        _resources.Add(new(relative, bytes));
        _lengths.Add(number);
        ManifestImport.RefuseMore(_resources.Count, source);
    }

    /// <summary>The manifest of all rows.</summary>
    /// <param name="otherName">The model's name, where the rows do not say it.</param>
    /// <exception cref="ModelSigningException">One of <see cref="ManifestImportErrors"/>.</exception>
    public ManifestFile Make(string otherName)
    {
        string modelName = Path.GetFileName(Path.TrimEndingDirectorySeparator(_model ?? ""));
        return ManifestImport.Made(modelName.Length > 0 ? modelName : otherName, _algorithm, _resources, _lengths, source);
    }
}
