# What the suite's files share: the staged module, imported by its manifest, and things to sign. Dot-source it in BeforeAll.
using namespace System.Security.Cryptography
using namespace System.Security.Cryptography.X509Certificates
$ErrorActionPreference = 'Stop'
$repository = (Resolve-Path "$PSScriptRoot/../..").Path
$manifest = if ($env:MODELSIGNING_MANIFEST) { $env:MODELSIGNING_MANIFEST } else { "$repository/ModelSigning.psd1" }
Import-Module $manifest

# This PowerShell, for processes of their own; the path of the current process is dotnet where PowerShell is a tool of .NET.
$pwsh = Join-Path $PSHOME ($IsWindows ? 'pwsh.exe' : 'pwsh')

function New-SampleModel([string] $Path) {
    $null = New-Item "$Path/weights" -ItemType Directory -Force
    Set-Content -LiteralPath "$Path/config.json" -Value '{"hidden_size":8}' -NoNewline
    Set-Content -LiteralPath "$Path/weights/model.bin" -Value ('w' * 5000) -NoNewline
    (Get-Item -LiteralPath $Path).FullName
}

# A model with a safetensors file of tensors of bytes, sorted by name.
function New-TensorModel([string] $Path, [hashtable] $Tensors) {
    $null = New-Item $Path -ItemType Directory -Force
    $offset = 0
    $names = $Tensors.Keys | Sort-Object
    $entries = foreach ($name in $names) {
        $length = $Tensors[$name].Length
        '"{0}":{{"dtype":"U8","shape":[{1}],"data_offsets":[{2},{3}]}}' -f $name, $length, $offset, ($offset += $length)
    }
    $header = [Text.Encoding]::UTF8.GetBytes("{$($entries -join ',')}")
    $data = [Text.Encoding]::UTF8.GetBytes(-join $names.ForEach({ $Tensors[$_] }))
    [System.IO.File]::WriteAllBytes("$Path/model.safetensors", [BitConverter]::GetBytes([long]$header.Length) + $header + $data)
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

# A certificate authority of its own, and a signing certificate of it: root.pem, signer.pem with signer.key, signer.pfx (password: secret).
# With -PublicKey the signing certificate is of that key, and only the two certificates are written.
function New-SampleCertificate([string] $Folder, [string] $PublicKey) {
    $null = New-Item $Folder -ItemType Directory -Force
    $now = [DateTimeOffset]::UtcNow
    $sha256 = [HashAlgorithmName]::SHA256
    $rootKey = [ECDsa]::Create([ECCurve+NamedCurves]::nistP384)
    $request = [CertificateRequest]::new('CN=Example Root', $rootKey, $sha256)
    $identifier = [X509SubjectKeyIdentifierExtension]::new($request.PublicKey, $false)
    $request.CertificateExtensions.Add([X509BasicConstraintsExtension]::new($true, $false, 0, $true))
    $request.CertificateExtensions.Add([X509KeyUsageExtension]::new('KeyCertSign', $true))
    $request.CertificateExtensions.Add($identifier)
    # By the keys alone, because Wine, in which the suite runs too, has no certificates with a private key.
    $authority = [X509SignatureGenerator]::CreateForECDsa($rootKey)
    $root = $request.Create($request.SubjectName, $authority, $now.AddDays(-2), $now.AddDays(30), [byte[]](1, 2, 3))

    $key = [ECDsa]::Create([ECCurve+NamedCurves]::nistP256)
    if ($PublicKey) { $key.ImportFromPem($PublicKey) }
    $request = [CertificateRequest]::new('CN=Model Release, O=Example', $key, $sha256)
    $usages = [OidCollection]::new()
    $null = $usages.Add([Oid]::new('1.3.6.1.5.5.7.3.3'))
    $request.CertificateExtensions.Add([X509BasicConstraintsExtension]::new($false, $false, 0, $true))
    $request.CertificateExtensions.Add([X509KeyUsageExtension]::new('DigitalSignature', $true))
    $request.CertificateExtensions.Add([X509EnhancedKeyUsageExtension]::new($usages, $false))
    $request.CertificateExtensions.Add([X509AuthorityKeyIdentifierExtension]::CreateFromSubjectKeyIdentifier($identifier))
    $signer = $request.Create($root.SubjectName, $authority, $now.AddDays(-1), $now.AddDays(7), [byte[]](1, 2, 3, 4))

    Set-Content "$Folder/root.pem" $root.ExportCertificatePem()
    Set-Content "$Folder/signer.pem" $signer.ExportCertificatePem()
    if ($PublicKey) { return [pscustomobject]@{ Root = "$Folder/root.pem"; Certificate = "$Folder/signer.pem" } }

    Set-Content "$Folder/signer.key" $key.ExportPkcs8PrivateKeyPem()
    try {
        $withKey = [ECDsaCertificateExtensions]::CopyWithPrivateKey($signer, $key)
        [System.IO.File]::WriteAllBytes("$Folder/signer.pfx", $withKey.Export('Pkcs12', 'secret'))
    }
    catch { Write-Warning "signer.pfx is missing: $_" }
    [pscustomobject]@{
        Root = "$Folder/root.pem"; Certificate = "$Folder/signer.pem"; PrivateKey = "$Folder/signer.key"; Pkcs12 = "$Folder/signer.pfx"
        Object = $withKey
    }
}

# An identity token that nobody signed: good for what is decided before a service sees it.
function New-SampleToken([hashtable] $Claims) {
    $parts = foreach ($part in @{ alg = 'ES256'; typ = 'JWT' }, $Claims) {
        [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $part -Compress))).TrimEnd('=').Replace('+', '-').Replace('/', '_')
    }
    ($parts -join '.') + '.c2lnbmF0dXJl'
}

