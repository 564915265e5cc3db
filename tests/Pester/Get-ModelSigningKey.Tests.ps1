BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'Get-ModelSigningKey' {
    BeforeAll { $pair = New-SampleKey "$TestDrive/pair.key" }

    It 'shows the hint that signatures, results and errors have' {
        $model = New-SampleModel "$TestDrive/named"
        $null = New-ModelSignature $model -PrivateKey $pair.PrivateKeyPath
        $key = Get-ModelSigningKey $pair.PublicKeyPath
        $key.Hint | Should -Be (Get-ModelSignature $model).ClaimedSigner
        $key.Curve | Should -Be 'P-256'
        $key.PrivateKeyPath | Should -BeNullOrEmpty
        $other = New-SampleKey "$TestDrive/other.key"
        (Get-Refusal { Test-ModelSignature $model -PublicKey $other.PublicKeyPath }).Exception.Message | Should -Match $key.Hint
    }

    It 'writes the public half of a private key' {
        $written = Get-ModelSigningKey $pair.PrivateKeyPath -PublicKeyPath "$TestDrive/half.pub"
        $written.PublicKeyPath | Should -Be (Join-Path $TestDrive 'half.pub')
        Get-Content $written.PublicKeyPath -Raw | Should -Be (Get-Content $pair.PublicKeyPath -Raw)
    }

    It 'opens an encrypted key with its password' {
        $made = New-ModelSigningKey "$TestDrive/secret.key" -Curve P-384 -Password (ConvertTo-Secret 'correct horse')
        $read = Get-ModelSigningKey $made.PrivateKeyPath -Password (ConvertTo-Secret 'correct horse')
        $read.Hint, $read.Curve, $read.IsEncrypted | Should -Be $made.Hint, 'P-384', $true
        (Get-Refusal { Get-ModelSigningKey $made.PrivateKeyPath -Password (ConvertTo-Secret 'wrong') }).FullyQualifiedErrorId | Should -BeLike 'PasswordWrong,*'
    }

    It 'replaces a public key with -Force, and nothing else' {
        $path = (New-SampleKey "$TestDrive/replaced.key").PublicKeyPath
        (Get-Refusal { Get-ModelSigningKey $pair.PrivateKeyPath -PublicKeyPath $path }).FullyQualifiedErrorId | Should -BeLike 'KeyFileExists,*'
        $null = Get-ModelSigningKey $pair.PrivateKeyPath -PublicKeyPath $path -Force
        (Get-ModelSigningKey $path).Hint | Should -Be $pair.Hint
        $before = Get-Content $pair.PrivateKeyPath -Raw
        (Get-Refusal { Get-ModelSigningKey $pair.PrivateKeyPath -PublicKeyPath $pair.PrivateKeyPath -Force }).FullyQualifiedErrorId | Should -BeLike 'KeyFileExists,*'
        Get-Content $pair.PrivateKeyPath -Raw | Should -Be $before
    }

    It 'writes nothing under -WhatIf, and one key at most' {
        Get-ModelSigningKey $pair.PrivateKeyPath -PublicKeyPath "$TestDrive/whatif.pub" -WhatIf | Out-Null
        "$TestDrive/whatif.pub" | Should -Not -Exist
        $null = Get-ModelSigningKey $pair.PrivateKeyPath, $pair.PrivateKeyPath -PublicKeyPath "$TestDrive/twice.pub" -ErrorAction SilentlyContinue -ErrorVariable refusals
        $refusals.FullyQualifiedErrorId | Should -BeLike 'PublicKeyPathUsedTwice,*'
    }

    It 'says of every other file that it holds no key, and goes on' {
        Set-Content "$TestDrive/text.pub" 'no key'
        $keys = Get-ModelSigningKey "$TestDrive/text.pub", $pair.PublicKeyPath -ErrorAction SilentlyContinue -ErrorVariable refusals
        $keys.Hint | Should -Be $pair.Hint
        $refusals.FullyQualifiedErrorId | Should -BeLike 'KeyMalformed,*'
        (Get-Refusal { Get-ModelSigningKey "$TestDrive/none.pub" }).FullyQualifiedErrorId | Should -BeLike 'KeyNotFound,*'
    }
}
