BeforeDiscovery {
    $judge = (Get-Command node -ErrorAction Ignore) -and (Test-Path "$PSScriptRoot/../SigstoreJs/node_modules/@sigstore/verify")
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $certificate = New-SampleCertificate "$TestDrive/ca"
    $model = New-SampleModel "$TestDrive/model"
    $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
    $file = "$model.claims.jsonl"
    Set-Content "$TestDrive/predicate.json" '{"a":1}'
    $claim = @{ PredicateType = 'https://example.com/claim/v1'; Predicate = "$TestDrive/predicate.json" }
    $sign = @{ PrivateKey = $key.PrivateKeyPath }
}

Describe 'New-ModelClaim' {
    BeforeEach { Remove-Item $file -ErrorAction Ignore }

    It 'adds a line beside the model, and keeps what is there' {
        $made = New-ModelClaim $model @claim @sign
        $made.ClaimsPath | Should -Be $file
        $made.PredicateType | Should -Be $claim.PredicateType
        $made.RootDigest | Should -Be (Get-ModelSignature $model).ClaimedRootDigest
        $made.ModelPin | Should -Be (Get-ModelSignature $model).ClaimedModelPin
        $first = Get-Content $file -Raw
        $null = New-ModelClaim -LiteralPath $model -PrivateKey $key.PrivateKeyPath @claim
        (Get-Content $file -Raw).StartsWith($first, 'Ordinal') | Should -BeTrue
        @(Get-Content $file).Count | Should -Be 2
        Test-ModelSignature $model -PublicKey $key.PublicKeyPath -Quiet | Should -BeTrue
    }

    It 'takes the predicate as <Name>' -ForEach @(
        @{ Name = 'a hashtable'; Predicate = [ordered]@{ a = 1; b = @('x', $null) } }
        @{ Name = 'an object'; Predicate = [pscustomobject]@{ a = 1; b = @('x', $null) } }
        @{ Name = 'JSON text'; Predicate = ' {"a":1,"b":["x",null]}' }
    ) {
        $null = New-ModelClaim $model -PredicateType test-result -Predicate $Predicate @sign
        $null = $Predicate | New-ModelClaim $model -PredicateType test-result @sign
        $found = @(Test-ModelClaim $model -PublicKey $key.PublicKeyPath)
        $found.Count | Should -Be 2
        $found.Predicate.a | Should -Be @(1, 1)
        ConvertTo-Json $found[1].Predicate -Compress | Should -Be '{"a":1,"b":["x",null]}'
    }

    It 'makes a claim of each object of the pipeline' {
        @(@{ a = 1 }, @{ a = 2 } | New-ModelClaim $model -PredicateType test-result @sign).Count | Should -Be 2
    }

    It 'takes models from the pipeline' {
        Test-ModelSignature $model -PublicKey $key.PublicKeyPath | New-ModelClaim @claim @sign | Should -HaveCount 1
        Get-Item $model | New-ModelClaim @claim @sign | Should -HaveCount 1
    }

    It 'writes nothing under -WhatIf' {
        New-ModelClaim $model @claim @sign -WhatIf | Should -BeNullOrEmpty
        $file | Should -Not -Exist
    }

    It 'signs with <Name>' -ForEach @(
        @{ Name = 'a certificate'; With = { @{ Certificate = $certificate.Certificate; PrivateKey = $certificate.PrivateKey; CertificateChain = $certificate.Root } } }
        @{ Name = 'a PKCS#12 file'; With = { @{ Certificate = $certificate.Pkcs12; KeyPassword = ConvertTo-Secret 'secret' } } }
    ) {
        $with = & $With
        (New-ModelClaim $model -PredicateType spdx -Predicate '{}' @with).Method | Should -Be 'Certificate'
        (New-ModelClaim -LiteralPath $model -PredicateType spdx -Predicate '{}' @with).Method | Should -Be 'Certificate'
    }

    It 'takes the certificate from the pipeline' {
        ($certificate.Object | New-ModelClaim $model @claim).Method | Should -Be 'Certificate'
        ($certificate.Object | New-ModelClaim -LiteralPath $model @claim).Method | Should -Be 'Certificate'
    }

    It 'opens no token under -WhatIf' {
        $token = @{ Pkcs11Uri = 'pkcs11:token=none;object=none'; Pin = ConvertTo-Secret '123456'; ModulePath = "$TestDrive" }
        New-ModelClaim $model -PredicateType spdx -Predicate '{}' @token -WhatIf | Should -BeNullOrEmpty
        New-ModelClaim -LiteralPath $model -PredicateType spdx -Predicate '{}' @token -WhatIf | Should -BeNullOrEmpty
        New-ModelClaim $model -PredicateType spdx -Predicate '{}' @token -Certificate $certificate.Certificate -WhatIf | Should -BeNullOrEmpty
        New-ModelClaim -LiteralPath $model -PredicateType spdx -Predicate '{}' @token -Certificate $certificate.Certificate -WhatIf | Should -BeNullOrEmpty
    }

    It 'adds nothing when Sigstore cannot be used: <Name>' -ForEach @(
        @{ Name = 'a missing configuration'; With = { @{ TrustConfig = "$TestDrive/none.json"; IdentityToken = New-SampleToken @{ sub = 'x' } | ForEach-Object { ConvertTo-Secret $_ } } } }
        @{ Name = 'missing files'; With = { @{ TrustedRoot = "$TestDrive/none.json"; SigningConfig = "$TestDrive/none2.json"; SignIn = $true; SignInFlow = 'Device' } } }
        @{ Name = 'an unknown instance'; With = { @{ SigstoreInstance = 'none'; Issuer = 'https://idp.example.com'; ClientId = 'c'; ClientSecret = ConvertTo-Secret 's' } } }
    ) {
        $with = & $With
        $null = Get-Refusal { New-ModelClaim $model -PredicateType spdx -Predicate '{}' -Sigstore @with -Force }
        $null = Get-Refusal { New-ModelClaim -LiteralPath $model -PredicateType spdx -Predicate '{}' -Sigstore @with -Force }
        $file | Should -Not -Exist
    }

    It 'adds nothing without the timestamp that was asked for' {
        $stamp = @{ TimestampServer = 'http://127.0.0.1:9'; TimestampCertificate = $certificate.Root }
        (Get-Refusal { New-ModelClaim $model -PredicateType spdx -Predicate '{}' -PrivateKey $key.PrivateKeyPath @stamp }).FullyQualifiedErrorId | Should -BeLike 'Timestamp*'
        $file | Should -Not -Exist
    }

    It 'hashes the model as its signature says, wherever that lies' {
        $other = New-SampleModel "$TestDrive/other"
        $null = New-ModelSignature $other @sign -SignaturePath "$TestDrive/other.sig" -HashAlgorithm blake3 -IgnorePath config.json
        $made = New-ModelClaim $other @claim -PrivateKey $key.PrivateKeyPath -SignaturePath "$TestDrive/other.sig" -ClaimsPath "$TestDrive/all.jsonl" -IgnorePath notes.txt -IncludeGitPath -ThrottleLimit 1 -Device cpu
        $made.ClaimsPath | Should -Be (Join-Path $TestDrive all.jsonl)
    }

    It 'refuses <Id>' -ForEach @(
        @{ Id = 'ClaimPredicateTypeInvalid'; With = { @{ PredicateType = 'sbom'; Predicate = '{}' } } }
        @{ Id = 'ClaimPredicateTypeInvalid'; With = { @{ PredicateType = 'https://model_signing/signature/v1.0'; Predicate = '{}' } } }
        @{ Id = 'ClaimPredicateInvalid'; With = { @{ PredicateType = 'spdx'; Predicate = '{"a":1,"a":2}' } } }
        @{ Id = 'ClaimPredicateInvalid'; With = { @{ PredicateType = 'spdx'; Predicate = 1, 2 } } }
        @{ Id = 'ClaimPredicateInvalid'; With = { $loop = @{}; $loop.self = $loop; @{ PredicateType = 'spdx'; Predicate = $loop } } }
        @{ Id = 'ClaimPredicateNotFound'; With = { @{ PredicateType = 'spdx'; Predicate = "$TestDrive/none.json" } } }
        @{ Id = 'ClaimsPathInvalid'; With = { @{ PredicateType = 'spdx'; Predicate = '{}'; ClaimsPath = "$model/claims.jsonl" } } }
        @{ Id = 'ClaimsPathInvalid'; With = { @{ PredicateType = 'spdx'; Predicate = '{}'; ClaimsPath = $key.PrivateKeyPath } } }
        @{ Id = 'BundleNotFound'; With = { @{ PredicateType = 'spdx'; Predicate = '{}'; SignaturePath = "$TestDrive/none.sig" } } }
    ) {
        $with = & $With
        (Get-Refusal { New-ModelClaim $model @with @sign }).FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $file | Should -Not -Exist
    }

    It 'claims nothing about a model that is not what was signed' {
        $changed = New-SampleModel "$TestDrive/changed"
        $null = New-ModelSignature $changed @sign
        Set-Content "$changed/config.json" 'changed'
        (Get-Refusal { New-ModelClaim $changed @claim @sign }).FullyQualifiedErrorId | Should -BeLike 'ClaimModelDiffers,*'
    }

    It 'offers the short names of predicate types' {
        (TabExpansion2 'New-ModelClaim -PredicateType ' 30).CompletionMatches.CompletionText | Should -Be @('cyclonedx', 'slsa-provenance', 'spdx', 'test-result')
    }
}

