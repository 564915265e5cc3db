<#
.SYNOPSIS
Builds the package twice, in two folders, and compares every byte.

.DESCRIPTION
The commit that is checked out is cloned twice, so that neither the folder's name nor anything left over from earlier builds takes
part. It runs in the script host and in pwsh, and ends with exit code 0 only if both packages are the same.
#>
$ErrorActionPreference = 'Stop'
$root = [IO.Path]::GetFullPath("$PSScriptRoot/..")
$work = [IO.Directory]::CreateTempSubdirectory('modelsigning-reproducible-').FullName

function Invoke-Native([string] $Command) {
    & $Command @args | Out-Host
    if ($LASTEXITCODE) { throw "'$Command $args' ended with exit code $LASTEXITCODE." }
}

try {
    $digests = foreach ($name in 'first', 'a second one') {
        Invoke-Native git clone --quiet $root "$work/$name"
        Invoke-Native dotnet build "$work/$name/src/ModelSigning.Packaging" --configuration Release '-p:ContinuousIntegrationBuild=true' --verbosity quiet
        $packaging = "$work/$name/src/ModelSigning.Packaging/bin/Release/net10.0/ModelSigning.Packaging.dll"
        Invoke-Native dotnet exec $packaging folder "$work/$name/output"
        Invoke-Native dotnet exec $packaging pack "$work/$name/output"
        $package = [IO.Directory]::GetFiles("$work/$name/output", '*.nupkg')[0]
        [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData([IO.File]::ReadAllBytes($package)))
    }
    if ($digests[0] -ne $digests[1]) { throw "Two builds differ: SHA-256 $($digests[0]) and $($digests[1])." }
    Write-Host "Two builds made the same package, SHA-256 $($digests[0])."
}
finally {
    [IO.Directory]::Delete($work, $true)
}
