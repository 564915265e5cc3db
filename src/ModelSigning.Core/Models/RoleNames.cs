namespace ModelSigning.Core.Models;

/// <summary>
/// Names by which programs take something for a part of a model that nobody pointed them to, also where it is empty or a folder: Docker the only chat template beside the weights, whose very name
/// vLLM then renders, or the folder of the first weights.
/// </summary>
internal static class RoleNames
{
    private static readonly string[] Parts = [".gguf", ".safetensors", ".dduf", ".jinja", "mmproj", "chat_template"];

    /// <summary>Whether a name is one of these, or a hidden one at the model's root.</summary>
    /// <param name="name">The name of a file or folder, relative to the model.</param>
    public static bool Fits(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith('.') || Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
    }
}
