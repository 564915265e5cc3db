<#
.SYNOPSIS
Writes the embedded trust from an unpacked npm package @sigstore/tuf.
.PARAMETER Package
The folder that holds the package's package.json and seeds.json.
.PARAMETER Published
When the package was published, as RFC 3339 writes it.
#>
param(
    [Parameter(Mandatory)] [string] $Package,
    [Parameter(Mandatory)] [string] $Published
)

$ErrorActionPreference = 'Stop'
$repository = 'https://tuf-repo-cdn.sigstore.dev'
$version = (Get-Content -Raw -LiteralPath (Join-Path $Package 'package.json') | ConvertFrom-Json).version
$seed = (Get-Content -Raw -LiteralPath (Join-Path $Package 'seeds.json') | ConvertFrom-Json).$repository

function Save-Base64([string] $Name, [string] $Text) {
    $content = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Text)).TrimEnd("`n") + "`n"
    [IO.File]::WriteAllText((Join-Path $PSScriptRoot $Name), $content)
}

Save-Base64 'root.json' $seed.'root.json'
Save-Base64 'trusted_root.json' $seed.targets.'trusted_root.json'
$dated = "{`n  `"taken`": `"$Published`",`n  `"source`": `"npm package @sigstore/tuf $version, seeds.json`",`n  `"repository`": `"$repository`"`n}`n"
[IO.File]::WriteAllText((Join-Path $PSScriptRoot 'embedded.json'), $dated)
