BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'New-ModelSigningKey' {
    It 'writes a pair that signs and verifies' {
        $key = New-ModelSigningKey "$TestDrive/pair.key" -NoPassword
        $key.PrivateKeyPath | Should -Exist
        $key.PublicKeyPath | Should -Be (Join-Path $TestDrive 'pair.pub')
        $key.IsEncrypted | Should -BeFalse
        $key.Hint | Should -Match '^[0-9a-f]{64}$'
        $model = New-SampleModel "$TestDrive/pair"
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
        (Test-ModelSignature $model -PublicKey $key.PublicKeyPath).Signer | Should -Match $key.Hint
    }

    It 'makes a key on <_>' -ForEach 'P-256', 'P-384', 'P-521' {
        (New-ModelSigningKey "$TestDrive/$_.key" -Curve $_ -NoPassword).Curve | Should -Be $_
    }

    It 'encrypts the private key with the password' {
        $key = New-ModelSigningKey "$TestDrive/encrypted.key" -Password (ConvertTo-Secret 'correct horse')
        $key.IsEncrypted | Should -BeTrue
        Get-Content $key.PrivateKeyPath -TotalCount 1 | Should -Be '-----BEGIN ENCRYPTED PRIVATE KEY-----'
        $model = New-SampleModel "$TestDrive/encrypted"
        (New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -KeyPassword (ConvertTo-Secret 'correct horse')).FileCount | Should -Be 2
    }

    It 'leaves the private key to its owner' -Skip:$IsWindows {
        (Get-Item (New-SampleKey "$TestDrive/owner.key").PrivateKeyPath).UnixMode | Should -Be '-rw-------'
    }

    It 'replaces nothing without -Force' {
        $path = (New-SampleKey "$TestDrive/kept.key").PrivateKeyPath
        $before = Get-Content $path -Raw
        (Get-Refusal { New-ModelSigningKey $path -NoPassword }).CategoryInfo.Category | Should -Be 'ResourceExists'
        Get-Content $path -Raw | Should -Be $before
        $null = New-ModelSigningKey $path -NoPassword -Force
        Get-Content $path -Raw | Should -Not -Be $before
    }

    It 'writes nothing under -WhatIf' {
        New-ModelSigningKey "$TestDrive/whatif.key" -NoPassword -WhatIf
        "$TestDrive/whatif.key" | Should -Not -Exist
    }

    It 'refuses two keys in one file' {
        (Get-Refusal { New-ModelSigningKey "$TestDrive/one.key" -PublicKeyPath "$TestDrive/one.key" -NoPassword }).FullyQualifiedErrorId |
            Should -BeLike 'KeyPathsEqual,*'
    }

    It 'completes the curves' {
        $line = 'New-ModelSigningKey x -Curve '
        [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, @{}).CompletionMatches.CompletionText |
            Should -Be @('P-256', 'P-384', 'P-521')
    }
}
