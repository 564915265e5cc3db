BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $tests = New-SampleKey "$TestDrive/tests.key"
    $certificate = New-SampleCertificate "$TestDrive/ca"
    $model = New-SampleModel "$TestDrive/model"
    $file = "$model.claims.jsonl"
    $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
    $null = @{ result = 'PASSED' } | New-ModelClaim $model -PredicateType test-result -PrivateKey $tests.PrivateKeyPath
    $null = @{ a = 1 } | New-ModelClaim $model -PredicateType slsa-provenance -PrivateKey $key.PrivateKeyPath
    $trust = @{ PublicKey = $key.PublicKeyPath }

    function New-Policy([string] $Path, [string] $Claims) {
        Set-Content $Path "{ `"version`": 1, `"rules`": [{ `"name`": `"ours`", `"models`": `"model`", `"signers`": [{ `"type`": `"key`", `"publicKey`": `"release.pub`" }]$Claims }] }"
        $Path
    }
    $claimed = ', "claims": [{ "predicateType": "test-result", "signers": [{ "type": "key", "publicKey": "tests.pub" }], "conditions": [{ "pointer": "/result", "equals": "PASSED" }] }]'
}

Describe 'Test-ModelClaim' {
    It 'writes the claims of trusted signers about a model that verifies' {
        $claim = Test-ModelClaim $model @trust
        $claim.Status | Should -Be 'Valid'
        $claim.PredicateType | Should -Be 'https://slsa.dev/provenance/v1'
        $claim.Predicate.a | Should -Be 1
        $claim.PredicateJson | Should -Match '"a":\s*1'
        $claim.BoundTo | Should -Be 'Content'
        $claim.Signer | Should -Be $key.Hint
        @(Test-ModelClaim -LiteralPath $model -PublicKey $key.PublicKeyPath, $tests.PublicKeyPath).Count | Should -Be 2
        (Get-Item $model | Test-ModelClaim @trust).Line | Should -Be 2
    }

    It 'writes the wanted types alone, and an error where none of them counts' {
        (Test-ModelClaim $model -PublicKey $key.PublicKeyPath, $tests.PublicKeyPath -PredicateType test-result).Predicate.result | Should -Be 'PASSED'
        (Get-Refusal { Test-ModelClaim $model @trust -PredicateType test-result }).FullyQualifiedErrorId | Should -BeLike 'ClaimNoneAccepted,*'
        Test-ModelClaim $model @trust -PredicateType test-result -Quiet | Should -BeFalse
        Test-ModelClaim $model @trust -PredicateType slsa-provenance, test-result -Quiet | Should -BeTrue
    }

    It 'shows every line with -Detailed, and says nothing of a line that does not count' {
        $lines = @(Test-ModelClaim $model @trust -Detailed)
        $lines.Status | Should -Be @('NotTrusted', 'Valid')
        $lines[0].Predicate | Should -BeNullOrEmpty
        $lines[0].PredicateType | Should -BeNullOrEmpty
        $lines[0].Signer | Should -BeNullOrEmpty
    }

    It 'names what was not checked' {
        Set-Content "$model/extra.py" 'import os'
        try {
            $claim = Test-ModelClaim $model @trust -IgnoreUnsignedFile
            $claim.Status | Should -Be 'Valid'
            $claim.UncheckedPaths | Should -Be 'extra.py'
            $claim.StatusMessage | Should -BeLike '*extra.py*'
        }
        finally { Remove-Item "$model/extra.py" }
        (Test-ModelClaim $model @trust).UncheckedPaths | Should -BeNullOrEmpty
    }

    It 'refuses a script block where one answer is for all: <_>' -ForEach 'Quiet', 'Summary' {
        $switch = @{ $_ = $true }
        { Get-Item $model | Test-ModelSignature @trust -LiteralPath { } @switch -ErrorAction Stop } | Should -Throw -ErrorId 'ParameterScriptBlock,*'
        if ($_ -eq 'Quiet') { { Get-Item $model | Test-ModelClaim @trust -LiteralPath { } @switch -ErrorAction Stop } | Should -Throw -ErrorId 'ParameterScriptBlock,*' }
        (Get-Item $model | Test-ModelSignature @trust -LiteralPath { $_.FullName }).Status | Should -Be 'Valid'
    }

    It 'writes no claim about a model that does not verify' {
        $other = New-SampleModel "$TestDrive/other"
        $null = New-ModelSignature $other -PrivateKey $key.PrivateKeyPath
        (Get-Refusal { Test-ModelClaim $other @trust }).FullyQualifiedErrorId | Should -BeLike 'ClaimsFileNotFound,*'
        $null = @{ a = 1 } | New-ModelClaim $other -PredicateType slsa-provenance -PrivateKey $key.PrivateKeyPath
        Set-Content "$other/config.json" 'changed'
        (Get-Refusal { Test-ModelClaim $other @trust }).FullyQualifiedErrorId | Should -BeLike 'ModelMismatch,*'
        (Test-ModelClaim $other @trust -Detailed).Status | Should -Be 'HashMismatch'
        (Test-ModelClaim "$TestDrive/none" @trust -Detailed).ErrorId | Should -Be 'ModelNotFound'
        Test-ModelClaim $other @trust -Quiet | Should -BeFalse
    }

    It 'passes over the claims about another model in the same file' {
        $other = New-SampleModel "$TestDrive/third"
        Set-Content "$other/config.json" 'third'
        $null = New-ModelSignature $other -PrivateKey $key.PrivateKeyPath
        (Get-Refusal { Test-ModelClaim $other @trust -ClaimsPath $file }).FullyQualifiedErrorId | Should -BeLike 'ClaimNoneAccepted,*'
        (Test-ModelClaim $other @trust -ClaimsPath $file -Detailed).Status | Should -Be @('NotTrusted', 'OtherModel')
    }

    It 'tells claims about other models from those about another version or form of this one, and warns of none of them' {
        $changing = New-SampleModel "$TestDrive/changing"
        Set-Content "$changing/config.json" 'first version'
        $null = New-ModelSignature $changing -PrivateKey $key.PrivateKeyPath
        $null = New-ModelClaim $changing -PredicateType test-result -Predicate '{}' -PrivateKey $key.PrivateKeyPath
        Rename-Item "$changing/config.json" config.txt
        $null = New-ModelSignature $changing -PrivateKey $key.PrivateKeyPath -Force
        $claims = "$TestDrive/changing.claims.jsonl"
        Get-Content $file -Tail 1 | Add-Content $claims
        $lines = @(Test-ModelClaim $changing @trust -Detailed)
        $lines.Status | Should -Be @('OtherModel', 'OtherModel')
        $lines.ErrorId | Should -Be @('ClaimAboutOtherForm', 'ClaimAboutOtherModel')
        Set-Content "$changing/config.txt" 'second version'
        $null = New-ModelSignature $changing -PrivateKey $key.PrivateKeyPath -Force
        $lines = @(Test-ModelClaim $changing @trust -Detailed)
        $lines.Status | Should -Be @('OtherModel', 'OtherModel')
        $lines.ErrorId | Should -Be @('ClaimAboutOtherVersion', 'ClaimAboutOtherModel')
        (Get-Refusal { Test-ModelClaim $changing @trust -WarningVariable warnings }).FullyQualifiedErrorId | Should -BeLike 'ClaimNoneAccepted,*'
        $warnings | Should -BeNullOrEmpty
    }

    It 'warns of a line that was cut off, and the others count' {
        Copy-Item $file "$TestDrive/torn.jsonl"
        Add-Content "$TestDrive/torn.jsonl" '{"mediaType":' -NoNewline
        Test-ModelClaim $model @trust -ClaimsPath "$TestDrive/torn.jsonl" -WarningVariable warnings -WarningAction SilentlyContinue | Should -HaveCount 1
        $warnings | Should -Match 'line 3'
    }

    It 'verifies with the parameters of Test-ModelSignature' {
        $options = @{ SignaturePath = "$model/model.sig"; IgnorePath = 'notes.txt'; IncludeGitPath = $true; ThrottleLimit = 1; Device = 'cpu'; IgnoreUnsignedFile = $true; DenySymlink = $true }
        Test-ModelClaim $model @trust @options -KeyPassword (ConvertTo-Secret 'x') -Pin (ConvertTo-Secret 'x') -TimestampCertificate $certificate.Root | Should -HaveCount 1
    }

    It 'verifies certificates' {
        $signed = New-SampleModel "$TestDrive/certified"
        $with = @{ Certificate = $certificate.Certificate; PrivateKey = $certificate.PrivateKey }
        $null = New-ModelSignature $signed @with
        $null = New-ModelClaim $signed @with -PredicateType spdx -Predicate '{}'
        $by = @{ TrustedCertificate = $certificate.Root; Subject = 'CN=Model Release, O=Example'; AllowPartialChain = $true; VerificationTime = [DateTimeOffset]::UtcNow }
        (Test-ModelClaim $signed @by).Signer | Should -Match 'Model Release'
        (Test-ModelClaim -LiteralPath $signed @by -PredicateType spdx).PredicateType | Should -Be 'https://spdx.dev/Document/v3'
        $null = Get-Refusal { Test-ModelClaim $signed -SystemTrust -Subject 'CN=Model Release, O=Example' }
        $null = Get-Refusal { Test-ModelClaim -LiteralPath $signed -SystemTrust -Subject 'CN=Model Release, O=Example' }
    }

    It 'takes no signature of a key for one of an identity: <Name>' -ForEach @(
        @{ Name = 'an identity'; With = { @{ Identity = 'a@example.com'; SourceRepository = 'o/r'; Workflow = 'https://github.com/o/r/.github/workflows/w.yml@refs/heads/main'; Ref = 'refs/heads/main'; WorkflowName = 'w' } } }
        @{ Name = 'a pattern, a root'; With = { @{ IdentityPattern = '*@example.com'; TrustedRoot = "$TestDrive/none.json" } } }
        @{ Name = 'a configuration'; With = { @{ Identity = 'a@example.com'; TrustConfig = "$TestDrive/none.json" } } }
        @{ Name = 'an instance'; With = { @{ Identity = 'a@example.com'; SigstoreInstance = 'none' } } }
    ) {
        $with = & $With
        $null = Get-Refusal { Test-ModelClaim $model -Issuer https://accounts.example.com @with }
        $null = Get-Refusal { Test-ModelClaim -LiteralPath $model -Issuer https://accounts.example.com @with }
    }
}

Describe 'Claims under a trust policy' {
    It 'count as the rule says' {
        $policy = New-Policy "$TestDrive/policy.json" $claimed
        $claim = Test-ModelClaim $model -TrustPolicy $policy
        $claim.PredicateType | Should -BeLike '*test-result*'
        $claim.TrustRule | Should -Be 'ours'
        $claim.Signer | Should -Be $tests.Hint
        (Test-ModelClaim -LiteralPath $model -TrustPolicy $policy).Line | Should -Be 1
        (Test-ModelSignature $model -TrustPolicy $policy).Status | Should -Be 'Valid'
        (Test-ModelTrustPolicy $policy -Detailed).Claims | Should -Match 'test-result'
    }

    It 'are demanded by Test-ModelSignature, which says what is lacking' {
        $policy = New-Policy "$TestDrive/strict.json" $claimed.Replace('PASSED', 'WARNED')
        $refusal = Get-Refusal { Test-ModelSignature $model -TrustPolicy $policy }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'TrustPolicyClaimMissing,*'
        $refusal.Exception.Message | Should -Match '/result is "PASSED"'
        (Get-Refusal { Test-ModelClaim $model -TrustPolicy $policy }).FullyQualifiedErrorId | Should -BeLike 'TrustPolicyClaimMissing,*'
    }

    It 'are looked for where -ClaimsPath says' {
        $policy = New-Policy "$TestDrive/policy.json" $claimed
        Set-Content "$TestDrive/empty.jsonl" ''
        Test-ModelSignature $model -TrustPolicy $policy -ClaimsPath "$TestDrive/empty.jsonl" -Quiet | Should -BeFalse
        Test-ModelSignature -LiteralPath $model -TrustPolicy $policy -ClaimsPath $file -Quiet | Should -BeTrue
    }

    It 'do not count where the rule names none' {
        $policy = New-Policy "$TestDrive/silent.json" ''
        (Get-Refusal { Test-ModelClaim $model -TrustPolicy $policy }).FullyQualifiedErrorId | Should -BeLike 'ClaimNoneAccepted,*'
        (Test-ModelSignature $model -TrustPolicy $policy).Status | Should -Be 'Valid'
    }
}
