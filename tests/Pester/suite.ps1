<#
.SYNOPSIS
Runs files of the Pester suite with the version of Pester that the project restores.

.DESCRIPTION
The module that is tested is the checkout's, or the one whose manifest the environment variable MODELSIGNING_MANIFEST names. The exit code is 0 if
no test failed, 1 if one failed, and 3 if Pester could not be restored. dotnet test runs the whole suite (PesterTests); while you work on a file, run that file alone:

    dotnet run --project src/ModelSigning.Host -- tests/Pester/suite.ps1 Get-ModelManifest

.PARAMETER Name
The names of the files without .Tests.ps1; wildcards are allowed.

.PARAMETER ResultPath
A file that the result of each test is written to, as JSON.
#>
[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(ValueFromRemainingArguments)]
    [SupportsWildcards()]
    [string[]] $Name = '*',
    [string] $ResultPath
)
$ErrorActionPreference = 'Stop'

$version = ([xml] (Get-Content "$PSScriptRoot/Pester.csproj" -Raw)).SelectSingleNode('//PackageDownload').GetAttribute('Version').Trim('[]')
if (-not (Get-Command dotnet -CommandType Application -ErrorAction Ignore)) { throw 'dotnet, the .NET SDK, was not found. Install it: it restores Pester.' }
$packages = ((dotnet nuget locals global-packages --list) -replace '^[^:]*: ').Trim()
$pester = "$packages/pester/$version/tools/Pester.psd1"
if (-not (Test-Path -LiteralPath $pester)) {
    $output = dotnet restore "$PSScriptRoot/Pester.csproj"
    if ($LASTEXITCODE) {
        [Console]::Error.WriteLine("Pester $version could not be restored: $output")
        exit 3
    }
}
Import-Module $pester

$files = foreach ($word in $Name) {
    $found = @(Get-ChildItem "$PSScriptRoot/$word.Tests.ps1" -ErrorAction Ignore)
    if (-not $found) { throw "No file of the suite is called '$word.Tests.ps1'." }
    $found.FullName
}
$configuration = New-PesterConfiguration
$configuration.Run.Path = @($files | Sort-Object -Unique)
$configuration.Run.PassThru = $true
$run = Invoke-Pester -Configuration $configuration

# A file that cannot be read or whose BeforeAll fails has no tests of its own to blame.
$results = @(
    foreach ($test in $run.Tests) {
        $file = Split-Path $test.ScriptBlock.File -Leaf
        @{ File = $file; Name = $test.ExpandedPath; Result = "$($test.Result)"; Message = "$($test.ErrorRecord)" }
    }
    foreach ($container in $run.FailedContainers) {
        @{ File = Split-Path "$($container.Item)" -Leaf; Name = 'The whole file'; Result = 'Failed'; Message = "$($container.ErrorRecord)" }
    }
    foreach ($block in $run.FailedBlocks) {
        @{ File = Split-Path $block.ScriptBlock.File -Leaf; Name = $block.ExpandedPath; Result = 'Failed'; Message = "$($block.ErrorRecord)" }
    }
)
if ($ResultPath) { ConvertTo-Json $results | Set-Content -LiteralPath $ResultPath }
exit [int] ($run.Result -ne 'Passed')
