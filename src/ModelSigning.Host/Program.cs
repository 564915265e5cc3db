using ModelSigning.Host;

// PowerShell's engine reads this when it is first touched, which is after this line: nothing is measured and nothing is written.
Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

CommandLine commandLine;
try
{
    commandLine = CommandLine.Parse(args);
}
catch (UsageException refusal)
{
    Console.Error.WriteLine(refusal.Message);
    Console.Error.WriteLine("Run it with --help to see what it does.");
    return ExitCodes.Usage;
}

switch (commandLine)
{
    case HelpCommandLine:
        Console.Out.Write(HelpText.Read());
        return ExitCodes.Success;
    case VersionCommandLine:
        Console.Out.WriteLine(HelpText.Version);
        return ExitCodes.Success;
    case ScriptCommandLine script:
        return ScriptRunner.Run(script);
    default:
        throw new InvalidOperationException("A command line that nothing runs.");
}
