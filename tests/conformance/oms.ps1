<#
.SYNOPSIS
Answers the public OMS conformance protocol with the module's cmdlets.

.DESCRIPTION
    sign-model       --method M --model-path P --output-bundle B [method's flags] [--ignore-paths P ...]
    verify-model     --method M --model-path P --bundle B [method's flags] [--ignore-paths P ...] [--ignore-unsigned-files]
    capabilities
    benchmark-model  --operation sign|verify|hash --model-path P [--repeat N] [--warmup N] [--hash-algorithm A] [--shard-size N]
                     [--max-workers N]

Exit code 0: done, or verified. 1: refused, with the reason on the standard error. 2: the command line cannot be used, or asks for
something that is not there yet.
#>
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
Import-Module "$PSScriptRoot/../../ModelSigning.psd1"

$switches = @('--ignore-unsigned-files', '--use-staging')
$lists = @('--cert-chain', '--ignore-paths')
$values = @(
    '--method', '--model-path', '--output-bundle', '--bundle', '--private-key', '--public-key', '--signing-cert', '--identity-token',
    '--identity', '--identity-provider', '--trusted-root', '--signing-config', '--operation', '--repeat', '--warmup', '--hash-algorithm', '--shard-size', '--max-workers'
)

function Stop-Usage([string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit 2
}

# Reads the flags after the command; a flag may be written with underscores, and as --flag=value.
function Read-Flag([string[]] $Words) {
    $flags = @{}
    for ($index = 0; $index -lt $Words.Count; $index++) {
        $name, $value = $Words[$index] -split '=', 2
        $name = $name.Replace('_', '-')
        if ($switches -contains $name) {
            $flags[$name] = $true
            continue
        }
        if ($lists -notcontains $name -and $values -notcontains $name) { Stop-Usage "'$($Words[$index])' is no flag of this adapter." }
        if ($null -eq $value) {
            if (++$index -ge $Words.Count) { Stop-Usage "$name is followed by a value." }
            $value = $Words[$index]
        }
        if ($lists -contains $name) { $flags[$name] = @($flags[$name] | Where-Object { $_ }) + $value } else { $flags[$name] = $value }
    }
    $flags
}

function Get-Flag([string] $Name) {
    if (-not $flags.ContainsKey($Name)) { Stop-Usage "$Name is missing." }
    $flags[$Name]
}

function Get-Number([string] $Name, [long] $Otherwise) {
    $number = $Otherwise
    if ($flags.ContainsKey($Name) -and -not ([long]::TryParse($flags[$Name], [ref] $number) -and $number -gt 0)) {
        Stop-Usage "$Name is followed by a number above zero."
    }
    $number
}

# The Sigstore instance: the public one, a registered one, or the one of a trusted root.
function Get-Trust {
    if ($flags.ContainsKey('--trusted-root')) { return @{ TrustedRoot = $flags['--trusted-root'] } }
    if ($flags.ContainsKey('--use-staging')) { return @{ SigstoreInstance = 'staging' } }
    @{}
}

# What a method's flags become: parameters of New-ModelSignature and of Test-ModelSignature. A method that is not here is not there yet.
$methods = @{
    key = @{
        Sign   = { @{ PrivateKey = Get-Flag '--private-key' } }
        Verify = { @{ PublicKey = Get-Flag '--public-key' } }
    }
    sigstore = @{
        # The token is the flag's value or, as some callers have it, a file that holds it.
        Sign   = {
            $token = Get-Flag '--identity-token'
            if ([IO.File]::Exists($token)) { $token = [IO.File]::ReadAllText($token).Trim() }
            $secret = [securestring]::new()
            foreach ($character in $token.ToCharArray()) { $secret.AppendChar($character) }
            $services = if ($flags.ContainsKey('--signing-config')) { @{ SigningConfig = $flags['--signing-config'] } } else { @{} }
            @{ Sigstore = $true; IdentityToken = $secret } + (Get-Trust) + $services
        }
        Verify = { @{ Identity = Get-Flag '--identity'; Issuer = Get-Flag '--identity-provider' } + (Get-Trust) }
    }
    # What follows --cert-chain are the certificates above the signing one when signing, and the trusted ones when verifying.
    certificate = @{
        Sign   = {
            $parameters = @{ Certificate = Get-Flag '--signing-cert'; PrivateKey = Get-Flag '--private-key' }
            if ($flags.ContainsKey('--cert-chain')) { $parameters.CertificateChain = $flags['--cert-chain'] }
            $parameters
        }
        Verify = { @{ TrustedCertificate = Get-Flag '--cert-chain' } }
    }
}

function Get-MethodParameter([string] $Step) {
    $method = Get-Flag '--method'
    if (-not $methods.ContainsKey($method)) { Stop-Usage "The method '$method' is not there yet." }
    $parameters = & $methods[$method][$Step]
    $parameters.LiteralPath = Get-Flag '--model-path'
    if ($flags.ContainsKey('--ignore-paths')) { $parameters.IgnorePath = $flags['--ignore-paths'] }
    $parameters
}

function Invoke-Sign {
    $parameters = Get-MethodParameter Sign
    $null = New-ModelSignature @parameters -SignaturePath (Get-Flag '--output-bundle') -Force
}

function Invoke-Verify {
    $parameters = Get-MethodParameter Verify
    $null = Test-ModelSignature @parameters -SignaturePath (Get-Flag '--bundle') -IgnoreUnsignedFile:($flags.ContainsKey('--ignore-unsigned-files'))
}

function Write-Capability {
    ConvertTo-Json -Compress ([ordered] @{
            client_version  = [string] (Get-Module ModelSigning).Version
            flags           = [string[]] (@($switches) + $lists + $values)
            hash_algorithms = [string[]] @('sha256', 'blake2b', 'blake3')
            benchmark_model = $true
        })
}

# Milliseconds of the cmdlet alone: the process is up, the module imported, and a first run may have warmed them.
function Write-Benchmark {
    $operation = Get-Flag '--operation'
    $model = @{ LiteralPath = Get-Flag '--model-path' }
    if ($flags.ContainsKey('--ignore-paths')) { $model.IgnorePath = $flags['--ignore-paths'] }
    if ($flags.ContainsKey('--max-workers')) { $model.ThrottleLimit = Get-Number '--max-workers' 1 }
    $manifest = @{}
    if ($flags.ContainsKey('--hash-algorithm')) { $manifest.HashAlgorithm = $flags['--hash-algorithm'] }
    if ($flags.ContainsKey('--shard-size')) { $manifest.ShardSize = Get-Number '--shard-size' 1 }

    $folder = [IO.Directory]::CreateTempSubdirectory('modelsigning-benchmark-').FullName
    try {
        $key = New-ModelSigningKey "$folder/benchmark.key" -NoPassword
        $signing = @{ PrivateKey = $key.PrivateKeyPath; SignaturePath = "$folder/model.sig" }
        $step = switch ($operation) {
            'hash' { { Get-ModelManifest @model @manifest -RootDigest } }
            'sign' { { New-ModelSignature @model @manifest @signing -Force } }
            'verify' {
                $null = New-ModelSignature @model @manifest @signing
                { Test-ModelSignature @model -PublicKey $key.PublicKeyPath -SignaturePath $signing.SignaturePath }
            }
            default { Stop-Usage "'$operation' is no operation; sign, verify and hash are." }
        }
        $warmup = if ($flags.ContainsKey('--warmup')) { Get-Number '--warmup' 1 } else { 0 }
        for ($run = 0; $run -lt $warmup; $run++) { $null = & $step }
        $times = for ($run = Get-Number '--repeat' 1; $run -gt 0; $run--) {
            $watch = [Diagnostics.Stopwatch]::StartNew()
            $null = & $step
            $watch.Elapsed.TotalMilliseconds
        }
        ConvertTo-Json -Compress ([ordered] @{ times_ms = [double[]] $times })
    }
    finally {
        [IO.Directory]::Delete($folder, $true)
    }
}

if ($args.Count -eq 0) { Stop-Usage 'Name a command: sign-model, verify-model, capabilities or benchmark-model.' }
$command, $words = $args
$flags = Read-Flag $words
try {
    switch ($command) {
        'sign-model' { Invoke-Sign }
        'verify-model' { Invoke-Verify }
        'capabilities' { Write-Capability }
        'benchmark-model' { Write-Benchmark }
        default { Stop-Usage "'$_' is no command; sign-model, verify-model, capabilities and benchmark-model are." }
    }
}
catch {
    [Console]::Error.WriteLine($_.Exception.Message)
    exit 1
}
exit 0
