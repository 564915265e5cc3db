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
}
