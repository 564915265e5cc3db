BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $public = @{ PublicKey = $key.PublicKeyPath }
    $model = New-SampleModel "$TestDrive/model"
    $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
    Get-ModelManifest $model -OutFile "$TestDrive/model.jsonl"
    $signature = @{ SignaturePath = "$model/model.sig" }

    $policy = "$TestDrive/policy.json"
    $signers = '"signers": [{ "type": "key", "publicKey": "release.pub" }]'
    function Set-Policy([string] $Demand) { Set-Content $policy "{ ""version"": 1, ""rules"": [{ ""name"": ""all"", ""models"": ""**"", $signers $Demand }] }" }
}

Describe 'Test-ModelSignature -Include' {
    It 'verifies what it selects, and never looks like the whole' {
        $result = Test-ModelSignature $model @public -Include config.json
        $result.Status, $result.Scope, $result.Basis, $result.FileCount | Should -Be 'Valid', 'Partial', 'Files', 1
        $result.CheckedFiles | Should -Be 'config.json'
        $result.UncheckedPaths | Should -Be '.'
        $result.StatusMessage | Should -Be "The file 'config.json' is as it was signed. The other signed files were not checked."
        $result | Out-String | Should -Match 'Valid in part'
        $result | Format-Wide | Out-String | Should -Match 'Valid in part'
        (Test-ModelSignature -LiteralPath $model @public -Include config.json, 'weights/*').StatusMessage | Should -Match '^2 selected .*Nothing else in the folder was checked\.$'
    }

    It 'answers with -Quiet for what it selects' {
        Add-Content "$model/weights/model.bin" 'x'
        try {
            Test-ModelSignature $model @public -Include config.json -Quiet | Should -BeTrue
            Test-ModelSignature $model @public -Include config.json, weights -Quiet | Should -BeFalse
            Test-ModelSignature $model @public -Include config.json, nothing -Quiet | Should -BeFalse
            (Get-Refusal { Test-ModelSignature $model @public -Include weights }).FullyQualifiedErrorId | Should -BeLike 'ModelMismatch,*'
        }
        finally { $null = New-SampleModel $model }
    }

    It 'is refused with <Id>' -ForEach @(
        @{ Id = 'IncludeNotSigned'; Path = { $model }; Include = 'model.sig' }
        @{ Id = 'IncludeInvalid'; Path = { $model }; Include = '../model/config.json' }
        @{ Id = 'IncludeNeedsFolder'; Path = { "$model/config.json" }; Include = 'config.json' }
    ) {
        (Get-Refusal { Test-ModelSignature (& $Path) @public -Include $Include }).FullyQualifiedErrorId | Should -BeLike "$Id,*"
    }

    It 'is refused by a rule that requires the whole, and the whole is not' {
        Set-Policy ', "scope": "Whole"'
        (Get-Refusal { Test-ModelSignature $model -TrustPolicy $policy -Include config.json }).FullyQualifiedErrorId | Should -BeLike 'TrustPolicyScopeNotAccepted,*'
        (Get-Refusal { Test-ModelSignature "$model/config.json" -TrustPolicy $policy }).FullyQualifiedErrorId | Should -BeLike 'TrustPolicyScopeNotAccepted,*'
        (Test-ModelSignature $model -TrustPolicy $policy).Status | Should -Be 'Valid'
        Set-Policy ''
        (Test-ModelSignature $model -TrustPolicy $policy -Include config.json).TrustRule | Should -Be 'all'
    }
}

