<#
.SYNOPSIS
Answers the public Sigstore conformance protocol with the module's cmdlets.

.DESCRIPTION
    verify-bundle [--staging] --bundle FILE --certificate-identity ID --certificate-oidc-issuer URL [--trusted-root FILE] FILE_OR_DIGEST
    verify-bundle [--staging] --bundle FILE --key FILE [--trusted-root FILE] FILE_OR_DIGEST
    sign-bundle [--staging] [--in-toto] --identity-token TOKEN --bundle FILE [--trusted-root FILE] [--signing-config FILE] FILE

Exit code 0: verified, or signed. 1: refused, with the failure code and the reason on the standard error. 2: the command line cannot be used, or
asks for something that is not there yet. --staging needs a registered instance of that name (Update-SigstoreTrust -Name staging).
#>
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
Import-Module "$PSScriptRoot/../../ModelSigning.psd1"

# Flag to parameter.
$verifyFlags = @{
    '--bundle' = 'BundlePath'
    '--certificate-identity' = 'Identity'
    '--certificate-oidc-issuer' = 'Issuer'
    '--trusted-root' = 'TrustedRoot'
    '--key' = 'PublicKey'
}
$signFlags = @{
    '--bundle' = 'BundlePath'
    '--identity-token' = 'IdentityToken'
    '--trusted-root' = 'TrustedRoot'
    '--signing-config' = 'SigningConfig'
}

function Stop-Usage([string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit 2
}

# Reads flags and the one word that is none.
function Read-Parameter([string[]] $Words, [hashtable] $Flags) {
    $parameters = @{}
    $artifact = $null
    for ($index = 0; $index -lt $Words.Count; $index++) {
        $name, $value = $Words[$index] -split '=', 2
        if ($name -eq '--staging') { $parameters.SigstoreInstance = 'staging'; continue }
        if ($name -eq '--in-toto' -and $Flags -eq $signFlags) { $parameters.Statement = $true; continue }
        if (-not $name.StartsWith('--')) {
            if ($null -ne $artifact) { Stop-Usage "'$($Words[$index])' is one word too many." }
            $artifact = $Words[$index]
            continue
        }
        if (-not $Flags.ContainsKey($name)) { Stop-Usage "'$name' is no flag of this command." }
        if ($null -eq $value) {
            if (++$index -ge $Words.Count) { Stop-Usage "$name is followed by a value." }
            $value = $Words[$index]
        }
        $parameters[$Flags[$name]] = $value
    }
    if ($null -eq $artifact) { Stop-Usage 'The file or digest is missing.' }
    # A trusted root that is named is the whole trust.
    if ($parameters.ContainsKey('TrustedRoot')) { $parameters.Remove('SigstoreInstance') }
    $parameters
    $artifact
}

function Invoke-Verify([string[]] $Words) {
    $parameters, $artifact = Read-Parameter $Words $verifyFlags
    if (-not $parameters.ContainsKey('BundlePath')) { Stop-Usage '--bundle is missing.' }
    if (-not $parameters.ContainsKey('PublicKey') -and -not ($parameters.ContainsKey('Identity') -and $parameters.ContainsKey('Issuer'))) {
        Stop-Usage '--key, or --certificate-identity and --certificate-oidc-issuer are missing.'
    }
    # A digest, unless a file of that name is there.
    if ($artifact -match '^sha256:[0-9A-Fa-f]{64}$' -and -not [IO.File]::Exists([IO.Path]::Combine($ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath, $artifact))) {
        $parameters.Digest = $artifact
    }
    else {
        $parameters.LiteralPath = $artifact
    }
    $null = Test-SigstoreBundle @parameters
}

function Invoke-Sign([string[]] $Words) {
    $parameters, $artifact = Read-Parameter $Words $signFlags
    foreach ($flag in '--bundle', '--identity-token') {
        if (-not $parameters.ContainsKey($signFlags[$flag])) { Stop-Usage "$flag is missing." }
    }
    $token = [securestring]::new()
    foreach ($character in $parameters.IdentityToken.ToCharArray()) { $token.AppendChar($character) }
    $parameters.IdentityToken = $token
    $null = New-SigstoreBundle @parameters -LiteralPath $artifact -Force
}

$command, $words = $args
try {
    switch ($command) {
        'verify-bundle' { Invoke-Verify @($words) }
        'sign-bundle' { Invoke-Sign @($words) }
        default { Stop-Usage "'$command' is no command; verify-bundle and sign-bundle are." }
    }
}
catch {
    [Console]::Error.WriteLine("$($_.FullyQualifiedErrorId.Split(',')[0]): $($_.Exception.Message)")
    exit 1
}
exit 0
