BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $model = New-SampleModel "$TestDrive/model"
    $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
    $null = @{ a = 1 } | New-ModelClaim $model -PredicateType slsa-provenance -PrivateKey $key.PrivateKeyPath
    $file = "$model.claims.jsonl"
}

Describe 'Get-ModelClaim' {
    It 'shows what a line says, and that nothing is verified' {
        $claim = Get-ModelClaim $model
        $claim.IsVerified | Should -BeFalse
        $claim.ClaimedPredicateType | Should -Be 'https://slsa.dev/provenance/v1'
        $claim.ClaimedPredicate.a | Should -Be 1
        $claim.ClaimedSigner | Should -Be $key.Hint
        $claim.ClaimedRootDigests | Should -Be (Get-ModelSignature $model).ClaimedRootDigest
        $claim.PSObject.Properties.Name | Should -Not -Contain 'Status'
        $claim | Out-String | Should -Match '(?i)not verified|verified\s*: False'
    }

    It 'takes a claims file: <_>' -ForEach 'by its path', 'by -LiteralPath', 'by -ClaimsPath', 'by the pipeline' {
        $claim = switch ($_) {
            'by its path' { Get-ModelClaim $file }
            'by -LiteralPath' { Get-ModelClaim -LiteralPath $file }
            'by -ClaimsPath' { Get-ModelClaim $model -ClaimsPath $file }
            'by the pipeline' { Get-Item $file | Get-ModelClaim }
        }
        $claim.ClaimsPath | Should -Be $file
    }

    It 'warns of a line that cannot be read, and shows the others' {
        Set-Content "$TestDrive/odd.jsonl" "odd`n$(Get-Content $file -Raw)"
        Get-ModelClaim "$TestDrive/odd.jsonl" -WarningVariable warnings -WarningAction SilentlyContinue | Should -HaveCount 1
        $warnings | Should -Match 'Line 1'
    }

    It 'refuses a model without claims' {
        $bare = New-SampleModel "$TestDrive/bare"
        (Get-Refusal { Get-ModelClaim $bare }).FullyQualifiedErrorId | Should -BeLike 'ClaimsFileNotFound,*'
    }
}
