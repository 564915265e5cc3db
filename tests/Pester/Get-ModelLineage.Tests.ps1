BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $other = New-SampleKey "$TestDrive/other.key"
    $store = "$TestDrive/models"

    function New-Ancestor([string] $Name, [string] $FrontMatter = 'license: mit', $Key = $key) {
        $path = (New-Item "$store/$Name" -ItemType Directory -Force).FullName
        Set-Content "$path/README.md" "---`n$FrontMatter`n---"
        Set-Content "$path/config.json" '{}'
        $null = New-ModelSignature $path -PrivateKey $Key.PrivateKeyPath -Force
        $path
    }

    $base = New-Ancestor 'org/base'
    $model = New-Ancestor 'org/tuned' "base_model: org/base`ndatasets: [org/gone]"
    $trust = @{ PublicKey = $key.PublicKeyPath; Store = $store }
}

Describe 'Get-ModelLineage' {
    It 'writes the model and what it was made from, each with a verdict' {
        $entries = @(Get-ModelLineage $model @trust)
        $entries.Name | Should -Be 'tuned', 'org/base', 'org/gone'
        $entries.Relation | Should -Be 'Model', 'BaseModel', 'Dataset'
        $entries.Verdict | Should -Be 'Valid', 'Valid', 'Missing'
        $entries.Depth | Should -Be 0, 1, 1
        $entries[1].Path | Should -Be $base
        $entries[1].Parent | Should -Be 'tuned'
        $entries[1].NamedIn | Should -Be 'README.md'
        $entries[1].RootDigest | Should -Be (Test-ModelSignature $base -PublicKey $key.PublicKeyPath).RootDigest
    }

    It 'takes models from the pipeline and by -LiteralPath' {
        @(Get-Item $model | Get-ModelLineage @trust).Count | Should -Be 3
        @(Get-ModelLineage -LiteralPath $model @trust).Count | Should -Be 3
    }

    It 'finds nothing without a store, and refuses one that is not there' {
        (Get-ModelLineage $model -PublicKey $key.PublicKeyPath)[1].Verdict | Should -Be 'Missing'
        { Get-ModelLineage $model -PublicKey $key.PublicKeyPath -Store "$TestDrive/none" } | Should -Throw -ErrorId 'StoreNotFound*'
    }

    It 'marks a base model that somebody replaced, and follows nothing in it' {
        $replaced = New-Ancestor 'org/replaced' 'base_model: org/base' $other
        $child = New-Ancestor 'org/child' 'base_model: org/replaced'
        $entries = @(Get-ModelLineage $child @trust)
        $entries.Name | Should -Be 'child', 'org/replaced'
        $entries[1].Verdict | Should -Be 'NotTrusted'
        Set-Content "$base/config.json" '{"x":1}'
        (Get-ModelLineage $model @trust)[1].Verdict | Should -Be 'HashMismatch'
        Set-Content "$base/config.json" '{}'
        $signed = Get-Content "$base/README.md" -Raw
        Set-Content "$base/README.md" "---`nbase_model: evil/base`n---"
        @(Get-ModelLineage $model @trust).Name | Should -Be 'tuned', 'org/base', 'org/gone'
        Set-Content "$base/README.md" $signed -NoNewline
    }

    It 'follows a claim of a trusted signer, and no other' {
        $claimed = New-Ancestor 'org/claimed'
        $statement = { param($name) @{ buildDefinition = @{ resolvedDependencies = @(@{ uri = "pkg:huggingface/$name" }) } } }
        $null = & $statement 'org/base' | New-ModelClaim $claimed -PredicateType slsa-provenance -PrivateKey $key.PrivateKeyPath
        $null = & $statement 'evil/base' | New-ModelClaim $claimed -PredicateType slsa-provenance -PrivateKey $other.PrivateKeyPath
        $entries = @(Get-ModelLineage $claimed @trust)
        $entries.Name | Should -Be 'claimed', 'org/base'
        $entries[0].Remarks | Should -Match 'Line 2 .* does not count'
    }

    It 'verifies each model by its rule with -TrustPolicy' {
        @{ version = 1; rules = @(@{ name = 'tuned'; models = @('tuned'); signers = @(@{ type = 'key'; publicKey = 'release.pub' }) }) } | ConvertTo-Json -Depth 8 | Set-Content "$TestDrive/policy.json"
        $entries = @(Get-ModelLineage $model -TrustPolicy "$TestDrive/policy.json" -Store $store)
        $entries[0].TrustRule | Should -Be 'tuned'
        $entries[1].Verdict | Should -Be 'NotTrusted'
    }

    It 'does not take a model of another owner for one whose name a rule protects' {
        $null = New-Ancestor 'name' -Key $other
        $child = New-Ancestor 'org/named' 'base_model: org/name'
        $policy = {
            param($forName, $forOthers)
            @{ version = 1; rules = @(
                    @{ name = 'org'; models = @('**/org/*', '**/org--*'); signers = @($forName | ForEach-Object { @{ type = 'key'; publicKey = $_ } }) }
                    @{ name = 'rest'; models = @('**'); signers = @(@{ type = 'key'; publicKey = $forOthers }) }
                )
            } | ConvertTo-Json -Depth 8 | Set-Content "$TestDrive/owners.json"
            (Get-ModelLineage $child -TrustPolicy "$TestDrive/owners.json" -Store $store)[1]
        }
        $entry = & $policy $key.PublicKeyPath $other.PublicKeyPath
        $entry.Verdict | Should -Be 'Conflicting'
        $entry.Reason | Should -BeLike "*does not verify by the rule for '*org*name'*"
        (& $policy ($key.PublicKeyPath, $other.PublicKeyPath) $other.PublicKeyPath).Verdict | Should -Be 'Valid'
        (Get-ModelLineage $child -PublicKey $key.PublicKeyPath, $other.PublicKeyPath -Store $store)[1].Verdict | Should -Be 'Valid'
    }

    It 'writes text for <_>' -ForEach 'Tree', 'Mermaid', 'Dot', 'Json', 'Html' {
        $text = Get-ModelLineage $model @trust -As $_
        @($text).Count | Should -Be 1
        $text | Should -BeOfType string
        $text | Should -Match 'base'
        if ($_ -eq 'Json') { ($text | ConvertFrom-Json).edges.Count | Should -Be 2 }
        if ($_ -eq 'Html') { $text | Should -Match '<svg'; $text | Should -Not -Match '<script' }
    }

    It 'writes a model that does not verify with its verdict' {
        (Get-ModelLineage $model -PublicKey $other.PublicKeyPath -Store $store).Verdict | Should -Be 'NotTrusted'
        @(Get-ModelLineage $model -PublicKey $other.PublicKeyPath -Store $store).Count | Should -Be 1
    }

    It 'verifies with the parameters of Test-ModelSignature' {
        $certificate = New-SampleCertificate "$TestDrive/ca"
        $options = @{ SignaturePath = "$model/model.sig"; IgnorePath = 'notes.txt'; IncludeGitPath = $true; ThrottleLimit = 1; Device = 'cpu'; IgnoreUnsignedFile = $true; DenySymlink = $true }
        (Get-ModelLineage $model @trust @options -KeyPassword (ConvertTo-Secret 'x') -Pin (ConvertTo-Secret 'x') -TimestampCertificate $certificate.Root)[0].Verdict | Should -Be 'Valid'
    }

    It 'goes no deeper than -MaximumDepth, and says so' {
        $grandchild = New-Ancestor 'org/grandchild' 'base_model: org/tuned'
        (Get-ModelLineage $grandchild @trust).Depth | Should -Contain 2
        (Get-ModelLineage $grandchild @trust -MaximumDepth 1).Depth | Should -Not -Contain 2
    }

    It 'verifies certificates' {
        $certificate = New-SampleCertificate "$TestDrive/authority"
        $signed = New-SampleModel "$TestDrive/certified"
        $null = New-ModelSignature $signed -Certificate $certificate.Certificate -PrivateKey $certificate.PrivateKey
        $by = @{ TrustedCertificate = $certificate.Root; Subject = 'CN=Model Release, O=Example'; AllowPartialChain = $true; VerificationTime = [DateTimeOffset]::UtcNow }
        (Get-ModelLineage $signed @by)[0].Verdict | Should -Be 'Valid'
        (Get-ModelLineage -LiteralPath $signed @by)[0].Signer | Should -Match 'Model Release'
        @(Get-ModelLineage $signed -SystemTrust -Subject 'CN=Model Release, O=Example')[0].Verdict | Should -Not -Be 'Valid'
        @(Get-ModelLineage -LiteralPath $signed -SystemTrust -Subject 'CN=Model Release, O=Example')[0].Verdict | Should -Not -Be 'Valid'
    }

    It 'takes no signature of a key for one of an identity: <Name>' -ForEach @(
        @{ Name = 'an identity'; With = { @{ Identity = 'a@example.com'; SourceRepository = 'o/r'; Workflow = 'https://github.com/o/r/.github/workflows/w.yml@refs/heads/main'; Ref = 'refs/heads/main'; WorkflowName = 'w' } } }
        @{ Name = 'a pattern, a root'; With = { @{ IdentityPattern = '*@example.com'; TrustedRoot = "$TestDrive/none.json" } } }
        @{ Name = 'a configuration'; With = { @{ Identity = 'a@example.com'; TrustConfig = "$TestDrive/none.json" } } }
        @{ Name = 'an instance'; With = { @{ Identity = 'a@example.com'; SigstoreInstance = 'none' } } }
    ) {
        $with = & $With
        $verdicts = @(
            try { (Get-ModelLineage $model -Issuer https://accounts.example.com @with).Verdict } catch { $_.FullyQualifiedErrorId }
            try { (Get-ModelLineage -LiteralPath $model -Issuer https://accounts.example.com @with).Verdict } catch { $_.FullyQualifiedErrorId }
        )
        $verdicts | Should -Not -Contain 'Valid'
        $verdicts | Should -HaveCount 2
    }

    It 'takes -LiteralPath with a policy too' {
        @{ version = 1; rules = @(@{ name = 'all'; models = @('*'); signers = @(@{ type = 'key'; publicKey = 'release.pub' }) }) } | ConvertTo-Json -Depth 8 | Set-Content "$TestDrive/all.json"
        (Get-ModelLineage -LiteralPath $model -TrustPolicy "$TestDrive/all.json" -Store $store).Verdict | Should -Be 'Valid', 'Valid', 'Missing'
    }

    It 'finds what the card names in a cache of the Hugging Face hub' -Skip:($IsWindows) {
        $commit = '0123456789abcdef0123456789abcdef01234567'
        $repository = "$TestDrive/hub/models--hub--base"
        $null = New-Item "$repository/blobs", "$repository/refs", "$repository/snapshots/$commit" -ItemType Directory -Force
        Set-Content "$repository/refs/main" $commit -NoNewline
        Set-Content "$repository/blobs/abc" '{}' -NoNewline
        $null = New-Item "$repository/snapshots/$commit/config.json" -ItemType SymbolicLink -Target ../../blobs/abc
        $null = New-ModelSignature "$repository/snapshots/$commit" -Source HuggingFace -PrivateKey $key.PrivateKeyPath
        $child = New-Ancestor 'org/of-hub' 'base_model: hub/base'
        $entry = @(Get-ModelLineage $child -PublicKey $key.PublicKeyPath -Store $store, "$TestDrive/hub")[1]
        $entry.Verdict | Should -Be 'Valid'
        $entry.Path | Should -Be "$repository/snapshots/$commit"
        @{ version = 1; rules = @(@{ name = 'all'; models = @('**'); signers = @(@{ type = 'key'; publicKey = 'release.pub' }); lineage = 'signed'; stores = @('hub') }) } | ConvertTo-Json -Depth 8 | Set-Content "$TestDrive/hub.json"
        Test-ModelSignature $child -TrustPolicy "$TestDrive/hub.json" -Quiet | Should -BeTrue
        Set-Content "$repository/blobs/abc" '{"forged":1}' -NoNewline
        @(Get-ModelLineage $child -PublicKey $key.PublicKeyPath -Store $store, "$TestDrive/hub")[1].Verdict | Should -Be 'HashMismatch'
        (Get-Refusal { Test-ModelSignature $child -TrustPolicy "$TestDrive/hub.json" }).FullyQualifiedErrorId | Should -BeLike 'TrustPolicyLineageUnsigned,*'
    }

    It 'has a policy verify a base model again for each record of a pipeline' {
        $late = New-Ancestor 'org/late'
        $one = New-Ancestor 'org/one' 'base_model: org/late'
        $two = New-Ancestor 'org/two' 'base_model: org/late'
        @{ version = 1; rules = @(@{ name = 'all'; models = @('**'); signers = @(@{ type = 'key'; publicKey = 'release.pub' }); lineage = 'signed'; stores = @('models') }) } | ConvertTo-Json -Depth 8 | Set-Content "$TestDrive/late.json"
        $results = & { $one; Set-Content "$late/config.json" '{"forged":1}'; $two } | Test-ModelSignature -TrustPolicy "$TestDrive/late.json" -Detailed
        $results.Status | Should -Be 'Valid', 'NotTrusted' -Because $results[1].StatusMessage
    }

    It 'remarks the configuration of an adapter that cannot be read' {
        $tuned = "$TestDrive/unread"
        $null = New-Item "$tuned/adapter" -ItemType Directory
        Set-Content "$tuned/README.md" '# Unread'
        Set-Content "$tuned/adapter/adapter_config.json" '{"base_model_name_or_path":"acme/base","lora_alpha":NaN}'
        $null = New-ModelSignature $tuned -PrivateKey $key.PrivateKeyPath -WarningAction SilentlyContinue
        (Get-ModelLineage $tuned -PublicKey $key.PublicKeyPath)[0].Remarks -join "`n" | Should -BeLike "*'adapter/adapter_config.json' names is not known*"
    }

    It 'remarks a bill of materials that does not say which of its models it is about' {
        $claimed = New-Ancestor 'org/unclear'
        $components = @(@{ type = 'machine-learning-model'; name = 'one'; pedigree = @{ ancestors = @(@{ type = 'machine-learning-model'; name = 'org/base' }) } }, @{ type = 'machine-learning-model'; name = 'two' })
        $null = @{ components = $components } | New-ModelClaim $claimed -PredicateType cyclonedx -PrivateKey $key.PrivateKeyPath
        $entry = Get-ModelLineage $claimed @trust
        $entry.Name | Should -Be 'unclear'
        $entry.Remarks | Should -Match 'line 1 .* does not say which of them it is about'
    }

    It 'finds what a claim names by its digest, under whatever name the store has it' {
        $claimed = New-Ancestor 'org/by-digest'
        $ours = New-Ancestor 'org/ours' 'license: apache-2.0'
        $digest = (Test-ModelSignature $ours -PublicKey $key.PublicKeyPath).RootDigest -replace '^sha256:'
        $null = @{ buildDefinition = @{ resolvedDependencies = @(@{ uri = 'pkg:huggingface/elsewhere/other-name'; digest = @{ sha256 = $digest } }) } } |
            New-ModelClaim $claimed -PredicateType slsa-provenance -PrivateKey $key.PrivateKeyPath
        $entry = @(Get-ModelLineage $claimed @trust)[1]
        $entry.Name | Should -Be 'elsewhere/other-name'
        $entry.Path | Should -Be $ours
        $entry.Verdict | Should -Be 'Valid'
    }

    It 'follows the manifests of an Atlas store, which name without signing' {
        $atlas = (New-Item "$TestDrive/atlas" -ItemType Directory -Force).FullName
        $index = [ordered]@{}
        $write = {
            param([int] $Number, [string] $Title, [string] $Kind, [string] $File, $References = @())
            $id = 'urn:c2pa:00000000-0000-0000-0000-{0:d12}' -f $Number
            $ingredients = @($File ? @([ordered]@{ title = 'f'; relationship = 'componentOf'; 'dc:format' = 'x'; data = [ordered]@{ url = "file://$(Split-Path $File -Leaf)"; alg = 'sha256'; hash = (Get-FileHash $File).Hash.ToLowerInvariant() } }) : @())
            $claim = [ordered]@{ instance_id = $id; created_assertions = @(@{ CreativeWork = @{ '@type' = $Kind } }); ingredients = $ingredients; signature = $null; claim_generator_info = 'x'; created_at = 'now' }
            $text = [ordered]@{ claim_generator = 'x'; title = $Title; instance_id = $id; claim = $claim; created_at = 'now'; cross_references = @($References) } | ConvertTo-Json -Depth 20 -Compress
            Set-Content "$atlas/$Number.json" $text -NoNewline
            $index[$id] = "$Number.json"
            [ordered]@{ manifest_url = $id; manifest_hash = (Get-FileHash "$atlas/$Number.json" -Algorithm SHA384).Hash.ToLowerInvariant() }
        }
        $reference = & $write 1 'org/base' Model "$base/README.md"
        $null = & $write 2 'tuned' Model "$model/README.md" $reference
        $index | ConvertTo-Json | Set-Content "$atlas/manifest_index.json"
        $with = @{ AtlasStore = $atlas; AtlasPublicKey = $key.PublicKeyPath; AtlasHashAlgorithm = 'sha384' }
        $plain = New-Ancestor 'org/plain'
        Copy-Item "$model/README.md" "$plain/README.md"
        Set-Content "$plain/config.json" '{"plain":1}'
        $null = New-ModelSignature $plain -PrivateKey $key.PrivateKeyPath -Force
        $entries = @(Get-ModelLineage $plain @trust @with)
        $entries.Name | Should -Be 'plain', 'org/base', 'org/gone'
        $entries[1].NamedIn | Should -Contain "Atlas manifest 'urn:c2pa:00000000-0000-0000-0000-000000000002'"
        $entries[1].Verdict | Should -Be 'Valid'
        $entries[0].Remarks | Should -Match 'is not signed by the specified key'
        Set-Content "$atlas/1.json" ((Get-Content "$atlas/1.json" -Raw) -replace 'now', 'then') -NoNewline
        (@(Get-ModelLineage $plain @trust -AtlasStore $atlas) | Where-Object Name -EQ 'org/base').Verdict | Should -Be 'Conflicting'
        Set-Content "$TestDrive/no-store.json" '{}'
        (Get-Refusal { Get-ModelLineage $plain @trust -AtlasStore "$TestDrive/no-store.json" }).FullyQualifiedErrorId | Should -BeLike 'Atlas*'
    }
}
