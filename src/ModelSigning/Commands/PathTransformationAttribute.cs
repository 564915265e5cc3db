using System.Collections;
using System.Globalization;
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
    private static readonly string[] Serialized = ["Deserialized.System.IO.FileInfo", "Deserialized.System.IO.DirectoryInfo", "Deserialized.System.IO.FileSystemInfo"];
    // By which an object can bind to another parameter.
    private static readonly string[] Bound = ["Path", "FilePath", "LiteralPath", "LP"];
    private static readonly string[] EntryMembers = ["Name", "Algorithm", "Digest"];

    // Known by the string itself and not by its characters: the same characters may be a pattern where someone typed them.
    private static readonly ConditionalWeakTable<string, object> Literal = [];
    private static readonly ConditionalWeakTable<string, PSObject> Entries = [];

    /// <summary>Whether a path came from an object, and has no wildcards.</summary>
    internal static bool IsLiteral(string path) => Literal.TryGetValue(path, out _);

    /// <summary>The entry of a manifest whose name a path is, which is not the path of anything; null for any other.</summary>
    internal static PSObject? EntryOf(string path) => Entries.TryGetValue(path, out PSObject? entry) ? entry : null;

    /// <inheritdoc/>
    // PowerShell passes over a record that it cannot turn into text, and a command would answer for the others: it becomes a path that is refused, as an item of a list does.
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        try
        {
            return inputData is null ? inputData!
                : LanguagePrimitives.GetEnumerable(inputData) is { } values ? values.Cast<object?>().Select(ItemOf).ToArray()
                : ValueOf(inputData);
        }
        catch (Exception error) when (error is not PipelineStoppedException)
        {
            // Code of the caller's own objects ran, which can throw anything.
            return new[] { "" };
        }
    }

    // Items of a provider bind to -LiteralPath by PSPath.
    private static object ValueOf(object value) =>
        OfDotNet(value) is { } path ? new[] { path }
        : PSObject.AsPSObject(value) is var any && IsEntryWithPath(any) ? new[] { "" }
        : any is not { BaseObject: not (IEnumerable or FileSystemInfo) } item || item.Properties["PSPath"] is not null ? IsText(any) || any.Properties["PSPath"] is not null ? value : new[] { "" }
        : IsEntry(item) ? new[] { NameOf(item) }
        : PathOf(item) ?? PathsOf(item) ?? (IsText(item) || Bound.Any(name => item.Properties[name] is not null) ? Readable(value) : new[] { "" });

    // An array in an array is passed over, too, and another collection in it becomes one text.
    private static object? ItemOf(object? value) => value is null ? null
        : PSObject.AsPSObject(value) is var item && (LanguagePrimitives.GetEnumerable(value) is not null || IsEntryWithPath(item)) ? ""
        : OfDotNet(value) is { } path ? path
        : IsEntry(item) ? NameOf(item)
        : OfObject(item) ?? (IsText(item) || item.Properties["PSPath"] is not null ? Readable(value) : "");

    /// <summary>
    /// Whether the text of a value is meant to be a path: of a text, a number, an address, a path of PowerShell's, and an object of this module. The text of any other object, such as <c>@{Name=model}</c>, would be one that somebody can make.
    /// </summary>
    internal static bool IsText(PSObject value) =>
        value.BaseObject is string or ValueType or Uri or PathInfo or FileSystemInfo || value.BaseObject.GetType().Assembly == typeof(PathTransformationAttribute).Assembly;

    // The value itself, because what it binds to is decided by its type.
    private static object Readable(object value)
    {
        _ = LanguagePrimitives.ConvertTo(value, typeof(string), CultureInfo.InvariantCulture);
        return value;
    }

    // An object of Get-ModelManifest, or a row of the table that Export-Csv made of them.
    private static bool IsEntry(PSObject item) =>
        item.BaseObject is not (IEnumerable or FileSystemInfo) && !Names.Any(name => item.Properties[name] is not null) && EntryMembers.All(name => item.Properties[name] is not null);

    // Its path would be read, and its digest not looked at.
    private static bool IsEntryWithPath(PSObject item) =>
        item.BaseObject is not (IEnumerable or FileSystemInfo) && EntryMembers.All(name => item.Properties[name] is not null) && Names.Append("PSPath").Any(name => item.Properties[name] is not null);

    private static string NameOf(PSObject item)
    {
        string name = new((Value(item.Properties["Name"]) is { Length: > 0 } text ? text : "an entry").AsSpan());
        Entries.Add(name, item);
        return name;
    }

    // The text of .NET's own objects is what they were made with, relative to the process's folder, which is not PowerShell's location. Those of a job or of another machine have it, too.
    internal static string? OfDotNet(object value) => PSObject.AsPSObject(value) is not { } item || item.Properties["PSPath"] is not null ? null
        : item.BaseObject is FileSystemInfo info ? LiteralOf(info.FullName)
        : item.TypeNames.Any(Serialized.Contains) && item.Properties["FullName"]?.Value is { } full && PSObject.AsPSObject(full).BaseObject is string text ? LiteralOf(text)
        : null;

    // The path that an object has, such as a result of this module, whose text says something else.
    internal static string? OfObject(PSObject item) =>
        item is { BaseObject: not (string or FileSystemInfo or IEnumerable) } && item.Properties["PSPath"] is null ? PathOf(item)?[0] : null;

    private static string LiteralOf(string text)
    {
        string path = new(text.AsSpan());
        Literal.Add(path, path);
        return path;
    }

    private static string[]? PathOf(PSObject item)
    {
        if (Names.Select(name => item.Properties[name]).FirstOrDefault(property => property is not null) is not { } property || Value(property) is not { Length: > 0 } text)
        {
            return null;
        }

        return [LiteralOf(text)];
    }

    // Of an object whose path is a list, or an object itself.
    private static object?[]? PathsOf(PSObject item) =>
        Names.Select(name => item.Properties[name]).FirstOrDefault(property => property is not null)?.Value is not { } value ? null
        : LanguagePrimitives.GetEnumerable(value) is { } values ? [.. values.Cast<object?>().Select(ItemOf)]
        : [ItemOf(value)];

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
