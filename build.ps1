<#
.SYNOPSIS
Builds, tests and packages the module. It only strings commands together; nothing in the README needs it.

.DESCRIPTION
It runs in PowerShell 7.6. Where none is installed, the .NET SDK runs it in the one that the project restores:

    dotnet run --project src/ModelSigning.Host -- build.ps1 -Task Package

Package makes, below the output folder, ModelSigning/VERSION as a gallery publishes it, ModelSigning.VERSION.nupkg of that folder, and
host/RUNTIME, a folder with PowerShell and the module for containers, which needs nothing that is installed.

.PARAMETER Task
Build, Test, Pester, Package, PublicApi, or several. PublicApi writes the public members of the libraries into their PublicAPI.Unshipped.txt. Test includes the Pester suite; Pester runs it alone, in this PowerShell. The environment variable
MODELSIGNING_MANIFEST names the manifest that it tests, which is the checkout's by default.

.PARAMETER Output
Where packages go.

.PARAMETER PrivateKey
The key that signs the packaged module, with the module itself.

.PARAMETER Sigstore
Signs the packaged module with Sigstore instead, with the identity of the CI job or of whoever signs in. Without either it is not signed.

.PARAMETER Runtime
The runtime identifier of the PowerShell for containers, such as linux-arm64; the one of this machine by default.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Pester', 'Package', 'PublicApi')]
    [string[]] $Task = 'Build',
    [string] $Output = "$PSScriptRoot/output",
    [string] $PrivateKey,
    [switch] $Sigstore,
    [string] $Runtime = [Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier
)
$ErrorActionPreference = 'Stop'

function Invoke-Dotnet {
    & dotnet @args
    if ($LASTEXITCODE) { throw "'dotnet $args' ended with exit code $LASTEXITCODE." }
}

function Invoke-Suite {
    & "$PSScriptRoot/tests/Pester/suite.ps1"
    if ($LASTEXITCODE) { throw 'The Pester suite did not pass.' }
}

# What the analyzer says is missing from the list of public members, or is no longer there.
function Update-PublicApi {
    $said = Invoke-Dotnet build "$PSScriptRoot/src/ModelSigning.Sigstore" --no-incremental '-p:RunAnalyzers=true' '-p:WarningsNotAsErrors="RS0016;RS0017;RS0025"'
    foreach ($project in 'ModelSigning.Core', 'ModelSigning.Sigstore') {
        $path = "$PSScriptRoot/src/$project/PublicAPI.Unshipped.txt"
        $new, $gone = foreach ($rule in 'RS0016', 'RS0017') {
            , @($said -match "$rule.*[\\/]$project\.csproj]" -replace "^.*?${rule}: Symbol '(.*)' is (not )?part of the declared.*$", '$1')
        }
        $lines = [Collections.Generic.SortedSet[string]]::new([string[]](@(Get-Content $path) -ne '#nullable enable'), [StringComparer]::Ordinal)
        $lines.ExceptWith([string[]]$gone)
        $lines.UnionWith([string[]]$new)
        [IO.File]::WriteAllText($path, ((@('#nullable enable') + $lines) -join "`n") + "`n")
    }
}

function New-Package {
    # Whatever an earlier build staged is gone; two builds of one commit make the same bytes, wherever they run.
    if (Test-Path "$PSScriptRoot/module/bin") { Remove-Item "$PSScriptRoot/module/bin" -Recurse -Force }
    Invoke-Dotnet build "$PSScriptRoot/src/ModelSigning.Packaging" --configuration Release '-p:ContinuousIntegrationBuild=true'
    $packaging = "$PSScriptRoot/src/ModelSigning.Packaging/bin/Release/net10.0/ModelSigning.Packaging.dll"
    Invoke-Dotnet exec $packaging folder $Output
    $folder = (Get-ChildItem "$Output/ModelSigning" -Directory).FullName
    if ($IsWindows -and (Get-Command New-FileCatalog -ErrorAction Ignore)) {
        $null = New-FileCatalog -Path $folder -CatalogFilePath "$folder/ModelSigning.cat" -CatalogVersion 2
    }
    Import-Module "$folder/ModelSigning.psd1"
    if ($PrivateKey) { New-ModelSignature -LiteralPath $folder -PrivateKey $PrivateKey }
    elseif ($Sigstore) { New-ModelSignature -LiteralPath $folder -Sigstore }
    Invoke-Dotnet exec $packaging pack $Output
    Invoke-Dotnet publish "$PSScriptRoot/src/ModelSigning.Host" --configuration Release "-p:HostRuntime=$Runtime" `
        '-p:ContinuousIntegrationBuild=true' --output "$Output/host/$Runtime"
    Assert-CompiledInAdvance "$Output/host/$Runtime"
}

# A host whose module is not compiled in advance works, and takes half as long again to sign a small file.
function Assert-CompiledInAdvance([string]$Folder) {
    $ours = Get-ChildItem -LiteralPath $Folder -Recurse -Include 'pwsh.dll', 'ModelSigning*.dll'
    foreach ($path in $ours.FullName) {
        $reader = [Reflection.PortableExecutable.PEReader]::new([IO.File]::OpenRead($path))
        try { $compiled = $reader.PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size -gt 0 }
        finally { $reader.Dispose() }
        if (-not $compiled) { throw "'$path' is not compiled in advance." }
    }
    if (@($ours).Count -lt 5) { throw "'$Folder' lacks assemblies of the module." }
}

switch ($Task) {
    'Build' { Invoke-Dotnet build "$PSScriptRoot/ModelSigning.sln" }
    'Test' { Invoke-Dotnet test "$PSScriptRoot/ModelSigning.sln" }
    'Pester' { Invoke-Suite }
    'PublicApi' { Update-PublicApi }
    'Package' { New-Package }
}
