<#
.SYNOPSIS
Records the terminal session that README.md shows, as session.svg beside this script.

.DESCRIPTION
The commands run for real, in a temporary folder; what they write is drawn with its colors. Run it again after a change of the views:

    dotnet run --project src/ModelSigning.Host -- docs/images/session.ps1
#>
[CmdletBinding()]
param([int] $Width = 100)
$ErrorActionPreference = 'Continue'
$PSStyle.OutputRendering = 'Ansi'
$ProgressPreference = 'SilentlyContinue'

$steps = @(
    'New-ModelSigningKey ./release.key -NoPassword | Format-List'
    'New-ModelSignature ./model -PrivateKey ./release.key'
    'Test-ModelSignature ./model -PublicKey ./release.pub'
    '# Somebody changes the weights and adds a file.'
    "Set-Content ./model/model.safetensors 'other weights'; Set-Content ./model/setup.py 'import os'"
    'Test-ModelSignature ./model -PublicKey ./release.pub'
)

# The SGR codes that PowerShell's views use (ECMA-48, 8.3.117), as classes of the style sheet below.
$classes = @{ '1' = 'bold'; '2' = 'dim'; '3' = 'italic'; '31' = 'red'; '32' = 'green'; '33' = 'yellow'; '36' = 'cyan'; '91' = 'red'; '92' = 'green'; '93' = 'yellow'; '96' = 'cyan' }

function ConvertTo-Span([string] $Line) {
    $current = [Collections.Generic.List[string]]::new()
    $spans = foreach ($part in [regex]::Split($Line, '(\e\[[0-9;]*m)')) {
        if ($part -match '^\e\[([0-9;]*)m$') {
            foreach ($code in $Matches[1].Split(';')) {
                if ($code -in '', '0') { $current.Clear() } elseif ($classes[$code]) { $current.Add($classes[$code]) }
            }
        }
        elseif ($part) {
            $text = [Security.SecurityElement]::Escape($part)
            if ($current.Count) { "<tspan class=""$($current -join ' ')"">$text</tspan>" } else { $text }
        }
    }
    -join $spans
}

# A terminal breaks a line that is too long for it; only errors have such lines, and those have one color.
function Split-Row([string] $Line) {
    $plain = $Line -replace '\e\[[0-9;]*m'
    if ($plain.Length -le $Width) { return $Line }
    $color = if ($Line -match '\e\[[0-9;]*m') { $Matches[0] }
    for ($start = 0; $start -lt $plain.Length; $start += $Width) { "$color$($plain.Substring($start, [Math]::Min($Width, $plain.Length - $start)))" }
}

$folder = (New-Item -ItemType Directory (Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName()))).FullName
$lines = [Collections.Generic.List[string]]::new()
Push-Location $folder
try {
    $null = New-Item -ItemType Directory ./model
    Set-Content ./model/config.json '{"architectures":["Demo"]}'
    Set-Content ./model/model.safetensors 'weights'
    foreach ($step in $steps) {
        $lines.Add((ConvertTo-Span "$([char]27)[32mPS> $([char]27)[0m$step"))
        if ($step[0] -eq '#') { continue }
        $output = & { . ([scriptblock]::Create($step)) 2>&1 } | Out-String -Width $Width
        $written = $output.Replace($folder, '~').TrimEnd() -split '\r?\n'
        if ($written -join '') { foreach ($line in $written) { foreach ($row in Split-Row $line.TrimEnd()) { $lines.Add((ConvertTo-Span $row)) } } }
        $lines.Add('')
    }
}
finally {
    Pop-Location
    Remove-Item -Recurse -Force $folder
}

$height = 24 + 18 * $lines.Count
$text = for ($index = 0; $index -lt $lines.Count; $index++) { "  <text x=""16"" y=""$(28 + 18 * $index)"" xml:space=""preserve"">$($lines[$index])</text>" }
$svg = @"
<svg xmlns="http://www.w3.org/2000/svg" width="$(32 + 8 * $Width)" height="$height" role="img" aria-label="A terminal session: a model is signed and verified, and refused after a change">
  <style>
    text { font: 13px ui-monospace, 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; fill: #e6e6e6; }
    .bold { font-weight: bold; } .dim { opacity: 0.7; } .italic { font-style: italic; }
    .red { fill: #ff7b72; } .green { fill: #7ee787; } .yellow { fill: #e3b341; } .cyan { fill: #79c0ff; }
  </style>
  <rect width="100%" height="100%" rx="8" fill="#0d1117"/>
$($text -join "`n")
</svg>
"@
[IO.File]::WriteAllText((Join-Path $PSScriptRoot 'session.svg'), $svg.ReplaceLineEndings("`n") + "`n")
