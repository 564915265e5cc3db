BeforeDiscovery {
    $judge = (Get-Command node -ErrorAction Ignore) -and (Test-Path "$PSScriptRoot/../Bom/node_modules/ajv")
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"

    function New-BomModel([string] $Path, [string] $License = 'apache-2.0') {
        $null = New-SampleModel $Path
        Set-Content "$Path/README.md" "---`nlicense: $License`nlicense_name: Own`nbase_model: [org/base, ./local folder]`nbase_model_relation: merge`ndatasets: [org/data, data]`npipeline_tag: text-generation`nmodel-index:`n- name: x`n  results:`n  - dataset: {name: MMLU}`n    metrics: [{type: acc, value: 0.5}]`n---`n" -NoNewline
        $Path
    }

    function Test-Bom([string] $Kind, [string] $Bom) {
        $file = New-Item "$TestDrive/$([guid]::NewGuid()).json" -Value $Bom
        $output = & node "$repository/tests/Bom/validate.mjs" $Kind $file.FullName 2>&1
        $LASTEXITCODE | Should -Be 0 -Because ($output -join "`n")
    }

    function Test-Valid([string] $Model) { Test-ModelSignature $Model -PublicKey $key.PublicKeyPath }

    $key = New-SampleKey "$TestDrive/release.key"
    $time = @{ Timestamp = [DateTimeOffset] '2026-01-02T03:04:05Z' }
    $model = New-BomModel "$TestDrive/model"
    $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
    $valid = Test-Valid $model
}

