<#
.SYNOPSIS
Builds and tests the module. It only strings commands together; nothing in the README needs it.

.EXAMPLE
./build.ps1 -Task Build, Test
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test')]
    [string[]] $Task = 'Build'
)
$ErrorActionPreference = 'Stop'

function Invoke-Dotnet {
    & dotnet @args
    if ($LASTEXITCODE) { throw "'dotnet $args' ended with exit code $LASTEXITCODE." }
}

switch ($Task) {
    'Build' { Invoke-Dotnet build "$PSScriptRoot/ModelSigning.sln" }
    'Test' { Invoke-Dotnet test "$PSScriptRoot/ModelSigning.sln" }
}
