// PowerShell's own console. It reads these variables later: the host sends no telemetry and does not ask for updates.
Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
Environment.SetEnvironmentVariable("POWERSHELL_UPDATECHECK", "Off");
return Microsoft.PowerShell.UnmanagedPSEntry.Start(args, args.Length);
