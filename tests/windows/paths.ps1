# Paths, sharing and names as only Windows has them, with the cmdlets in PowerShell for Windows. Writes one line for each step that did not do what it should.
param([Parameter(Mandatory)][string] $Module, [Parameter(Mandatory)][string] $ResultPath)
$ErrorActionPreference = 'Stop'
Import-Module $Module
$failed = [Collections.Generic.List[string]]::new()
$steps = 0

# What a step is to write, or the id of the error in which it is to end; of several, any.
function Step([string] $Name, [string[]] $Expected, [scriptblock] $Action) {
    $script:steps++
    try { $actual = (& $Action) -join ',' }
    catch { $actual = ($_.FullyQualifiedErrorId -split ',')[0] }
    if ($actual -cnotin $Expected) {
        Write-Host "$Name`: '$actual' instead of '$($Expected -join "' or '")'"
        $failed.Add("Paths: $Name")
    }
}

$work = Join-Path ([IO.Path]::GetTempPath()) "paths-$([IO.Path]::GetRandomFileName())"
$model = "$work\Model"
$all = 'Sub/B.txt,a.txt'
$null = New-Item "$model\Sub" -ItemType Directory -Force
Set-Content "$model\a.txt" 'a'
Set-Content "$model\Sub\B.txt" 'b'
Set-Location $work
try {
    Step 'a drive' $all { (Get-ModelManifest $model).Name }
    Step 'another case' $all { (Get-ModelManifest $model.ToLowerInvariant()).Name }
    Step 'slashes' $all { (Get-ModelManifest $model.Replace('\', '/')).Name }
    Step 'the prefix \\?\' $all { (Get-ModelManifest -LiteralPath "\\?\$model").Name }
    Step 'the prefix \\.\' $all { (Get-ModelManifest -LiteralPath "\\.\$model").Name }
    Step 'from the current folder of the drive' $all { (Get-ModelManifest "$($work.Substring(0, 2))Model").Name }
    Step 'from the root of the drive' $all { (Get-ModelManifest $model.Substring(2)).Name }
    Step 'a share' $all { (Get-ModelManifest -LiteralPath "\\localhost\$($model[0])`$$($model.Substring(2))").Name }
    Step 'a substituted drive' $all {
        $null = subst Q: $work
        try { (Get-ModelManifest -LiteralPath 'Q:\Model').Name }
        finally { $null = subst Q: /D }
    }
    Step 'a trailing dot, which Windows takes away' $all { (Get-ModelManifest -LiteralPath "$model.").Name }
    $refused = 'FileNameInvalid', 'ModelNotFound'
    Step 'a trailing dot that is meant' $refused { (Get-ModelManifest -LiteralPath "\\?\$model.").Name }
    Step 'a trailing space that is meant' $refused { (Get-ModelManifest -LiteralPath "\\?\$model ").Name }
    Step 'a stream' $refused { (Get-ModelManifest -LiteralPath "$model\a.txt:x").Name }
    Step 'a reserved name' $refused { (Get-ModelManifest -LiteralPath "$work\NUL").Name }
    Step 'a device' $refused { (Get-ModelManifest -LiteralPath '\\.\COM1').Name }
    $long = "$work\" + 'd' * 100
    $end = "$long\" + ('e' * 100 + '\') * 3
    $null = [IO.Directory]::CreateDirectory($end)
    [IO.File]::WriteAllText("$($end)f.bin", 'x')
    Step 'a long path' (('e' * 100 + '/') * 3 + 'f.bin') { (Get-ModelManifest -LiteralPath $long).Name }
    Step 'an ignored path in another case' 'a.txt' { (Get-ModelManifest $model -IgnorePath 'sub\b.TXT').Name }
    Step 'an ignored path with the prefix \\?\' 'a.txt' { (Get-ModelManifest $model -IgnorePath "\\?\$model\Sub").Name }

    Step 'a key' "$work\k.key" { (New-ModelSigningKey "$work\k.key" -NoPassword).PrivateKeyPath }
    Step 'a key that exists' 'KeyFileExists' { New-ModelSigningKey "$work\k.key" -NoPassword }
    $private = @{ PrivateKey = "$work\k.key" }
    $public = @{ PublicKey = "$work\k.pub" }
    Step 'a long signature' 'Valid' {
        $null = New-ModelSignature $long @private -SignaturePath "$($end)model.sig" 
        (Test-ModelSignature $long @public -SignaturePath "$($end)model.sig").Status
    }
    Step 'a signature' '2' { (New-ModelSignature $model @private).FileCount }
    Step 'a signature that exists' 'SignatureExists' { New-ModelSignature $model @private }
    Step 'a verified model' 'Valid' { (Test-ModelSignature $model @public).Status }
    Step 'a verified model in another case' 'Valid' { (Test-ModelSignature $model.ToLowerInvariant() -PublicKey "$work\K.PUB").Status }

    $open = [IO.File]::Open("$model\a.txt", 'Open', 'ReadWrite', 'ReadWrite')
    Step 'a file that another program writes' 'Valid' { (Test-ModelSignature $model @public).Status }
    $open.Dispose()
    $open = [IO.File]::Open("$model\a.txt", 'Open', 'ReadWrite', 'None')
    Step 'a file that another program has for itself' 'FileReadFailed' { (Test-ModelSignature $model @public).ErrorId }
    $open.Dispose()
    $open = [IO.File]::Open("$model\model.sig", 'Open', 'Read', 'Read')
    Step 'a signature that another program reads' 'FileInUse' { New-ModelSignature $model @private -Force }
    Step 'nothing left behind' 'a.txt,model.sig,Sub' { (Get-ChildItem $model -Force).Name | Sort-Object }
    $open.Dispose()
    (Get-Item "$model\model.sig").IsReadOnly = $true
    Step 'a read-only signature' 'FileReadOnly' { New-ModelSignature $model @private -Force }
    (Get-Item "$model\model.sig").IsReadOnly = $false
    Step 'a signature that is replaced' '2' { (New-ModelSignature $model @private -Force).FileCount }
    Step 'a file in another case than it was signed' 'ModelMismatch' {
        # By way of another name, because Wine does not rename a file to itself.
        Rename-Item "$model\a.txt" 'b.txt'
        Rename-Item "$model\b.txt" 'A.TXT'
        (Test-ModelSignature $model @public -WarningAction SilentlyContinue).Status
    }
    Rename-Item "$model\A.TXT" 'b.txt'
    Rename-Item "$model\b.txt" 'a.txt'
    Step 'a junction' 'SymlinkRefused' {
        $null = New-Item "$model\junction" -ItemType Junction -Target $work
        (Get-ModelManifest $model).Name
    }
    Remove-Item "$model\junction" -ErrorAction Ignore
    Step 'a stream that nobody signed' 'Valid' {
        Set-Content "$model\a.txt" -Stream Zone.Identifier -Value '[ZoneTransfer]'
        (Test-ModelSignature $model @public).Status
    }
}
finally {
    Set-Location ([IO.Path]::GetPathRoot($work))
    Remove-Item -LiteralPath "\\?\$work" -Recurse -Force -ErrorAction Ignore
}
[IO.File]::WriteAllLines($ResultPath, [string[]] (@("$($steps - $failed.Count) passed, $($failed.Count) failed") + $failed))
