BeforeAll {
    . "$PSScriptRoot/common.ps1"

    # A manifest in the layout that Intel publishes, with a digest of model.onnx.
    function New-SampleManifest([string] $Path, [string] $Id = '550e8400-e29b-41d4-a716-446655440000', [string] $Url = 'file://model.onnx', $References = @(), [string] $Digest) {
        $hash = $Digest ? $Digest : (Get-FileHash "$TestDrive/model/model.onnx" -Algorithm SHA384).Hash.ToLowerInvariant()
        $claim = [ordered]@{
            instance_id = "urn:c2pa:$Id"; created_assertions = @(@{ CreativeWork = [ordered]@{ '@context' = 'http://schema.org/'; '@type' = 'Model'; author = @() } })
            ingredients = @([ordered]@{
                title = "model`e[31m"; relationship = 'componentOf'; 'dc:format' = 'application/octet-stream'; document_id = 'uuid:1'; instance_id = 'uuid:2'
                data = [ordered]@{ url = $Url; alg = 'sha384'; hash = $hash; data_types = @(); linked_ingredient_url = $null; linked_ingredient_hash = $null }; linked_ingredient = $null
            })
            signature = $null; claim_generator_info = 'atlas-cli:0.2.0'; created_at = 'now'
        }
        [ordered]@{ claim_generator = 'atlas-cli:0.2.0'; title = 'Sample'; instance_id = "urn:c2pa:$Id"; ingredients = @(); claim = $claim; created_at = 'now'
            cross_references = @($References); 'c2pa.claim.v2' = $null; is_active = $true } | ConvertTo-Json -Depth 20 | Set-Content -LiteralPath $Path
    }

    $null = New-Item "$TestDrive/model" -ItemType Directory
    Set-Content "$TestDrive/model/model.onnx" 'weights'
    New-SampleManifest "$TestDrive/one.json"
    $null = New-SampleKey "$TestDrive/release.key"
}

Describe 'Get-AtlasManifest' {
    It 'shows what a manifest says, and verifies nothing that was not asked for' {
        $manifest = Get-AtlasManifest "$TestDrive/one.json"
        $manifest.Kind | Should -Be 'Model'
        $manifest.SignatureStatus | Should -Be 'None'
        $manifest.Ingredients.Status | Should -Be 'NotChecked'
    }

    It 'compares the files: <_>' -ForEach 'by a path', 'by the pipeline', 'by a literal path' {
        $manifest = switch ($_) {
            'by a path' { Get-AtlasManifest "$TestDrive/one.json" -ModelPath "$TestDrive/model" }
            'by the pipeline' { Get-Item "$TestDrive/one.json" | Get-AtlasManifest -ModelPath "$TestDrive/model/model.onnx" }
            'by a literal path' { Get-AtlasManifest -LiteralPath "$TestDrive/one.json" -ModelPath "$TestDrive/model" }
        }
        $manifest.Ingredients.Status | Should -Be 'Matches'
    }

    It 'refuses a changed file, and shows it with -Detailed' {
        New-SampleManifest "$TestDrive/other.json" -Digest ('0' * 96)
        $refusal = Get-Refusal { Get-AtlasManifest "$TestDrive/other.json" -ModelPath "$TestDrive/model" }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'AtlasFileMismatch,*'
        $refusal.TargetObject.Ingredients.Status | Should -Be 'Differs'
        (Get-AtlasManifest "$TestDrive/other.json" -ModelPath "$TestDrive/model" -Detailed).Ingredients.Status | Should -Be 'Differs'
    }

    It 'refuses an unsigned manifest where a key was given' {
        $refusal = Get-Refusal { Get-AtlasManifest "$TestDrive/one.json" -PublicKey "$TestDrive/release.pub" -HashAlgorithm sha256 }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'AtlasSignatureMissing,*'
    }

    It 'refuses a signature that the key did not make' {
        $forged = Get-Content "$TestDrive/one.json" -Raw | ConvertFrom-Json -Depth 20 -DateKind String
        $stranger = [System.Security.Cryptography.ECDsa]::Create([System.Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $forged.claim.signature = [Convert]::ToBase64String($stranger.SignData([byte[]] (1, 2, 3), 'SHA256', 'Rfc3279DerSequence'))
        ConvertTo-Json $forged -Depth 20 | Set-Content "$TestDrive/forged.json"
        $refusal = Get-Refusal { Get-AtlasManifest "$TestDrive/forged.json" -PublicKey "$TestDrive/release.pub" -HashAlgorithm sha256 }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'AtlasSignatureInvalid,*'
    }

    It 'refuses to compare files that stand beside a signed claim, and says that nobody signed them' {
        $manifest = Get-Content "$TestDrive/one.json" -Raw | ConvertFrom-Json -Depth 20 -DateKind String
        $key = [System.Security.Cryptography.ECDsa]::Create([System.Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        Set-Content "$TestDrive/atlas.pub" $key.ExportSubjectPublicKeyInfoPem()

        # {"ingredients":[],"signature":null} in CBOR
        $signature = $key.SignData([Convert]::FromHexString('A26B696E6772656469656E747380697369676E6174757265F6'), 'SHA256', 'Rfc3279DerSequence')
        $manifest.ingredients = $manifest.claim.ingredients
        $manifest.claim = [ordered]@{ ingredients = @(); signature = [Convert]::ToBase64String($signature) }
        ConvertTo-Json $manifest -Depth 20 | Set-Content "$TestDrive/beside.json"
        $with = @{ ModelPath = "$TestDrive/model"; PublicKey = "$TestDrive/atlas.pub"; HashAlgorithm = 'sha256' }
        $refusal = Get-Refusal { Get-AtlasManifest "$TestDrive/beside.json" @with }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'AtlasFileMismatch,*'
        $refusal.TargetObject.SignatureStatus | Should -Be 'Verified'
        $refusal.TargetObject.Ingredients.IsSigned | Should -BeFalse
        (Get-AtlasManifest "$TestDrive/one.json").Ingredients.IsSigned | Should -BeTrue
    }

    It 'reads the manifests of a store and refuses one whose reference is gone' {
        $store = New-Item "$TestDrive/store" -ItemType Directory
        New-SampleManifest "$store/a.json"
        New-SampleManifest "$store/b.json" -Id '00000000-0000-0000-0000-000000000001' -References @{ manifest_url = 'urn:c2pa:00000000-0000-0000-0000-000000000009'; manifest_hash = '0' * 96 }
        @{ 'urn:c2pa:550e8400-e29b-41d4-a716-446655440000' = 'a.json'; 'urn:c2pa:00000000-0000-0000-0000-000000000001' = 'b.json' } |
            ConvertTo-Json | Set-Content "$store/manifest_index.json"
        $output = Get-AtlasManifest $store -ErrorVariable refused -ErrorAction SilentlyContinue
        $output.InstanceId | Should -Be 'urn:c2pa:550e8400-e29b-41d4-a716-446655440000'
        $refused.FullyQualifiedErrorId | Should -BeLike 'AtlasReferenceMismatch,*'
        (Get-AtlasManifest "$TestDrive/one.json" -Store $store).References | Should -BeNullOrEmpty
    }

    It 'shows names harmlessly' {
        Get-AtlasManifest "$TestDrive/one.json" | Format-List | Out-String | Should -Not -Match "`e\[31m"
    }
}