Describe 'Test-ModelSignature -Manifest' {
    It 'compares a manifest, and says that no file was read' {
        $result = Test-ModelSignature "$TestDrive/model.jsonl" -Manifest @public @signature
        $result.Status, $result.Scope, $result.Basis, $result.Source | Should -Be 'Valid', 'Whole', 'Manifest', 'Manifest'
        $result.Path | Should -Be (Get-Item "$TestDrive/model.jsonl").FullName
        $result.StatusMessage | Should -Be 'The manifest lists exactly what was signed. No file of the model was read.'
        $result | Out-String | Should -Match 'Manifest only'
        $result, (Test-ModelSignature $model @public) | ConvertTo-ModelReport | Should -Match 'of 1 model only a part or a manifest was checked'
    }

    It 'refuses another manifest with the differences' {
        $other = New-SampleModel "$TestDrive/other"
        Set-Content "$other/config.json" 'x'
        Get-ModelManifest $other -OutFile "$TestDrive/other.jsonl"
        $refusal = Get-Refusal { Test-ModelSignature "$TestDrive/other.jsonl" -Manifest @public @signature }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'ManifestMismatch,*'
        $refusal.TargetObject.ChangedFiles.Name | Should -Be 'config.json'
    }

    It 'answers with -Quiet only where that was asked for' {
        { Test-ModelSignature "$TestDrive/model.jsonl" -Manifest @public @signature -Quiet } | Should -Throw -ErrorId 'ManifestBasis,*'
        Test-ModelSignature "$TestDrive/model.jsonl" -Manifest @public @signature -Quiet -AllowManifestBasis | Should -BeTrue
    }

    It 'is refused beside a parameter about files' {
        { Test-ModelSignature "$TestDrive/model.jsonl" -Manifest @public @signature -IgnoreUnsignedFile } | Should -Throw -ErrorId 'ManifestHasNoFiles,*'
        { Test-ModelSignature "$TestDrive/model.jsonl" -Manifest @public @signature -Include config.json } | Should -Throw -ErrorId 'ManifestHasNoFiles,*'
    }

    It 'is refused by a policy whose rule does not accept manifests' {
        Set-Policy ''
        (Get-Refusal { Test-ModelSignature "$TestDrive/model.jsonl" -Manifest -TrustPolicy $policy @signature }).FullyQualifiedErrorId | Should -BeLike 'TrustPolicyBasisNotAccepted,*'
        Set-Policy ', "basis": "Manifest"'
        (Test-ModelSignature "$TestDrive/model.jsonl" -Manifest -TrustPolicy $policy @signature).TrustRule | Should -Be 'all'
        (Test-ModelTrustPolicy $policy -Detailed).Basis | Should -Be 'Manifest'
        Set-Policy ', "basis": "manifest"'
        { Test-ModelSignature $model -TrustPolicy $policy } | Should -Throw -ErrorId 'TrustPolicyInvalid,*'
    }
}

Describe 'A list of digests that another program wrote' {
    It 'is signed, verified and compared: <_>' -ForEach 'model.csv', 'model.sha256' {
        $list = "$TestDrive/$_"
        $copy = New-SampleModel "$TestDrive/copy"
        $files = Get-ModelManifest $copy
        if ($_ -eq 'model.csv') { $files | Export-Csv $list }
        else { Set-Content $list (($files | ForEach-Object { "$($_.Digest) *./$($_.Name)`n" }) -join '') -NoNewline }
        $signed = New-ModelSignature $list -Manifest -PrivateKey $key.PrivateKeyPath -SignaturePath "$list.sig"
        $signed.Basis, $signed.FileCount | Should -Be 'Manifest', 2
        (Test-ModelSignature $copy @public -SignaturePath "$list.sig").Status | Should -Be 'Valid'
        (Test-ModelSignature $list -Manifest @public @signature).Basis | Should -Be 'Manifest'
        Compare-ModelManifest $list $copy | Should -BeNullOrEmpty
        Compare-ModelManifest "$TestDrive/model.jsonl" $list | Should -BeNullOrEmpty
    }

    It 'is refused as <_>, and the refusal says how to make a manifest of it' -ForEach 'objects', 'rows of a table' {
        Get-ModelManifest $model | Export-Csv "$TestDrive/rows.csv"
        $entries = if ($_ -eq 'objects') { Get-ModelManifest $model } else { Import-Csv "$TestDrive/rows.csv" }
        $refusals = @(
            Get-Refusal { $entries[0] | New-ModelSignature -Manifest -PrivateKey $key.PrivateKeyPath -SignaturePath "$TestDrive/entries.sig" }
            Get-Refusal { New-ModelSignature $entries[0] -Manifest -PrivateKey $key.PrivateKeyPath -SignaturePath "$TestDrive/entries.sig" }
            Get-Refusal { $entries[0] | Test-ModelSignature -Manifest @public @signature }
            Get-Refusal { Test-ModelSignature @($entries[0]) -Manifest @public @signature })
        $refusals.FullyQualifiedErrorId | Should -BeLike 'ManifestEntry,*'
        $refusals.Count | Should -Be 4
        $refusals[0].ErrorDetails.RecommendedAction | Should -Match 'Join-ModelManifest'
        "$TestDrive/entries.sig" | Should -Not -Exist
        ("$TestDrive/model.jsonl", $entries[0]) | Test-ModelSignature -Manifest @public @signature -Quiet -AllowManifestBasis | Should -BeFalse
    }

    It 'is refused where a name leads out of the model' {
        Set-Content "$TestDrive/out.sha256" "$('a' * 64)  ../x`n" -NoNewline
        (Get-Refusal { New-ModelSignature "$TestDrive/out.sha256" -Manifest -PrivateKey $key.PrivateKeyPath }).FullyQualifiedErrorId | Should -BeLike 'ManifestImportName,*'
        (Get-Refusal { Test-ModelSignature "$TestDrive/out.sha256" -Manifest @public @signature }).FullyQualifiedErrorId | Should -BeLike 'ManifestImportName,*'
        { Compare-ModelManifest "$TestDrive/out.sha256" $model } | Should -Throw -ErrorId 'ManifestImportName,*'
    }
}
