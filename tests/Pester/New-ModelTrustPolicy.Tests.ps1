BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $other = New-SampleKey "$TestDrive/other.key"
    $certificate = New-SampleCertificate "$TestDrive/ca"
    $keyModel = New-SampleModel "$TestDrive/store/by-key"
    $null = New-ModelSignature $keyModel -PrivateKey $key.PrivateKeyPath
    $certificateModel = New-SampleModel "$TestDrive/store/by-certificate"
    $null = New-ModelSignature $certificateModel -Certificate $certificate.Certificate -PrivateKey $certificate.PrivateKey -CertificateChain $certificate.Root
}

Describe 'New-ModelTrustPolicy' {
    It 'writes a policy under which the model verifies' {
        $file = New-ModelTrustPolicy "$TestDrive/key.json" $keyModel -PublicKey $key.PublicKeyPath -Confirm:$false
        $file | Should -BeOfType System.IO.FileInfo
        Test-ModelTrustPolicy $file | Should -BeTrue
        $result = Test-ModelSignature $keyModel -TrustPolicy $file
        $result.Status | Should -Be 'Valid'
        $result.TrustRule | Should -Be 'by-key'
    }

    It 'writes a rule for a certificate, and needs no key for it' {
        $file = New-ModelTrustPolicy "$TestDrive/certificate.json" -LiteralPath $certificateModel -Confirm:$false
        (Test-ModelTrustPolicy $file -Detailed).Signers | Should -Match 'Model Release'
        (Test-ModelSignature $certificateModel -TrustPolicy $file).Status | Should -Be 'Valid'
    }

    It 'refuses one file of a signed folder, for which no rule of its own would ever be asked' {
        $folder = New-Item "$TestDrive/part/one-file" -ItemType Directory
        Set-Content "$folder/only.bin" 'x'
        $signed = New-ModelSignature $folder -PrivateKey $key.PrivateKeyPath
        foreach ($file in (Get-Item "$folder/only.bin"), (Get-Item "$keyModel/config.json")) {
            $signature = if ($file.Name -eq 'only.bin') { $signed.SignaturePath } else { "$keyModel/model.sig" }
            $problem = $null
            New-ModelTrustPolicy "$TestDrive/part.json" $file -SignaturePath $signature -PublicKey $key.PublicKeyPath -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem
            $problem.FullyQualifiedErrorId | Should -BeLike 'FirstUseUnknown*'
            "$problem" | Should -Match 'Specify the folder that was signed'
            "$TestDrive/part.json" | Should -Not -Exist
        }
    }

    It 'writes one rule for each model of the pipeline' {
        $file = Get-ChildItem "$TestDrive/store" -Directory | New-ModelTrustPolicy "$TestDrive/store.json" -PublicKey $key.PublicKeyPath -Confirm:$false
        @(Test-ModelTrustPolicy $file -Detailed).Count | Should -Be 2
        @(Get-ChildItem "$TestDrive/store" -Directory | Test-ModelSignature -TrustPolicy $file).Count | Should -Be 2
    }

    It 'accepts exactly this model with -PinModel' {
        $model = New-SampleModel "$TestDrive/pinned"
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
        $file = New-ModelTrustPolicy "$TestDrive/pinned.json" $model -PublicKey $key.PublicKeyPath -PinModel -Confirm:$false
        (Test-ModelTrustPolicy $file -Detailed).PinnedModelCount | Should -Be 1
        Test-ModelSignature $model -TrustPolicy $file -Quiet | Should -BeTrue
        Set-Content "$model/config.json" '{}'
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -Force
        (Get-Refusal { Test-ModelSignature $model -TrustPolicy $file }).FullyQualifiedErrorId | Should -Be 'TrustPolicyModelNotPinned,ModelSigning.TestModelSignatureCommand'
    }

    It 'trusts the certificate alone, or with -PinIssuer what its issuer certifies for the same subject' {
        $file = New-ModelTrustPolicy "$TestDrive/issuer.json" $certificateModel -PinIssuer -Confirm:$false
        (Test-ModelTrustPolicy $file -Detailed).Signers | Should -Not -Match 'fingerprint'
        Test-ModelSignature $certificateModel -TrustPolicy $file -Quiet | Should -BeTrue
        $file = New-ModelTrustPolicy "$TestDrive/issuer.json" -LiteralPath $certificateModel -Force -Confirm:$false
        (Test-ModelTrustPolicy $file -Detailed).Signers | Should -Match 'fingerprint'
        (New-ModelTrustPolicy "$TestDrive/issuer.json" -LiteralPath $certificateModel -PinIssuer -Force -Confirm:$false) | Should -Not -BeNullOrEmpty
    }

    It 'replaces policies with -Force, and no key or other file' {
        $before = Get-Content $key.PrivateKeyPath -Raw
        $refusal = Get-Refusal { New-ModelTrustPolicy $key.PrivateKeyPath $keyModel -PublicKey $key.PublicKeyPath -Force -Confirm:$false }
        $refusal.FullyQualifiedErrorId | Should -Be 'TrustPolicyReplacesFile,ModelSigning.NewModelTrustPolicyCommand'
        Get-Content $key.PrivateKeyPath -Raw | Should -Be $before
        Set-Content "$TestDrive/old.json" '{"version":1,"rules":[{"name":"old","rootDigests":[]}]}'
        New-ModelTrustPolicy "$TestDrive/old.json" $keyModel -PublicKey $key.PublicKeyPath -Force -Confirm:$false | Should -Not -BeNullOrEmpty
        $refusal = Get-Refusal { New-ModelTrustPolicy "$TestDrive/old.json" $keyModel -PublicKey $key.PublicKeyPath -WhatIf }
        $refusal.FullyQualifiedErrorId | Should -Be 'TrustPolicyExists,ModelSigning.NewModelTrustPolicyCommand'
    }

    It 'pins what Get-ModelManifest and Get-ModelSignature show' {
        $pin = Get-ModelManifest $keyModel -ModelPin
        $pin | Should -Match '^pin1:[0-9a-f]{64}$'
        Get-ModelManifest -LiteralPath $keyModel -ModelPin | Should -Be $pin
        (Get-ModelSignature $keyModel).ClaimedModelPin | Should -Be $pin
        (Test-ModelSignature $keyModel -PublicKey $key.PublicKeyPath).ModelPin | Should -Be $pin
        $file = New-ModelTrustPolicy "$TestDrive/pin.json" $keyModel -PublicKey $key.PublicKeyPath -PinModel -Confirm:$false
        (Get-Content $file | ConvertFrom-Json).rules[0].pins | Should -Be $pin
    }

    It 'writes nothing under -WhatIf' {
        New-ModelTrustPolicy "$TestDrive/whatif.json" $keyModel -PublicKey $key.PublicKeyPath -WhatIf | Should -BeNullOrEmpty
        "$TestDrive/whatif.json" | Should -Not -Exist
    }

    It 'asks before it trusts, unless told not to' {
        $script = "Import-Module '$manifest'; New-ModelTrustPolicy '$TestDrive/asked.json' '$keyModel' -PublicKey '$($key.PublicKeyPath)'"
        $null = & $pwsh -NoProfile -NonInteractive -Command $script 2>&1
        "$TestDrive/asked.json" | Should -Not -Exist
    }

    It 'keeps a policy, also with -Force, when one of the models cannot be added to the new one' {
        $kept = "$TestDrive/kept.json"
        $null = New-ModelTrustPolicy $kept $keyModel -PublicKey $key.PublicKeyPath -Confirm:$false
        $before = [IO.File]::ReadAllText($kept)
        New-Item "$TestDrive/unsigned" -ItemType Directory | ForEach-Object { Set-Content "$_/a" a }
        $written = New-ModelTrustPolicy $kept $keyModel, "$TestDrive/unsigned" -PublicKey $key.PublicKeyPath -Force -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable refusals
        $written | Should -BeNullOrEmpty
        $refusals[-1].FullyQualifiedErrorId | Should -BeLike 'FirstUseIncomplete,*'
        [IO.File]::ReadAllText($kept) | Should -Be $before
        New-ModelTrustPolicy "$TestDrive/first.json" $keyModel, "$TestDrive/unsigned" -PublicKey $key.PublicKeyPath -Confirm:$false -ErrorAction SilentlyContinue | Should -Not -BeNullOrEmpty
    }

    It 'replaces a policy only with -Force' {
        $mine = '{"version":1,"rules":[]}'
        Set-Content "$TestDrive/there.json" $mine
        $refusal = Get-Refusal { New-ModelTrustPolicy "$TestDrive/there.json" $keyModel -PublicKey $key.PublicKeyPath -Confirm:$false }
        $refusal.FullyQualifiedErrorId | Should -Be 'TrustPolicyExists,ModelSigning.NewModelTrustPolicyCommand'
        $refusal.CategoryInfo.Category | Should -Be 'ResourceExists'
        Get-Content "$TestDrive/there.json" | Should -Be $mine
        $null = New-ModelTrustPolicy "$TestDrive/there.json" $keyModel -PublicKey $key.PublicKeyPath -Force -Confirm:$false
        Test-ModelTrustPolicy "$TestDrive/there.json" | Should -BeTrue
    }

    It 'goes on to revoke what the policy revokes that it replaces' {
        $policy = "$TestDrive/revoking.json"
        $revoking = New-SampleModel "$TestDrive/revoked"
        $stolen = New-SampleKey "$TestDrive/stolen.key"
        $null = New-ModelSignature $revoking -PrivateKey $stolen.PrivateKeyPath
        $other = New-SampleModel "$TestDrive/kept"
        $null = New-ModelSignature $other -PrivateKey $key.PrivateKeyPath -Force
        $null = New-ModelTrustPolicy $policy $other -PublicKey $key.PublicKeyPath -Confirm:$false
        (Get-Content $policy -Raw).TrimEnd().TrimEnd('}') + ", `"revoked`": { `"keys`": [`"$($stolen.Hint)`"] /* stolen */ } }" | Set-Content $policy
        $refusal = Get-Refusal { New-ModelTrustPolicy $policy $revoking, $other -PublicKey $key.PublicKeyPath, $stolen.PublicKeyPath -Force -Confirm:$false }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'TrustPolicyRevoked,*'
        $null = New-ModelTrustPolicy $policy $other -PublicKey $key.PublicKeyPath -Force -Confirm:$false
        Get-Content $policy -Raw | Should -BeLike "*$($stolen.Hint)*stolen*"
        (Get-Refusal { Test-ModelSignature $revoking -TrustPolicy $policy }).FullyQualifiedErrorId | Should -BeLike 'TrustPolicyRevoked,*'
        (Test-ModelSignature $other -TrustPolicy $policy).Status | Should -Be 'Valid'
    }

    It 'says what the policy that it writes does not demand' {
        $formats = New-SampleModel "$TestDrive/formats"
        Remove-Item "$formats/weights" -Recurse
        $null = New-ModelSignature $formats -PrivateKey $key.PrivateKeyPath -Force
        $null = New-ModelTrustPolicy "$TestDrive/formats.json" $formats -PublicKey $key.PublicKeyPath -AllowFormat json, text -Confirm:$false -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -BeLike "Rule 'formats': *Add unpinnedReferences to forbid.*"
    }

    It 'gives no rule to <Name>' -ForEach @(
        @{ Name = 'a model of another key'; Id = 'KeyMismatch'; Make = { $keyModel } }
        @{ Name = 'a changed model'; Id = 'ModelMismatch'; Make = {
                $changed = New-SampleModel "$TestDrive/changed"
                $null = New-ModelSignature $changed -PrivateKey $other.PrivateKeyPath -Force
                Set-Content "$changed/config.json" 'x'
                $changed
            }
        }
    ) {
        $model = & $Make
        $refusal = Get-Refusal { New-ModelTrustPolicy "$TestDrive/refused.json" $model -PublicKey $other.PublicKeyPath -Confirm:$false }
        $refusal.FullyQualifiedErrorId | Should -Be "$Id,ModelSigning.NewModelTrustPolicyCommand"
        "$TestDrive/refused.json" | Should -Not -Exist
    }

    It 'refuses a model without a signature' {
        $unsigned = New-SampleModel "$TestDrive/unsigned"
        (Get-Refusal { New-ModelTrustPolicy "$TestDrive/unsigned.json" $unsigned -Confirm:$false }).CategoryInfo.Category | Should -Be 'ObjectNotFound'
        "$TestDrive/unsigned.json" | Should -Not -Exist
    }

    It 'adds what a model may be made of, and writes no rule for a model that is not' {
        $texts = New-Item "$TestDrive/texts" -ItemType Directory
        '{}' | Set-Content "$texts/config.json"
        $null = New-ModelSignature $texts -PrivateKey $key.PrivateKeyPath
        $file = New-ModelTrustPolicy "$TestDrive/content.json" $texts -PublicKey $key.PublicKeyPath -Forbid pickle, code, unpinnedReferences -Confirm:$false
        (Test-ModelTrustPolicy $file -Detailed).Forbid | Should -Be 'pickle', 'code', 'unpinnedReferences'
        $problem = $null
        New-ModelTrustPolicy "$TestDrive/no.json" $texts -PublicKey $key.PublicKeyPath -AllowFormat gguf -Confirm:$false -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeLike 'TrustPolicyFormatNotAllowed*'
        "$TestDrive/no.json" | Should -Not -Exist
    }

    It 'demands base models that verify, of the models of the same call' {
        $lineage = [IO.Path]::GetFullPath("$TestDrive/lineage")
        foreach ($name in 'base', 'tuned') {
            $null = New-Item "$lineage/org/$name" -ItemType Directory -Force
            Set-Content "$lineage/org/$name/README.md" ($name -eq 'tuned' ? "---`nbase_model: org/base`n---" : '# base')
            $null = New-ModelSignature "$lineage/org/$name" -PrivateKey $key.PrivateKeyPath -Force
        }
        $with = @{ PublicKey = $key.PublicKeyPath; LineageStore = $lineage; Confirm = $false }
        (Get-Refusal { New-ModelTrustPolicy "$TestDrive/lineage.json" "$lineage/org/tuned" @with }).FullyQualifiedErrorId | Should -BeLike 'TrustPolicyLineageUnsigned,*'
        "$TestDrive/lineage.json" | Should -Not -Exist
        $policy = New-ModelTrustPolicy "$TestDrive/lineage.json" "$lineage/org/base", "$lineage/org/tuned" @with
        (Test-ModelTrustPolicy $policy -Detailed).LineageStores | Should -Be $lineage, $lineage
        Test-ModelSignature "$lineage/org/tuned" -TrustPolicy $policy -Quiet | Should -BeTrue
        Set-Content "$lineage/org/base/README.md" '# forged'
        (Get-Refusal { Test-ModelSignature "$lineage/org/tuned" -TrustPolicy $policy }).FullyQualifiedErrorId | Should -BeLike 'TrustPolicyLineageUnsigned,*'
        Remove-Item $lineage -Recurse
        Test-ModelTrustPolicy $policy -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeTrue
        $warnings | Should -Match 'does not exist'
    }

    It 'adds claims, and writes no rule for a model without them' {
        $claimed = New-SampleModel "$TestDrive/claimed"
        $null = New-ModelSignature $claimed -PrivateKey $key.PrivateKeyPath
        $options = @{ PublicKey = $key.PublicKeyPath; ClaimType = 'test-result'; ClaimPublicKey = $other.PublicKeyPath; Confirm = $false }
        $problem = $null
        New-ModelTrustPolicy "$TestDrive/claims.json" $claimed @options -ErrorAction SilentlyContinue -ErrorVariable problem
        $problem.FullyQualifiedErrorId | Should -BeLike 'TrustPolicyClaimMissing*'
        $null = @{ result = 'PASSED' } | New-ModelClaim $claimed -PredicateType test-result -PrivateKey $other.PrivateKeyPath
        $file = New-ModelTrustPolicy "$TestDrive/claims.json" $claimed @options
        (Test-ModelTrustPolicy $file -Detailed).Claims | Should -Match 'test-result'
        (Test-ModelSignature $claimed -TrustPolicy $file).Status | Should -Be 'Valid'
        { New-ModelTrustPolicy "$TestDrive/half.json" $claimed -PublicKey $key.PublicKeyPath -ClaimType test-result -Confirm:$false } | Should -Throw -ErrorId 'FirstUseClaims*'
    }
}
