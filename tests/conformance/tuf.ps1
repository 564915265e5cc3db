<#
.SYNOPSIS
Answers the public TUF client conformance protocol with Update-SigstoreTrust.

.DESCRIPTION
    --metadata-dir DIR init TRUSTED_ROOT
    --metadata-dir DIR --metadata-url URL refresh
    --metadata-dir DIR --metadata-url URL --target-name PATH [--target-name PATH ...] --target-base-url URL --target-dir DIR download

Exit code 0: done. 1: refused, with the reason on the standard error; also for a command line that cannot be used, because the protocol
knows no other code.
#>
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
Import-Module "$PSScriptRoot/../../ModelSigning.psd1"

$flags = @{
    '--metadata-dir' = 'MetadataPath'
    '--metadata-url' = 'Url'
    '--target-name' = 'TargetName'
    '--target-base-url' = 'TargetUrl'
    '--target-dir' = 'TargetPath'
}

try {
    $parameters = @{}
    $names = @()
    $words = @()
    for ($index = 0; $index -lt $args.Count; $index++) {
        $name = [string] $args[$index]
        if (-not $name.StartsWith('--')) { $words += $name; continue }
        if (-not $flags.ContainsKey($name)) { throw "'$name' is no flag of this adapter." }
        if (++$index -ge $args.Count) { throw "$name is followed by a value." }
        if ($name -eq '--target-name') { $names += [string] $args[$index] } else { $parameters[$flags[$name]] = [string] $args[$index] }
    }
    switch ($words[0]) {
        'init' {
            $parameters.Remove('Url')
            $null = Update-SigstoreTrust @parameters -RootPath $words[1] -Confirm:$false
        }
        'refresh' { $null = Update-SigstoreTrust -MetadataPath $parameters.MetadataPath -Url $parameters.Url -Confirm:$false }
        'download' { $null = Update-SigstoreTrust @parameters -TargetName $names -Confirm:$false }
        default { throw "'$($words[0])' is no command; init, refresh and download are." }
    }
}
catch {
    [Console]::Error.WriteLine("$($_.FullyQualifiedErrorId.Split(',')[0]): $($_.Exception.Message)")
    exit 1
}
exit 0