Describe 'New-ModelBom' {
    It 'names what was not checked' {
        $other = New-SampleModel "$TestDrive/unchecked"
        $null = New-ModelSignature $other -PrivateKey $key.PrivateKeyPath
        Set-Content "$other/extra.py" 'import os'
        $bom = Test-ModelSignature $other -PublicKey $key.PublicKeyPath -IgnoreUnsignedFile | New-ModelBom @time | ConvertFrom-Json
        ($bom.components[0].properties | Where-Object name -EQ 'modelsigning:unchecked').value | Should -Be '["extra.py"]'
        ($valid | New-ModelBom @time | ConvertFrom-Json).components[0].properties.name | Should -Not -Contain 'modelsigning:unchecked'
    }

    It 'lists what was verified' {
        $bom = $valid | New-ModelBom @time | ConvertFrom-Json
        $component = $bom.components[0]
        $component.type | Should -Be 'machine-learning-model'
        $component.purl | Should -Be 'pkg:generic/model'
        foreach ($file in $component.components) {
            $file.hashes.content | Should -Be (Get-FileHash "$model/$($file.name)").Hash.ToLowerInvariant()
        }
        $component.components.name | Should -Be 'README.md', 'config.json', 'weights/model.bin'
        $component.licenses.license.id | Should -Be 'Apache-2.0'
        $component.pedigree.ancestors.name | Should -Be 'org/base', './local folder'
        $component.pedigree.ancestors[1].purl | Should -BeNullOrEmpty
        $component.modelCard.modelParameters.datasets.ref | Should -Be 'dataset:org/data', 'dataset:data'
        ($component.externalReferences | Where-Object type -EQ digital-signature).hashes.content | Should -Be (Get-FileHash "$model/model.sig").Hash.ToLowerInvariant()
        $properties = @{}
        $component.properties | ForEach-Object { $properties[$_.name] = $_.value }
        $properties['modelsigning:rootDigest'] | Should -Be $valid.RootDigest
        $properties['modelsigning:pin'] | Should -Be $valid.ModelPin
        $properties['modelsigning:verified'] | Should -Be 'true'
    }

    It 'is the same for the same model and time, and has another number otherwise' {
        $first = $valid | New-ModelBom @time
        Test-Valid $model | New-ModelBom @time | Should -BeExactly $first
        ($valid | New-ModelBom @time -Name other | ConvertFrom-Json).serialNumber | Should -Not -Be ($first | ConvertFrom-Json).serialNumber
        $first | Should -Not -Match "`r"
        try {
            $env:SOURCE_DATE_EPOCH = '1767323045'
            $valid | New-ModelBom | Should -BeExactly $first
            $env:SOURCE_DATE_EPOCH = 'yesterday'
            (Get-Refusal { $valid | New-ModelBom }).FullyQualifiedErrorId | Should -BeLike 'BomTimestampInvalid,*'
        }
        finally { $env:SOURCE_DATE_EPOCH = $null }
    }

    It 'is accepted by the library of CycloneDX: <Version>, <Hash>, <License>' -Skip:(-not $judge) -ForEach @(
        @{ Version = '1.6'; Hash = @{}; License = 'apache-2.0' }
        @{ Version = '1.7'; Hash = @{ HashAlgorithm = 'blake2b' }; License = 'llama3.1' }
        @{ Version = '1.7'; Hash = @{ HashAlgorithm = 'blake3'; ShardSize = 1000 }; License = '[mit, cc-by-4.0, other]' }
    ) {
        $other = New-BomModel "$TestDrive/$([guid]::NewGuid())" $License
        $null = New-ModelSignature $other -PrivateKey $key.PrivateKeyPath @Hash
        Test-Bom $Version (Test-Valid $other | New-ModelBom -CycloneDxVersion $Version -PackageUrl pkg:huggingface/org/x@1f -Supplier Org)
        Test-Bom $Version (New-ModelBom $other -Unverified -CycloneDxVersion $Version)
    }

    It 'is SPDX by the schema of this project' -Skip:(-not $judge) {
        Test-Bom spdx ($valid | New-ModelBom -Format spdx @time)
        $whole = $valid | New-ModelBom -Format spdx @time -PackageUrl pkg:huggingface/org/x@1f -Supplier Org
        Test-Bom spdx $whole
        $graph = ($whole | ConvertFrom-Json).'@graph'
        ($graph | Where-Object type -EQ SpdxDocument).profileConformance | Should -Contain 'ai'
        ($graph | Where-Object type -EQ software_File).verifiedUsing.hashValue | Should -Contain (Get-FileHash "$model/README.md").Hash.ToLowerInvariant()
        ($graph | Where-Object relationshipType -EQ descendantOf).to | Should -HaveCount 2
        (($valid | New-ModelBom -Format spdx | ConvertFrom-Json).'@graph' | Where-Object type -EQ SpdxDocument).profileConformance | Should -Not -Contain 'ai'
    }

    It 'becomes a claim that verifies' {
        $null = $valid | New-ModelBom @time | New-ModelClaim $model -PredicateType cyclonedx -PrivateKey $key.PrivateKeyPath
        $claim = Test-ModelClaim $model -PublicKey $key.PublicKeyPath -PredicateType cyclonedx
        $claim.Predicate.components[0].components.name | Should -Contain 'weights/model.bin'
    }

    It 'refuses a path that was not verified: <_>' -ForEach 'by a path', 'by the pipeline', 'by a literal path' {
        $refusal = Get-Refusal {
            switch ($_) {
                'by a path' { New-ModelBom $model }
                'by the pipeline' { Get-Item $model | New-ModelBom }
                'by a literal path' { New-ModelBom -LiteralPath $model }
            }
        }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'BomNotVerified,*'
    }

    It 'says of an unverified model that it is' {
        $bom = New-ModelBom $model -Unverified | ConvertFrom-Json
        $bom.metadata.properties.value | Should -Be 'false'
        ($bom.components[0].properties | Where-Object name -EQ modelsigning:signer) | Should -BeNullOrEmpty
        $bom.components[0].externalReferences.type | Should -Not -Contain 'digital-signature'
        ($bom.components[0].components | Where-Object name -EQ config.json).hashes.content | Should -Be (Get-FileHash "$model/config.json").Hash.ToLowerInvariant()
    }

    It 'refuses a model that does not verify, and one of which only some files did' {
        $changed = New-BomModel "$TestDrive/changed"
        $null = New-ModelSignature $changed -PrivateKey $key.PrivateKeyPath
        Set-Content "$changed/README.md" 'forged'
        (Get-Refusal { Test-ModelSignature $changed -PublicKey $key.PublicKeyPath -Detailed | New-ModelBom }).FullyQualifiedErrorId | Should -BeLike 'CardNotVerified,*'
        $partial = Test-ModelSignature "$model/config.json" -SignaturePath "$model/model.sig" -PublicKey $key.PublicKeyPath
        (Get-Refusal { $partial | New-ModelBom }).FullyQualifiedErrorId | Should -BeLike 'BomNotWhole,*'
    }

    It 'refuses a version of CycloneDX for SPDX' {
        (Get-Refusal { New-ModelBom $model -Unverified -Format spdx -CycloneDxVersion 1.7 }).FullyQualifiedErrorId | Should -BeLike 'BomVersion,*'
    }

    It 'refuses a signature file with the same statement under a signature that was not verified' {
        $copy = New-BomModel "$TestDrive/resigned"
        $null = New-ModelSignature $copy -PrivateKey $key.PrivateKeyPath
        $result = Test-Valid $copy
        $text = Get-Content "$copy/model.sig" -Raw
        Set-Content "$copy/model.sig" ($text -replace '"sig":"(.)', { '"sig":"' + $(if ($_.Groups[1].Value -eq 'A') { 'B' } else { 'A' }) }) -NoNewline
        (Get-Refusal { $result | New-ModelBom }).FullyQualifiedErrorId | Should -BeLike 'BomSignatureChanged,*'
    }

    It 'refuses a signature file that changed after the verification' {
        $swapped = New-BomModel "$TestDrive/swapped"
        $null = New-ModelSignature $swapped -PrivateKey $key.PrivateKeyPath
        $result = Test-Valid $swapped
        Set-Content "$swapped/README.md" 'other'
        $null = New-ModelSignature $swapped -PrivateKey $key.PrivateKeyPath -Force
        (Get-Refusal { $result | New-ModelBom }).FullyQualifiedErrorId | Should -BeLike 'BomSignatureChanged,*'
    }

    It 'refuses members that do not fit: <Url> <Version>' -ForEach @(
        @{ Url = 'https://huggingface.co/org/x'; Version = $null }
        @{ Url = 'pkg:huggingface/'; Version = $null }
        @{ Url = 'pkg:huggingface/org/x y'; Version = $null }
        @{ Url = 'pkg:huggingface/org/x@1'; Version = '2' }
    ) {
        $more = $Version ? @{ Version = $Version } : @{}
        (Get-Refusal { $valid | New-ModelBom -PackageUrl $Url @more }).FullyQualifiedErrorId | Should -BeLike 'PackageUrlInvalid,*'
    }

    It 'refuses a card that is ambiguous' {
        $double = New-BomModel "$TestDrive/double" "a`nlicense: b"
        $null = New-ModelSignature $double -PrivateKey $key.PrivateKeyPath
        (Get-Refusal { Test-Valid $double | New-ModelBom }).FullyQualifiedErrorId | Should -BeLike 'FrontMatterKeyTwice,*'
    }
}