# A SoftHSM token 'Model signing' with a signing key 'release' (PIN 123456) and one that cannot sign models; null where SoftHSM or
# pkcs11-tool is absent. A native library sees the environment that its process began with, so that Invoke-WithToken runs a job.
function New-SampleHsm([string] $Folder) {
    $module = '/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so', '/usr/lib64/softhsm/libsofthsm2.so',
        '/usr/local/lib/softhsm/libsofthsm2.so', '/opt/homebrew/lib/softhsm/libsofthsm2.so' | Where-Object { Test-Path $_ } | Select-Object -First 1
    $tools = @(Get-Command softhsm2-util, pkcs11-tool -CommandType Application -ErrorAction Ignore)
    if (-not $module -or $tools.Count -lt 2) { return }

    $null = New-Item "$Folder/tokens" -ItemType Directory -Force
    Set-Content "$Folder/softhsm2.conf" "directories.tokendir = $Folder/tokens`nobjectstore.backend = file`nlog.level = ERROR"
    $before = $env:SOFTHSM2_CONF
    $env:SOFTHSM2_CONF = "$Folder/softhsm2.conf"
    try {
        $null = softhsm2-util --init-token --free --label 'Model signing' --so-pin 87654321 --pin 123456 2>&1
        $login = '--module', $module, '--token-label', 'Model signing', '--login', '--pin', '123456'
        $null = pkcs11-tool @login --keypairgen --key-type EC:prime256v1 --id 01 --label release --usage-sign 2>&1
        $null = pkcs11-tool @login --keypairgen --key-type rsa:2048 --id 02 --label rsa --usage-sign 2>&1
    }
    finally { $env:SOFTHSM2_CONF = $before }
    [pscustomobject]@{ Module = $module; Configuration = "$Folder/softhsm2.conf"; Uri = "pkcs11:token=Model%20signing;object=release;type=private?module-path=$module" }
}

# Runs a command with the module imported where the token can be seen: its objects and, at the end, its error's id when it fails.
function Invoke-WithToken($Hsm, [scriptblock] $Command, [object[]] $ArgumentList = @()) {
    $before = $env:SOFTHSM2_CONF
    $env:SOFTHSM2_CONF = $Hsm.Configuration
    try {
        Start-Job -ArgumentList $manifest, $Command.ToString(), $ArgumentList {
            param($manifest, $command, $arguments)
            $ErrorActionPreference = 'Stop'
            Import-Module $manifest
            try { & ([scriptblock]::Create($command)) @arguments }
            catch { $_.FullyQualifiedErrorId }
        } | Receive-Job -Wait -AutoRemoveJob
    }
    finally { $env:SOFTHSM2_CONF = $before }
}
