<#
.SYNOPSIS
Builds the package twice, in two folders, and compares every byte.

.DESCRIPTION
The commit that is checked out is cloned twice, so that neither the folder's name nor anything left over from earlier builds takes
part, and packaged in each clone by build.ps1. The module's folder, its .nupkg and the PowerShell for containers must be the same. It ends
with exit code 0 only if they are.
#>
$ErrorActionPreference = 'Stop'
$root = [IO.Path]::GetFullPath("$PSScriptRoot/..")
$work = [IO.Directory]::CreateTempSubdirectory('modelsigning-reproducible-').FullName

function Invoke-Native([string] $Command) {
    & $Command @args | Out-Host
    if ($LASTEXITCODE) { throw "'$Command $args' ended with exit code $LASTEXITCODE." }
}

function Get-Digest([string] $Folder) {
    $digests = @{}
    foreach ($path in [IO.Directory]::GetFiles($Folder, '*', 'AllDirectories')) {
        $stream = [IO.File]::OpenRead($path)
        try { $digests[[IO.Path]::GetRelativePath($Folder, $path)] = [Convert]::ToHexString([Security.Cryptography.SHA256]::HashData($stream)) }
        finally { $stream.Dispose() }
    }
    $digests
}

try {
    $from = $root
    $first, $second = foreach ($name in 'first', 'a second one') {
        # The second is a clone of the first, so that a commit made meanwhile is in neither.
        Invoke-Native git clone --quiet $from "$work/$name"
        $from = "$work/$name"
        Invoke-Native dotnet run --project "$work/$name/src/ModelSigning.Host" '--' "$work/$name/build.ps1" -Task Package
        Get-Digest "$work/$name/output"
    }
    $paths = @($first.Keys) + @($second.Keys | Where-Object { -not $first.ContainsKey($_) })
    $different = @($paths | Where-Object { $first[$_] -ne $second[$_] })
    if ($different) { throw "Two builds differ in $($different.Count) of $($paths.Count) files: $($different -join ', ')" }
    foreach ($path in @($first.Keys)) {
        if ($path -like '*.nupkg') { Write-Host "$($first[$path])  $path" }
    }
    Write-Host "Two builds made the same $($first.Count) files."
}
finally {
    # Git writes its objects read-only, which Windows does not delete.
    foreach ($path in [IO.Directory]::GetFiles($work, '*', 'AllDirectories')) { [IO.File]::SetAttributes($path, 'Normal') }
    [IO.Directory]::Delete($work, $true)
}
