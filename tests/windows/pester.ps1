# Runs the Pester suite with a Pester that lies at a path, because Wine has no .NET SDK to restore one. Writes one line for each test that failed.
param([Parameter(Mandatory)][string] $Pester, [Parameter(Mandatory)][string] $ResultPath)
$ErrorActionPreference = 'Stop'
Import-Module $Pester
$configuration = New-PesterConfiguration
$configuration.Run.Path = (Resolve-Path "$PSScriptRoot/../Pester").Path
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'None'
$run = Invoke-Pester -Configuration $configuration

# What went wrong, for the log.
@($run.Failed) + @($run.FailedContainers) + @($run.FailedBlocks) | ForEach-Object {
    Write-Host "FAILED $($_.ExpandedPath ?? $_.Item): $("$($_.ErrorRecord.Exception.Message | Select-Object -First 1)" -replace '\s+', ' ')"
}
$failed = @(
    $run.Failed | ForEach-Object { "$(Split-Path $_.ScriptBlock.File -Leaf): $($_.ExpandedPath)" }
    $run.FailedContainers | ForEach-Object { "$(Split-Path "$($_.Item)" -Leaf): the whole file" }
    $run.FailedBlocks | ForEach-Object { "$(Split-Path $_.ScriptBlock.File -Leaf): $($_.ExpandedPath)" }
)
[IO.File]::WriteAllLines($ResultPath, [string[]] (@("$($run.PassedCount) passed, $($run.FailedCount) failed, $($run.SkippedCount) skipped") + $failed))
