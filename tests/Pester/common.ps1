# What the suite's files share: the staged module, imported by its manifest, and things to sign. Dot-source it in BeforeAll.
$ErrorActionPreference = 'Stop'
$repository = (Resolve-Path "$PSScriptRoot/../..").Path
$manifest = if ($env:MODELSIGNING_MANIFEST) { $env:MODELSIGNING_MANIFEST } else { "$repository/ModelSigning.psd1" }
Import-Module $manifest

function New-SampleModel([string] $Path) {
    $null = New-Item "$Path/weights" -ItemType Directory -Force
    Set-Content -LiteralPath "$Path/config.json" -Value '{"hidden_size":8}' -NoNewline
    Set-Content -LiteralPath "$Path/weights/model.bin" -Value ('w' * 5000) -NoNewline
    (Get-Item -LiteralPath $Path).FullName
}

function New-SampleKey([string] $Path) {
    New-ModelSigningKey $Path -NoPassword -Force
}

function ConvertTo-Secret([string] $Text) {
    ConvertTo-SecureString $Text -AsPlainText -Force
}

# Runs a command that must fail and write no object, and returns its first error.
function Get-Refusal([scriptblock] $Command) {
    $ErrorActionPreference = 'Continue'
    $output = @(try { & $Command 2>&1 } catch { $_ })
    $output | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] } | Should -BeNullOrEmpty
    $output | Should -Not -BeNullOrEmpty
    $output[0]
}
