BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $other = New-SampleKey "$TestDrive/other.key"
    $certificate = New-SampleCertificate "$TestDrive/ca"

    function New-SignedModel([string] $Name, [hashtable] $With = @{ PrivateKey = $key.PrivateKeyPath }) {
        $model = New-SampleModel "$TestDrive/store/$Name"
        $null = New-ModelSignature $model @With -Force
        $model
    }

    $policy = "$TestDrive/policy.json"
    Set-Content $policy @'
// Comments and a comma behind the last member are allowed.
{
  "version": 1,
  "rules": [
    { "name": "modern", "models": ["modern-*"], "signers": [{ "type": "key", "publicKey": "release.pub" }], "hashAlgorithms": ["blake3"] },
    { "name": "stamped", "models": ["stamped-*"], "signers": [{ "type": "key", "publicKey": "release.pub" }], "timestampRequired": true },
    { "name": "company", "models": ["company-*"], "signers": [
        { "type": "certificate", "certificateAuthority": ["ca/root.pem"], "subject": "CN=Model Release, O=Example" } ] },
    { "name": "stranger", "models": ["stranger-*"], "signers": [
        { "type": "certificate", "certificateAuthority": ["ca/root.pem"], "subject": "CN=Somebody Else" } ] },
    { "name": "cloud", "models": ["cloud-*"], "signers": [
        { "type": "sigstore", "identity": "release@example.org", "issuer": "https://issuer.example" } ] },
    { "name": "released", "models": ["release-*"], "signers": [
        { "type": "key", "publicKey": "other.pub" }, { "type": "key", "publicKey": "release.pub" } ] },
  ],
}
'@
}

Describe 'Test-ModelSignature -TrustPolicy' {
    It 'accepts <Name> by the rule <Rule>' -ForEach @(
        @{ Name = 'release-1'; Rule = 'released'; Method = 'Key'; With = { @{ PrivateKey = $key.PrivateKeyPath } } }
        @{ Name = 'modern-1'; Rule = 'modern'; Method = 'Key'; With = { @{ PrivateKey = $key.PrivateKeyPath; HashAlgorithm = 'blake3' } } }
        @{ Name = 'company-1'; Rule = 'company'; Method = 'Certificate'; With = { @{ Certificate = $certificate.Certificate; PrivateKey = $certificate.PrivateKey; CertificateChain = $certificate.Root } } }
    ) {
        $model = New-SignedModel $Name (& $With)
        $result = Test-ModelSignature $model -TrustPolicy $policy
        $result.Status | Should -Be 'Valid'
        $result.TrustRule | Should -Be $Rule
        $result.Method | Should -Be $Method
        (Test-ModelSignature -LiteralPath $model -TrustPolicy $policy).TrustRule | Should -Be $Rule
    }

    It 'refuses <Name> with <Id>' -ForEach @(
        @{ Name = 'unknown'; Id = 'TrustPolicyNoRule'; Rule = $null; With = { @{ PrivateKey = $key.PrivateKeyPath } } }
        @{ Name = 'modern-2'; Id = 'TrustPolicyAlgorithmNotAccepted'; Rule = 'modern'; With = { @{ PrivateKey = $key.PrivateKeyPath } } }
        @{ Name = 'stamped-1'; Id = 'TrustPolicyTimestampRequired'; Rule = 'stamped'; With = { @{ PrivateKey = $key.PrivateKeyPath } } }
        @{ Name = 'company-2'; Id = 'TrustPolicySignerNotAccepted'; Rule = 'company'; With = { @{ PrivateKey = $key.PrivateKeyPath } } }
        @{ Name = 'stranger-1'; Id = 'TrustPolicySignerNotAccepted'; Rule = 'stranger'; With = { @{ Certificate = $certificate.Pkcs12; KeyPassword = ConvertTo-Secret 'secret' } } }
        @{ Name = 'cloud-1'; Id = 'TrustPolicySignerNotAccepted'; Rule = 'cloud'; With = { @{ PrivateKey = $key.PrivateKeyPath } } }
    ) {
        $model = New-SignedModel $Name (& $With)
        $refusal = Get-Refusal { Test-ModelSignature $model -TrustPolicy $policy }
        $refusal.FullyQualifiedErrorId | Should -Be "$Id,ModelSigning.TestModelSignatureCommand"
        $refusal.CategoryInfo.Category | Should -Be 'SecurityError'
        $refusal.TargetObject.Status | Should -Be 'NotTrusted'
        $refusal.TargetObject.TrustRule | Should -Be $Rule
    }

    It 'refuses a changed model that its rule accepts' {
        $model = New-SignedModel 'release-changed'
        Set-Content "$model/config.json" 'x'
        (Get-Refusal { Test-ModelSignature $model -TrustPolicy $policy }).FullyQualifiedErrorId | Should -Be 'ModelMismatch,ModelSigning.TestModelSignatureCommand'
    }

    It 'reports a store of several signers from the pipeline' {
        $null = New-SignedModel 'several/release-a'
        $null = New-SignedModel 'several/release-b' @{ PrivateKey = $other.PrivateKeyPath }
        $null = New-SignedModel 'several/foreign'
        $report = Get-ChildItem "$TestDrive/store/several" -Directory | Test-ModelSignature -TrustPolicy $policy -Detailed -ErrorVariable errors
        $errors | Should -BeNullOrEmpty
        @($report | Where-Object Status -EQ 'Valid').Count | Should -Be 2
        ($report | Where-Object Status -NE 'Valid').ErrorId | Should -Be 'TrustPolicyNoRule'
        @(Get-ChildItem "$TestDrive/store/several" -Directory | Test-ModelSignature -TrustPolicy $policy -Quiet) | Should -Be $false
    }

    It 'stops at once with a policy that cannot be used' {
        $model = New-SignedModel 'release-stop'
        Set-Content "$TestDrive/unusable.json" '{"version":1,"rules":[{"name":"a","modles":["*"]}]}'
        { Test-ModelSignature $model -TrustPolicy "$TestDrive/unusable.json" -Detailed } | Should -Throw -ErrorId 'TrustPolicyInvalid,ModelSigning.TestModelSignatureCommand'
        { Test-ModelSignature $model -TrustPolicy "$TestDrive/none.json" -Quiet } | Should -Throw -ErrorId 'TrustPolicyNotFound,ModelSigning.TestModelSignatureCommand'
    }

    It 'takes no other trust beside the policy' {
        { Test-ModelSignature $TestDrive -TrustPolicy $policy -PublicKey $key.PublicKeyPath } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }
}
