# What New-SigstoreBundle and New-ModelSignature -Sigstore decide before a service is asked.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $expired = ConvertTo-Secret (New-SampleToken @{ iss = 'https://issuer.example'; sub = 'person'; aud = 'sigstore'; iat = 1; exp = 2 })
    Set-Content "$TestDrive/a.bin" 'a'
    Set-Content "$TestDrive/b.bin" 'b'
}

Describe 'New-SigstoreBundle' {
    It 'writes nothing under -WhatIf: <Name>' -ForEach @(
        @{ Name = '-Path'; Run = { New-SigstoreBundle "$TestDrive/?.bin" -WhatIf } }
        @{ Name = '-LiteralPath'; Run = { New-SigstoreBundle -LiteralPath "$TestDrive/a.bin" -WhatIf } }
        @{ Name = 'the pipeline'; Run = { Get-Item "$TestDrive/*.bin" | New-SigstoreBundle -WhatIf } }
        @{ Name = '-Statement'; Run = { New-SigstoreBundle "$TestDrive/a.bin" -Statement -WhatIf } }
    ) {
        & $Run | Should -BeNullOrEmpty
        "$TestDrive/a.bin.sigstore.json" | Should -Not -Exist
    }

    It 'replaces a bundle only with -Force, and says so before anybody signs in' {
        Set-Content "$TestDrive/b.bin.sigstore.json" 'mine'
        $refusal = Get-Refusal { New-SigstoreBundle "$TestDrive/b.bin" }
        $refusal.FullyQualifiedErrorId | Should -BeLike '*Exists,ModelSigning.NewSigstoreBundleCommand'
        Get-Content "$TestDrive/b.bin.sigstore.json" | Should -Be 'mine'
    }

    It 'refuses a file that is not there' {
        (Get-Refusal { New-SigstoreBundle -LiteralPath "$TestDrive/none.bin" }).CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'refuses a token that has ended, without a network' {
        $refusal = Get-Refusal { New-SigstoreBundle "$TestDrive/a.bin" -IdentityToken $expired -Force }
        $refusal.FullyQualifiedErrorId | Should -Be 'IdentityTokenExpired,ModelSigning.NewSigstoreBundleCommand'
        "$TestDrive/a.bin.sigstore.json" | Should -Not -Exist
    }

    It 'refuses <Id>' -ForEach @(
        @{ Id = 'SigstoreInstanceUnknown'; With = { @{ SigstoreInstance = 'nobody-registered-this' } } }
        @{ Id = 'IssuerInvalid'; With = { @{ Issuer = 'no address' } } }
        @{ Id = 'TrustGivenTwice'; With = { @{ SigstoreInstance = 'x'; TrustConfig = "$TestDrive/none.json" } } }
    ) {
        $with = & $With
        (Get-Refusal { New-SigstoreBundle "$TestDrive/a.bin" @with -Force }).FullyQualifiedErrorId | Should -Be "$Id,ModelSigning.NewSigstoreBundleCommand"
    }
}

Describe 'New-ModelSignature -Sigstore' {
    It 'writes nothing under -WhatIf, and does not prompt' {
        $model = New-SampleModel "$TestDrive/whatif"
        New-ModelSignature $model -Sigstore -WhatIf | Should -BeNullOrEmpty
        Get-Item $model | New-ModelSignature -Sigstore -WhatIf | Should -BeNullOrEmpty
        New-ModelSignature -LiteralPath $model -Sigstore -WhatIf | Should -BeNullOrEmpty
        "$model/model.sig" | Should -Not -Exist
    }

    It 'refuses <Id>' -ForEach @(
        @{ Id = 'IdentityTokenExpired'; With = { @{ IdentityToken = $expired } } }
        @{ Id = 'SigstoreInstanceUnknown'; With = { @{ SigstoreInstance = 'nobody-registered-this' } } }
        @{ Id = 'IssuerInvalid'; With = { @{ Issuer = 'no address' } } }
    ) {
        $with = & $With
        $model = New-SampleModel "$TestDrive/refused"
        (Get-Refusal { New-ModelSignature $model -Sigstore @with -Force }).FullyQualifiedErrorId | Should -Be "$Id,ModelSigning.NewModelSignatureCommand"
        "$model/model.sig" | Should -Not -Exist
    }

    It 'takes no key beside the identity' {
        { New-ModelSignature $TestDrive -Sigstore -PrivateKey x.key } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }
}
