<#
.SYNOPSIS
Proves and measures the GPU code on a Windows machine that has a driver and nothing else of ours: no .NET, no PowerShell 7, no network.

.DESCRIPTION
The same as "gpu.sh run", in the unpacked archive that "tests/gpu.sh pack FILE.tar.xz win-x64" makes:

    .\host\pwsh.exe -NoProfile -ExecutionPolicy Bypass -File gpu.ps1 [DEVICE] [GIBIBYTES] [SECONDS]      by default cuda:0, 8 GiB, 360 seconds

It ends with one table. It stops at the end of its time, and says what it did not come to. The exit code is 0 if all that ran was right. See docs/gpu.md.
#>
param([string] $Device = 'cuda:0', [double] $Gibibytes = 8, [int] $Seconds = 360)
$ErrorActionPreference = 'Stop'
$env:DOTNET_SYSTEM_GLOBALIZATION_INVARIANT = 1
$env:POWERSHELL_TELEMETRY_OPTOUT = 1
$env:NO_COLOR = 1
$clock = [Diagnostics.Stopwatch]::StartNew()
$program = $IsWindows ? '.exe' : ''
$work = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) "gpu-$([IO.Path]::GetRandomFileName())")).FullName
$rows = [Collections.Generic.List[object]]::new()

function Add-Row([string] $Step, [string] $Result, [double] $Time, [string] $Detail) {
    $rows.Add([pscustomobject]@{ Step = $Step; Result = $Result; Time = '{0:0} s' -f $Time; Detail = $Detail })
}

# Each step gets half of the time that is left, so that a slow one leaves the others theirs. Returns what it wrote.
function Invoke-Step([string] $Name, [string] $File, [string[]] $Arguments) {
    $left = $Seconds - $clock.Elapsed.TotalSeconds
    if ($left -le 0) {
        Add-Row $Name 'not run' 0 'no time was left'
        return
    }
    $started = $clock.Elapsed.TotalSeconds
    $start = [Diagnostics.ProcessStartInfo]::new($File, $Arguments)
    $start.WorkingDirectory = $PSScriptRoot
    $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    $output, $errors = $process.StandardOutput.ReadToEndAsync(), $process.StandardError.ReadToEndAsync()
    $ended = $process.WaitForExit([int][Math]::Max(1000, $left * 500))
    if (-not $ended) {
        $process.Kill($true)
        $process.WaitForExit()
    }
    $lines = ($output.Result + $errors.Result) -split '\r?\n'
    $detail = $lines -match '^ +ModelSigning[^ ]* +Total:|^RESULT |digests (agree|DIFFER)|DIGESTS DIFFER' | Select-Object -Last 1
    Add-Row $Name ($ended ? ($process.ExitCode -eq 0 ? 'passed' : 'FAILED') : 'out of time') ($clock.Elapsed.TotalSeconds - $started) ("$detail".Trim() -replace '^RESULT ')
    $lines
}

function Invoke-Shell([string] $Name, [string[]] $Arguments) {
    Invoke-Step $Name "$PSScriptRoot/host/pwsh$program" (@('-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass') + $Arguments)
}

try {
    (Invoke-Step 'tests of the devices at hand' "$PSScriptRoot/app/ModelSigning.Gpu.Tests$program" '-noColor') -match '\[FAIL\]'
    Invoke-Shell 'devices' '-Command', "
        `$devices = Get-ModelHashDevice -NoMeasurement
        `$devices | Format-Table | Out-String -Width 200
        exit [int](-not (`$devices | Where-Object Device -eq '$Device'))"
    $null = Invoke-Shell "sign and verify, $Gibibytes GiB, blake3" '-File', "$PSScriptRoot/gpu-model.ps1", $Device, $work, $Gibibytes
    Remove-Item "$work/model" -Recurse -Force -ErrorAction Ignore
    Invoke-Step 'benchmark' "$PSScriptRoot/benchmark/GpuBenchmark$program" $Device, $work, $Gibibytes
    if ((Get-Command nvcc -ErrorAction Ignore) -and (Test-Path "$PSScriptRoot/anchor.cu")) {
        $null = Invoke-Step 'yardstick: compile' (Get-Command nvcc).Source '-O3', '-arch=native', '-o', "$work/anchor$program", "$PSScriptRoot/anchor.cu"
        Invoke-Step 'yardstick: run' "$work/anchor$program" @()
    }
    else {
        Add-Row 'yardstick' 'not run' 0 'no nvcc, or no anchor.cu beside this script'
    }
    $rows | Format-Table | Out-String -Width 200
}
finally {
    Remove-Item $work -Recurse -Force -ErrorAction Ignore
}
exit [int]($rows.Result -contains 'FAILED')