Describe 'Claims and sigstore-js (skipped without node and its packages)' -Skip:(-not $judge) {
    BeforeAll {
        $tool = "$repository/tests/SigstoreJs/judge.mjs"
        $strange = New-SampleKey "$TestDrive/strange.key"
        $null = New-ModelSignature $model @sign -Force
    }

    It 'accepts a claim and its statement, and refuses another key' {
        $null = New-ModelClaim $model -PredicateType test-result -Predicate '{"result":"PASSED"}' @sign
        $line = New-Item "$TestDrive/line.json" -Value (Get-Content $file -Tail 1) -Force
        $statement = & node $tool accept $line.FullName $key.PublicKeyPath | ConvertFrom-Json
        $LASTEXITCODE | Should -Be 0
        $valid = Test-ModelSignature $model -PublicKey $key.PublicKeyPath
        "sha256:$($statement.subject[0].digest.sha256)" | Should -Be $valid.RootDigest
        "pin1:$($statement.subject[0].digest.modelPin1)" | Should -Be $valid.ModelPin
        $statement.predicate.result | Should -Be 'PASSED'
        $refusal = & node $tool accept $line.FullName $strange.PublicKeyPath 2>&1
        $LASTEXITCODE | Should -Not -Be 0
        $refusal -join '' | Should -Match 'signature verification failed'
    }

    It 'signs a claim about the root digest that counts here, and one about another digest that does not' {
        $digest = (Test-ModelSignature $model -PublicKey $key.PublicKeyPath).RootDigest -replace '^sha256:'
        Remove-Item $file -ErrorAction Ignore
        foreach ($subject in $digest, ('0' * 64)) {
            $statement = '{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"model","digest":{"sha256":"' + $subject + '"}}],"predicateType":"https://slsa.dev/provenance/v1","predicate":{"a":1}}'
            $written = New-Item "$TestDrive/statement.json" -Value $statement -Force
            & node $tool sign $written.FullName $strange.PrivateKeyPath | Add-Content $file
            $LASTEXITCODE | Should -Be 0
        }

        $lines = @(Test-ModelClaim $model -PublicKey $key.PublicKeyPath, $strange.PublicKeyPath -Detailed)
        $lines.Status | Should -Be 'Valid', 'OtherModel'
        $lines[0].BoundTo | Should -Be 'RootDigest'
        $lines[0].Signer | Should -Be $strange.Hint
        (Test-ModelClaim $model -PublicKey $key.PublicKeyPath -Detailed).Status | Should -Be 'NotTrusted', 'NotTrusted'
    }
}
