using System.Collections;
using System.Management.Automation;
using System.Runtime.CompilerServices;

namespace ModelSigning;

/// <summary>
/// Lets a parameter with wildcards take objects that have a path, such as results of this module or the lines of a saved report: their path
/// is the name of one item and never a pattern, as that of an item of Get-ChildItem is.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PathTransformationAttribute : ArgumentTransformationAttribute
{
    private static readonly string[] Names = ["Path", "FilePath"];

    // Known by the string itself and not by its characters: the same characters may be a pattern where somebody typed them.
    private static readonly ConditionalWeakTable<string, object> Literal = [];

    /// <summary>Whether a path came from an object, and has no wildcards.</summary>
    internal static bool IsLiteral(string path) => Literal.TryGetValue(path, out _);

    /// <inheritdoc/>
    // Items of a provider bind to -LiteralPath by PSPath.
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        inputData is not null && PSObject.AsPSObject(inputData) is { BaseObject: not (IEnumerable or FileSystemInfo) } item && item.Properties["PSPath"] is null && PathOf(item) is { } path
            ? path
            : inputData!;

    private static string[]? PathOf(PSObject item)
    {
        if (Names.Select(name => item.Properties[name]).FirstOrDefault(property => property is not null) is not { } property || Value(property) is not { Length: > 0 } text)
        {
            return null;
        }

        string path = new(text.AsSpan());
        Literal.Add(path, path);
        return [path];
    }

    private static string? Value(PSPropertyInfo property)
    {
        try
        {
            return property.Value is PSObject wrapped ? wrapped.BaseObject as string : property.Value as string;
        }
        catch (GetValueException)
        {
            // PowerShell asks again when it binds by name, and tells.
            return null;
        }
    }
}
