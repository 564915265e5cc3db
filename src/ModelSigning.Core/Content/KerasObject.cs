using System.Text.Json;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Content;

/// <summary>Tells of an object of a configuration of Keras (<c>class_name</c>, <c>module</c>, <c>config</c>) whether it is only data for a class of Keras itself.</summary>
internal static class KerasObject
{
    // Layers whose configuration holds or names a function, a method, a pickle or a graph, and functions themselves.
    private static readonly HashSet<string> Running = new(StringComparer.Ordinal)
    {
        "Lambda", "TFOpLambda", "SlicingOpLambda", "ClassMethod", "InstanceMethod", "InstanceProperty", "__lambda__", "function", "TorchModuleWrapper", "TFSMLayer", "TensorFlowOpLayer", "JaxLayer", "FlaxLayer",
    };

    private static readonly HashSet<string> Packages = new(StringComparer.Ordinal) { "keras", "tf_keras", "keras_hub", "keras_cv", "keras_nlp" };

    private static readonly HashSet<string> Values = new(StringComparer.Ordinal)
        { "__tensor__", "__numpy__", "__bytes__", "__complex__", "__ellipsis__", "__slice__", "__typespec__", "__keras_tensor__" };

    /// <summary>Whether reading the object runs what it holds, or imports or calls what it names.</summary>
    public static bool Runs(JsonSlice value)
    {
        if (!value.TryGet("class_name", out JsonSlice name) || name.Kind != JsonValueKind.String)
        {
            return false;
        }

        string @class = Last(name.Text());
        if (Running.Contains(@class) || (value.TryGet("registered_name", out JsonSlice registered) && registered.Kind == JsonValueKind.String && Running.Contains(Last(registered.Text()))))
        {
            return true;
        }

        // Keras imports the module and takes the name from it. Names of its classes begin with a capital letter; anything else is a function of it.
        return value.TryGet("module", out JsonSlice module) && module.Kind == JsonValueKind.String && module.Text() is var text
            && !(text == "builtins" ? Values.Contains(@class) : Packages.Contains(text.Split('.')[0]) && @class is [>= 'A' and <= 'Z', ..]);
    }

    // A name may have its package before it, as package>Class, or the rest of its module.
    private static string Last(string name) => name[(name.LastIndexOfAny(['.', '>']) + 1)..];
}
