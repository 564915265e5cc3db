<#
.SYNOPSIS
Makes a small model, signs it, and shows that a changed model is refused.

.DESCRIPTION
Everything happens in a temporary folder, which is deleted at the end. The exit code is 0 only if each step did what it should.

    dotnet run --project src/ModelSigning.Host -- docs/quickstart.ps1      on a machine with the .NET SDK
    pwsh docs/quickstart.ps1                                               where there is PowerShell, after dotnet build
#>
$ErrorActionPreference = 'Stop'
Import-Module "$PSScriptRoot/../ModelSigning.psd1"

# Each step's objects go to Out-Host by themselves, so that each kind is shown in its own view: in one stream the first kind's view
# decides, and all others come out as lists.

function Step([string] $Title) {
    Write-Host
    Write-Host $Title -ForegroundColor Cyan
}

function Assert([bool] $Condition, [string] $Otherwise) {
    if (-not $Condition) { throw $Otherwise }
}

# A safetensors file: the length of the header in 8 bytes, lowest first; the header, which names the tensors; their bytes.
function Write-Safetensors([string] $Path, [int] $Rows, [int] $Columns) {
    $bytes = 4 * $Rows * $Columns
    $header = '{"__metadata__":{"format":"pt"},"embed.weight":{"dtype":"F32","shape":[' + $Rows + ',' + $Columns + '],"data_offsets":[0,' + $bytes + ']}}'
    $header = $header.PadRight([Math]::Ceiling($header.Length / 8) * 8)
    $weights = [byte[]]::new($bytes)
    [Random]::new(42).NextBytes($weights)
    $file = [IO.File]::Create($Path)
    try {
        $file.Write([BitConverter]::GetBytes([long] $header.Length))
        $file.Write([Text.Encoding]::ASCII.GetBytes($header))
        $file.Write($weights)
    }
    finally { $file.Dispose() }
}

function Switch-Byte([string] $Path, [int] $Offset) {
    $bytes = [IO.File]::ReadAllBytes($Path)
    $bytes[$Offset] = $bytes[$Offset] -bxor 1
    [IO.File]::WriteAllBytes($Path, $bytes)
}

$work = Join-Path ([IO.Path]::GetTempPath()) "quickstart-$([IO.Path]::GetRandomFileName())"
try {
    $model = Join-Path $work 'tiny-model'
    $weights = Join-Path $model 'weights' 'model.safetensors'
    $key = Join-Path $work 'release.key'
    $publicKey = Join-Path $work 'release.pub'

    Step '1. A model: two small files, and weights of 4 MB in a folder of their own'
    $null = New-Item (Join-Path $model 'weights') -ItemType Directory -Force
    $null = New-Item (Join-Path $model 'config.json') -Value '{"architectures":["TinyModel"],"hidden_size":256,"torch_dtype":"float32","vocab_size":4096}'
    $null = New-Item (Join-Path $model 'tokenizer.json') -Value '{"version":"1.0","model":{"type":"WordLevel","vocab":{"[UNK]":0,"hello":1,"world":2},"unk_token":"[UNK]"}}'
    Write-Safetensors $weights -Rows 4096 -Columns 256
    Get-ChildItem $model -Recurse -File | Out-Host

    Step '2. A key pair. The private key stays with you; here it has no password, because it lives for seconds'
    New-ModelSigningKey $key -PublicKeyPath $publicKey -NoPassword | Out-Host

    Step '3. Sign'
    $signed = New-ModelSignature $model -PrivateKey $key
    $signed | Out-Host
    Assert ($signed.FileCount -eq 3) 'Three files should have been signed.'

    Step '4. What the signature claims, and the digests of the files'
    $claims = Get-ModelSignature $model
    $claims | Out-Host
    $manifest = @(Get-ModelManifest $model)
    $manifest | Out-Host
    Assert ($claims.ClaimedResourceCount -eq 3 -and $manifest.Count -eq 3) 'The signature and the manifest should list three files.'

    Step '5. Verify'
    $verified = Test-ModelSignature $model -PublicKey $publicKey
    $verified | Out-Host
    Assert ($verified.Status -eq 'Valid') 'The model should verify.'

    Step '6. Somebody changes one bit of the weights. The model does not verify, and no object comes out'
    Switch-Byte $weights -Offset 1000000
    $refusals = @()
    $verified = Test-ModelSignature $model -PublicKey $publicKey -ErrorAction SilentlyContinue -ErrorVariable refusals
    Assert ($null -eq $verified -and $refusals.Count -eq 1) 'The changed model should have been refused.'
    Write-Host $refusals[0]
    Assert ("$($refusals[0])" -like '*weights/model.safetensors*') 'The refusal should name the changed file.'
    Assert ($refusals[0].TargetObject.ChangedFiles.Count -eq 1) 'The refusal should carry the changed file and its digests.'

    Step '7. The bit is put back. The model verifies again'
    Switch-Byte $weights -Offset 1000000
    $verified = Test-ModelSignature $model -PublicKey $publicKey
    $verified | Out-Host
    Assert ($verified.Status -eq 'Valid') 'The repaired model should verify.'

    Step '8. The same with a certificate: a self-made one here, one of your organisation in earnest. Verifiers trust the certificate, or the root above it'
    $signingKey = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve]::CreateFromFriendlyName('nistP256'))
    $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=Quick start', $signingKey, [Security.Cryptography.HashAlgorithmName]::SHA256)
    $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509KeyUsageExtension]::new('DigitalSignature', $true))
    $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddMinutes(-5), [DateTimeOffset]::UtcNow.AddDays(1))
    $trusted = Join-Path $work 'trusted.pem'
    $null = New-Item $trusted -Value $certificate.ExportCertificatePem()
    New-ModelSignature $model -Certificate $certificate -Force | Out-Host
    $verified = Test-ModelSignature $model -TrustedCertificate $trusted
    $verified | Out-Host
    Assert ($verified.Status -eq 'Valid' -and $verified.Signer -eq 'CN=Quick start') 'The model should verify by the certificate.'

    Step 'Every step did what it should.'
}
finally {
    if (Test-Path $work) { Remove-Item $work -Recurse -Force }
}
