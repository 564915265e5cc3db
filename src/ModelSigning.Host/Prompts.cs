using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ModelSigning.Host;

/// <summary>Questions to the user, on the standard error so that they never end up in redirected output.</summary>
/// <param name="interactive">Without it every question is an error, as with <c>pwsh -NonInteractive</c>.</param>
internal sealed class Prompts(bool interactive)
{
    /// <summary>Reads a line.</summary>
    /// <exception cref="PSInvalidOperationException">The host is not interactive, or the input has ended.</exception>
    public string ReadLine()
    {
        RequireUser();
        return Console.ReadLine() ?? throw new PSInvalidOperationException("The input has ended; there is nobody to answer.");
    }

    /// <summary>Reads a line without showing it and without ever holding it as a string, unless the input is redirected.</summary>
    /// <exception cref="PSInvalidOperationException">The host is not interactive, or the input has ended.</exception>
    public SecureString ReadSecret()
    {
        RequireUser();
        return SecretLine.Read();
    }

    /// <summary>Asks for the values of mandatory parameters.</summary>
    public Dictionary<string, PSObject> Fields(string caption, string message, Collection<FieldDescription> descriptions)
    {
        RequireUser();
        Head(caption, message);
        return descriptions.ToDictionary(field => field.Name, field => PSObject.AsPSObject(Field(field)));
    }

    /// <summary>Asks for one of several choices, by the letter that is marked in its label or by the whole label.</summary>
    /// <returns>The index that was chosen; an empty line chooses the default, if that is not negative.</returns>
    public int Choice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        RequireUser();
        Head(caption, message);
        ChoiceLabel[] labels = [.. choices.Select(choice => ChoiceLabel.Parse(choice.Label))];
        string defaultText = defaultChoice < 0 ? "" : $" (default is \"{labels[defaultChoice].Key}\")";
        while (true)
        {
            Console.Error.Write($"{string.Join("  ", labels.Select(label => $"[{label.Key}] {label.Text}"))}  [?] Help{defaultText}: ");
            string answer = ReadLine().Trim();
            int chosen = answer.Length == 0 ? defaultChoice : Array.FindIndex(labels, label => label.IsNamedBy(answer));
            if (chosen >= 0)
            {
                return chosen;
            }

            for (int index = 0; answer == "?" && index < choices.Count; index++)
            {
                Console.Error.WriteLine($"{labels[index].Key} - {choices[index].HelpMessage}");
            }
        }
    }

    /// <summary>Asks for a user's name, unless it is known, and a password.</summary>
    public PSCredential Credential(string caption, string message, string userName)
    {
        RequireUser();
        Head(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            Console.Error.Write("User: ");
            userName = ReadLine();
        }

        Console.Error.Write($"Password for user {userName}: ");
        return new PSCredential(userName, ReadSecret());
    }

    private object Field(FieldDescription field)
    {
        Type type = Type.GetType(field.ParameterAssemblyFullName) ?? typeof(string);
        if (type == typeof(PSCredential))
        {
            return Credential("", field.Name, "");
        }

        if (type != typeof(string) && type.IsArray)
        {
            return LanguagePrimitives.ConvertTo(List(field.Name), type, CultureInfo.InvariantCulture);
        }

        Console.Error.Write($"{field.Name}: ");
        return type == typeof(SecureString) ? ReadSecret() : LanguagePrimitives.ConvertTo(ReadLine(), type, CultureInfo.InvariantCulture);
    }

    // An empty line ends a list, as in pwsh.
    private string[] List(string name)
    {
        List<string> values = [];
        while (true)
        {
            Console.Error.Write($"{name}[{values.Count}]: ");
            string value = ReadLine();
            if (value.Length == 0)
            {
                return [.. values];
            }

            values.Add(value);
        }
    }

    private void RequireUser()
    {
        if (!interactive)
        {
            throw new PSInvalidOperationException("A command asks the user a question, and -NonInteractive forbids it. Give the value as a parameter.");
        }
    }

    private static void Head(params IEnumerable<string> lines)
    {
        foreach (string line in lines.Where(line => !string.IsNullOrEmpty(line)))
        {
            Console.Error.WriteLine(line);
        }
    }
}
