<#
.SYNOPSIS
Proves and measures the GPU code on a Windows machine that has a driver and nothing else of ours: no .NET, no PowerShell 7, no network.

.DESCRIPTION
The same as "gpu.sh run", in the unpacked archive that "tests/gpu.sh pack FILE.tar.xz win-x64" makes:

    .\host\pwsh.exe -NoProfile -ExecutionPolicy Bypass -File gpu.ps1 [DEVICE] [GIBIBYTES] [SECONDS]      by default cuda:0, 8 GiB, 360 seconds

It ends with one table. It stops at the end of its time, and says what it did not come to. The exit code is 0 if every step passed (the yardstick may be
absent), 1 if one was wrong, and 3 if none was wrong but the time was over. See docs/gpu.md.
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

# Each step gets half of the time that is left, so that a slow one leaves the others theirs. It passes only if its exit code is 0 and it wrote what $Says
# matches, which a program that did nothing does not, and nothing that $Absent matches. Returns what it wrote.
function Invoke-Step([string] $Name, [string] $Says, [string] $File, [string[]] $Arguments, [string] $Absent) {
    $left = $Seconds - $clock.Elapsed.TotalSeconds
    if ($left -le 0) {
        Add-Row $Name 'not run' 0 'no time was left'
        return
    }
    $started = $clock.Elapsed.TotalSeconds
    $start = [Diagnostics.ProcessStartInfo]::new($File, $Arguments)
    $start.WorkingDirectory = $PSScriptRoot
    $start.RedirectStandardOutput = $start.RedirectStandardError = $true
    try { $process = [Diagnostics.Process]::Start($start) }
    catch {
        Add-Row $Name 'FAILED' 0 "$($_.Exception.InnerException.Message)"
        return
    }
    $output, $errors = $process.StandardOutput.ReadToEndAsync(), $process.StandardError.ReadToEndAsync()
    $ended = $process.WaitForExit([int][Math]::Max(1000, $left * 500))
    if (-not $ended) {
        $process.Kill($true)
        $process.WaitForExit()
    }
    $lines = ($output.Result + $errors.Result) -split '\r?\n'
    $detail = $lines -match '^ +ModelSigning[^ ]* +Total:|^RESULT |digests (agree|DIFFER)|DIGESTS DIFFER' | Select-Object -Last 1
    $passed = $process.ExitCode -eq 0 -and (-not $Says -or $lines -match $Says) -and -not ($Absent -and $lines -match $Absent)
    $result = -not $ended ? 'out of time' : $passed ? 'passed' : 'FAILED'
    Add-Row $Name $result ($clock.Elapsed.TotalSeconds - $started) ("$detail".Trim() -replace '^RESULT ')
    if ($result -ne 'passed') {
        Write-Host "--- $Name`: $result (exit code $($process.ExitCode))"
        $lines | Select-Object -Last 40 | Out-Host
    }
    $lines
}

function Invoke-Shell([string] $Name, [string] $Says, [string[]] $Arguments) {
    Invoke-Step $Name $Says "$PSScriptRoot/host/pwsh$program" (@('-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass') + $Arguments)
}

try {
    # A test of a device that is not there is skipped, which must not happen to the device that was asked for.
    $absent = switch -Wildcard ($Device) { 'cuda*' { 'This machine has no CUDA device' } 'opencl*' { 'This machine has no OpenCL device' } }
    (Invoke-Step 'tests of the devices at hand' 'Total: [1-9]' "$PSScriptRoot/app/ModelSigning.Gpu.Tests$program" '-noColor' $absent) -match '\[FAIL\]'
    Invoke-Shell 'devices' '.' '-Command', "
        `$devices = Get-ModelHashDevice -NoMeasurement
        `$devices | Format-Table | Out-String -Width 200
        exit [int](-not (`$devices | Where-Object Device -eq '$Device'))"
    $null = Invoke-Shell "sign and verify, $Gibibytes GiB, blake3" '^RESULT ' '-File', "$PSScriptRoot/gpu-model.ps1", $Device, $work, $Gibibytes
    Remove-Item "$work/model" -Recurse -Force -ErrorAction Ignore
    Invoke-Step 'benchmark' 'digests agree' "$PSScriptRoot/benchmark/GpuBenchmark$program" $Device, $work, $Gibibytes
    if ((Get-Command nvcc -ErrorAction Ignore) -and (Test-Path "$PSScriptRoot/anchor.cu")) {
        $null = Invoke-Step 'yardstick: compile' '' (Get-Command nvcc).Source '-O3', '-arch=native', '-o', "$work/anchor$program", "$PSScriptRoot/anchor.cu"
        Invoke-Step 'yardstick: run' '.' "$work/anchor$program" @()
    }
    else {
        Add-Row 'yardstick' 'not run' 0 'no nvcc, or no anchor.cu beside this script'
    }
    $rows | Format-Table | Out-String -Width 200
}
finally {
    Remove-Item $work -Recurse -Force -ErrorAction Ignore
}
exit ($rows.Result -contains 'FAILED' ? 1 : ($rows | Where-Object { $_.Result -eq 'out of time' -or $_.Detail -eq 'no time was left' }) ? 3 : 0)
