using System.Management.Automation;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security;

namespace ModelSigning.Tests;

/// <summary>The types that the cmdlets write, with an object of each: every one, whatever it takes to get it from a cmdlet.</summary>
internal static class OutputSamples
{
    /// <summary>The types of the module that a cmdlet declares as its output, and those that their properties hold.</summary>
    internal static IReadOnlyList<Type> Types(ModuleSession session)
    {
        List<Type> types = [.. session.Run("Get-Command -Module ModelSigning | ForEach-Object OutputType | ForEach-Object Type").ThrowIfFailed()
            .Output.Select(type => (Type)type.BaseObject).Where(IsOurs).Distinct()];
        for (int index = 0; index < types.Count; index++)
        {
            types.AddRange(types[index].GetProperties().Select(property => property.PropertyType.GetElementType() ?? property.PropertyType)
                .Where(type => IsOurs(type) && !types.Contains(type)).Distinct().ToArray());
        }

        return types;
    }

    /// <summary>An object with a value in every property.</summary>
    internal static object Full(Type type) => Fill(type, full: true);

    /// <summary>An object with a text in every property that holds text, and behind every name of it.</summary>
    internal static object Hostile(Type type, string text)
    {
        object sample = Full(type);
        Taint(sample, text);
        return sample;
    }

    /// <summary>An object with nothing in those properties that may be null or empty.</summary>
    internal static object Sparse(Type type) => Fill(type, full: false);

    private static void Taint(object sample, string text)
    {
        foreach (PropertyInfo property in sample.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public))
        {
            FieldInfo? field = sample.GetType().GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic);
            switch (field?.GetValue(sample))
            {
                case string when property.Name != "Change": // the name of an enumeration's member
                    field.SetValue(sample, text);
                    break;
                case string[]:
                    field.SetValue(sample, new[] { text, text });
                    break;
                case Dictionary<string, string>:
                    field.SetValue(sample, new Dictionary<string, string> { ["Issuer"] = text });
                    break;
                case Array many:
                    many.Cast<object>().ToList().ForEach(one => Taint(one, text));
                    break;
                default:
                    break;
            }
        }
    }

    private static bool IsOurs(Type type) => type.Namespace == "ModelSigning" && !type.IsEnum;

    private static object Fill(Type type, bool full)
    {
        object sample = RuntimeHelpers.GetUninitializedObject(type);
        NullabilityInfoContext nullability = new();
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            bool mayBeNull = nullability.Create(property).ReadState == NullabilityState.Nullable;
            type.GetField($"<{property.Name}>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)
                ?.SetValue(sample, mayBeNull && !full ? null : Value(property.PropertyType, property.Name, full));
        }

        return sample;
    }

    private static object? Value(Type type, string name, bool full) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        Type text when text == typeof(string) => name,
        Type list when list.IsAssignableFrom(typeof(string[])) => full ? new[] { name, "second" } : Array.Empty<string>(),
        Type time when time == typeof(DateTimeOffset) => new DateTimeOffset(2025, 2, 3, 4, 5, 6, TimeSpan.Zero),
        Type span when span == typeof(TimeSpan) => TimeSpan.FromSeconds(1.5),
        Type secret when secret == typeof(SecureString) => Secrets.Of("secret"),
        Type map when map.IsAssignableFrom(typeof(Dictionary<string, string>)) => full ? new Dictionary<string, string> { ["Issuer"] = name } : [],
        Type flag when flag == typeof(bool) => full,
        Type choice when choice.IsEnum => Enum.ToObject(choice, full ? 1 : 0),
        Type { IsArray: true } many => Many(many.GetElementType()!, full),
        Type one when IsOurs(one) => Fill(one, full),
        Type number => LanguagePrimitives.ConvertTo(7, number, System.Globalization.CultureInfo.InvariantCulture),
    };

    private static Array Many(Type element, bool full)
    {
        Array values = Array.CreateInstance(element, full ? 1 : 0);
        if (full)
        {
            values.SetValue(Fill(element, full), 0);
        }

        return values;
    }
}
