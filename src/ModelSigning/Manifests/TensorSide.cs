using System.Management.Automation;
using ModelSigning.Core.Hashing;
using ModelSigning.Core.Input;
using ModelSigning.Core.Manifests;
using ModelSigning.Core.Tensors;

namespace ModelSigning;

/// <summary>One side of a comparison of tensors: a model that is still to be hashed, or the objects that Get-ModelManifest -Tensor wrote.</summary>
internal sealed class TensorSide
{
    private TensorSide(string? model, DigestAlgorithm? algorithm, IReadOnlyList<ComparedTensor>? tensors) => (Model, Algorithm, Tensors) = (model, algorithm, tensors);

    /// <summary>A side that was hashed.</summary>
    internal TensorSide(DigestAlgorithm algorithm, IReadOnlyList<ComparedTensor> tensors, bool hasEmpty = false)
        : this(null, algorithm, tensors) => HasEmpty = hasEmpty;

    /// <summary>The model's full path; null for objects.</summary>
    internal string? Model { get; }

    /// <summary>The digest algorithm of objects; null for a model.</summary>
    internal DigestAlgorithm? Algorithm { get; }

    /// <summary>The tensors of objects; null for a model.</summary>
    internal IReadOnlyList<ComparedTensor>? Tensors { get; }

    /// <summary>Whether it also has a file of weights without a tensor. Objects do not tell.</summary>
    internal bool HasEmpty { get; }

    /// <summary>Takes a parameter's value: one path of a model, or the objects.</summary>
    internal static TensorSide Of(ModuleCommand command, PSObject[] values) => values switch
    {
        [{ BaseObject: string path }] => OfPath(command.ExistingFileSystemPath(path)),
        [{ BaseObject: FileSystemInfo item }] => OfPath(item.FullName),
        _ => OfObjects(values),
    };

    /// <summary>Takes a model's full path.</summary>
    internal static TensorSide OfPath(string path) => SignatureFile.Is(path) || (File.Exists(path) && ManifestImport.IsList(path))
        ? throw CommandErrors.TensorsUnusable.At($"'{path}' is read as a list of files, which has no tensors.", path)
        : new(path, null, null);

    /// <summary>Takes the objects that Get-ModelManifest -Tensor wrote, as they were or as a file kept them.</summary>
    internal static TensorSide OfObjects(PSObject[] values)
    {
        string[] algorithms = [.. values.Select(value => Text(value, nameof(ModelTensor.Algorithm))).Distinct()];
        if (algorithms is not [string identifier] || !DigestAlgorithms.TryParse(identifier, out DigestAlgorithm algorithm))
        {
            throw CommandErrors.TensorsUnusable.At($"The objects have the digest algorithms '{string.Join(", ", algorithms)}', but only one can be used.");
        }

        HashSet<(string, string)> seen = [];
        ComparedTensor[] tensors = [.. values.Select(value => Read(value, algorithm))];
        return Array.Find(tensors, tensor => !seen.Add((tensor.Weights, tensor.Name))) is { } twice
            ? throw CommandErrors.TensorsUnusable.At($"The tensor '{twice.Name}' of '{twice.Weights}' is among the objects twice.")
            : new(algorithm, tensors);
    }

    private static ComparedTensor Read(PSObject value, DigestAlgorithm algorithm)
    {
        string name = Text(value, nameof(ModelTensor.Name)), text = Text(value, nameof(ModelTensor.Digest));
        return Hexadecimal.ReadAnyCase(text) is { } digest && digest.Length == algorithm.DigestLength()
            ? new(
                Text(value, nameof(ModelTensor.Weights)), name, Text(value, nameof(ModelTensor.File)), Text(value, nameof(ModelTensor.Type)),
                Text(value, nameof(ModelTensor.Shape)), Digests.Labelled(algorithm, digest))
            : throw CommandErrors.TensorsUnusable.At($"The digest '{text}' of '{name}' is not one of {algorithm.Identifier()} in hexadecimal digits.");
    }

    private static string Text(PSObject value, string property) => value.Properties[property]?.Value?.ToString()
        ?? throw CommandErrors.TensorsUnusable.At($"An object of type {value.TypeNames[0]} has no {property}.");
}
