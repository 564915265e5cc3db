using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>
/// <c>docs/errors.md</c> against the definitions in the staged assemblies. To write the table again:
/// <c>UPDATE_ERRORS=1 dotnet test tests/ModelSigning.Tests --filter ErrorTable</c>.
/// </summary>
public class ErrorTableTests
{
    private const string Introduction = """
        # Errors

        Every error of the module has one of these ids: the part before the comma in an error record's `FullyQualifiedErrorId`. The ids are
        stable; scripts may match them. The category is the one of the error record's `CategoryInfo`. The message of the single error
        names the file, the value and what was expected instead.

        | id | category | cause | cure |
        |---|---|---|---|

        """;

    private static readonly string Page = Path.Join(SharedData.RepositoryRoot, "docs", "errors.md");

    [Fact]
    public void The_table_lists_every_error_of_the_assemblies()
    {
        StringBuilder table = new(Introduction.ReplaceLineEndings("\n"));
        foreach (Definition error in Definitions().OrderBy(error => error.Id, StringComparer.Ordinal))
        {
            table.Append(CultureInfo.InvariantCulture, $"| `{error.Id}` | {error.Kind} | {Cell(error.Cause)} | {Cell(error.Cure)} |\n");
        }

        if (Environment.GetEnvironmentVariable("UPDATE_ERRORS") == "1")
        {
            File.WriteAllText(Page, table.ToString());
        }

        Assert.Equal(table.ToString(), File.ReadAllText(Page).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void No_two_errors_have_one_id() =>
        Assert.Empty(Definitions().GroupBy(error => error.Id, StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void Every_error_says_its_cause_and_its_cure_in_whole_sentences() =>
        Assert.All(Definitions(), error => Assert.True(
            error.Cause.EndsWith('.') && error.Cure.EndsWith('.') && !char.IsLower(error.Cause[0]) && !char.IsLower(error.Cure[0]), error.Id));

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static List<Definition> Definitions()
    {
        string folder = Path.Join(SharedData.RepositoryRoot, "module", "bin", "net10.0");
        StagedAssemblies context = new(Path.Join(folder, "dependencies"));
        List<Definition> definitions = [];
        foreach (string path in Directory.GetFiles(folder, "ModelSigning*.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            IEnumerable<FieldInfo> fields = context.LoadFromAssemblyPath(path).GetTypes()
                .Where(type => !type.ContainsGenericParameters)
                .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly));
            definitions.AddRange(fields.Where(field => !field.IsLiteral && MayHoldDefinitions(field.FieldType)).SelectMany(Held));
        }

        return [.. definitions.Distinct()];
    }

    private static bool MayHoldDefinitions(Type type) =>
        type.Name == "ErrorDefinition" || (type.IsGenericType && type.GetGenericArguments().Any(argument => argument.Name == "ErrorDefinition"))
        || (type.IsArray && type.GetElementType()!.Name == "ErrorDefinition");

    private static IEnumerable<Definition> Held(FieldInfo field) => field.GetValue(null) switch
    {
        IDictionary map => map.Values.Cast<object>().Select(Read),
        IEnumerable list => list.Cast<object>().Select(Read),
        { } single => [Read(single)],
        null => [],
    };

    // The staged assemblies live in a load context of their own, so that their types are only known by name here.
    private static Definition Read(object definition)
    {
        string Text(string name) => definition.GetType().GetProperty(name)!.GetValue(definition)!.ToString()!;
        return new(Text("Id"), Text("Kind"), Text("Cause"), Text("Cure"));
    }

    private sealed record Definition(string Id, string Kind, string Cause, string Cure);

    private sealed class StagedAssemblies(string folder) : AssemblyLoadContext(isCollectible: true)
    {
        protected override Assembly? Load(AssemblyName name) =>
            Path.Join(folder, name.Name + ".dll") is { } path && File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
