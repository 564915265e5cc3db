using System.Text;
using System.Text.RegularExpressions;

namespace ModelSigning.Host;

/// <summary>
/// The piece of PowerShell that calls a script file with the arguments of the command line and hands on its exit code, as
/// <c>pwsh -File</c> does. Values travel in a variable and never as text, so that none of them can be taken for code.
/// </summary>
internal static partial class ScriptCall
{
    private const string Head = "param($__script, $__arguments) $global:LASTEXITCODE = 0; & $__script";

    // 'exit' ends the called script alone and fails the call. A call that fails without it is a script that could not be
    // started, or one whose last command wrote an error, which pwsh does not count.
    private const string Tail = """
        ; if (-not $?) {
            if ($LASTEXITCODE) { exit $LASTEXITCODE }
            if ($Error[0].Exception -is [System.Management.Automation.ParseException] -or
                $Error[0].Exception -is [System.Management.Automation.ScriptRequiresException]) { exit 1 }
        }
        """;

    /// <summary>
    /// Writes the call. <c>-Name</c> is a parameter, <c>-Name:true</c> and <c>-Name:$false</c> set a switch, <c>-Name:value</c>
    /// hands over a value, anything else is a value.
    /// </summary>
    /// <param name="arguments">The arguments of the command line, after the script's path.</param>
    /// <param name="values">What the text's second parameter is to be; its first is the script's path.</param>
    public static string Text(IReadOnlyList<string> arguments, out object[] values)
    {
        List<object> handed = [];
        StringBuilder text = new(Head);
        foreach (string argument in arguments)
        {
            Match parameter = Parameter().Match(argument);
            Group value = parameter.Groups["value"];
            text.Append(' ').Append(parameter.Groups["name"].Value);
            if (!parameter.Success || value.Success)
            {
                text.Append(value.Success ? ":" : "").Append("$__arguments[").Append(handed.Count).Append(']');
                handed.Add(value.Success ? Value(value.Value) : argument);
            }
        }

        values = [.. handed];
        return text.Append(Tail).ToString();
    }

    private static object Value(string text) => text.TrimStart('$').ToLowerInvariant() switch
    {
        "true" => true,
        "false" => false,
        _ => text,
    };

    [GeneratedRegex(@"^(?<name>-[\p{L}_][\p{L}\p{Nd}_]*)(:(?<value>.+))?\z", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Parameter();
}
