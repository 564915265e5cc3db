BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $hsm = New-SampleHsm "$TestDrive/hsm"

    function Skip-WithoutToken {
        if (-not $hsm) { Set-ItResult -Skipped -Because 'SoftHSM2 or pkcs11-tool is not installed (Debian: softhsm2, opensc)' }
    }
}

Describe 'Get-Pkcs11Key' {
    It 'refuses a module that is not there' {
        (Get-Refusal { Get-Pkcs11Key "$TestDrive/none.so" }).FullyQualifiedErrorId | Should -Be 'Pkcs11ModuleNotFound,ModelSigning.GetPkcs11KeyCommand'
    }

    It 'refuses a file that is not a module' {
        Set-Content "$TestDrive/text.so" 'text'
        (Get-Refusal { Get-Pkcs11Key "$TestDrive/text.so" }).FullyQualifiedErrorId | Should -Be 'Pkcs11ModuleUnusable,ModelSigning.GetPkcs11KeyCommand'
    }

    It 'finds no module in an empty folder' {
        $null = New-Item "$TestDrive/empty" -ItemType Directory
        Get-Pkcs11Key "$TestDrive/empty" | Should -BeNullOrEmpty
    }

    It 'lists the keys of a token with their URIs, with the PIN' {
        Skip-WithoutToken
        $keys = Invoke-WithToken $hsm { param($module) Get-Pkcs11Key $module -Token 'Model signing' -Pin (ConvertTo-SecureString 123456 -AsPlainText) } $hsm.Module
        @($keys).Count | Should -Be 2
        $key = $keys | Where-Object Label -EQ 'release'
        $key.Token | Should -Be 'Model signing'
        $key.Id | Should -Be '01'
        $key.Curve | Should -Be 'P-256'
        $key.PublicKey | Should -BeLike '-----BEGIN PUBLIC KEY-----*'
        $key.Uri | Should -BeLike 'pkcs11:*'
        $key.Uri | Should -Not -Match 'pin|123456'
        ($keys | Where-Object Label -EQ 'rsa').Curve | Should -BeNullOrEmpty
        ($keys | Out-String -Width 200) | Should -Match 'release'
    }

    It 'lists nothing of another token, and says that there is none of its label' {
        Skip-WithoutToken
        Invoke-WithToken $hsm { param($module) Get-Pkcs11Key $module -Token 'Another' -WarningAction SilentlyContinue } $hsm.Module | Should -BeNullOrEmpty
        Invoke-WithToken $hsm { param($module) Get-Pkcs11Key $module -Token 'Another' 3>&1 | ForEach-Object Message } $hsm.Module | Should -Be "No token has the label 'Another'. Get-Pkcs11Key without -Token lists the keys of every token."
        Invoke-WithToken $hsm { param($module) Get-Pkcs11Key $module -Token 'Model signing' -WarningVariable warned | Out-Null; $warned.Count } $hsm.Module | Should -Be 0
    }

    It 'refuses a wrong PIN' {
        Skip-WithoutToken
        Invoke-WithToken $hsm { param($module) Get-Pkcs11Key $module -Token 'Model signing' -Pin (ConvertTo-SecureString 999999 -AsPlainText) } $hsm.Module |
            Should -Be 'Pkcs11PinWrong,ModelSigning.GetPkcs11KeyCommand'
    }
}

Describe 'New-ModelSignature -Pkcs11Uri' {
    It 'signs with a key of the token that Get-Pkcs11Key names, and its public key verifies' {
        Skip-WithoutToken
        $model = New-SampleModel "$TestDrive/token"
        $signed = Invoke-WithToken $hsm {
            param($model, $module)
            $pin = ConvertTo-SecureString 123456 -AsPlainText
            $key = Get-Pkcs11Key $module -Token 'Model signing' -Pin $pin | Where-Object Label -EQ 'release'
            Get-Item $model | New-ModelSignature -Pkcs11Uri $key.Uri -Pin $pin
            Test-ModelSignature -LiteralPath $model -PublicKey $key.Uri -Pin $pin
            New-ModelSignature -LiteralPath $model -Pkcs11Uri $key.Uri -Pin $pin -Force
        } $model, $hsm.Module
        $signed[0].Method | Should -Be 'Key'
        $signed[1].Status.ToString() | Should -Be 'Valid'
        $signed[2].Method | Should -Be 'Key'
    }

    It 'writes nothing under -WhatIf, and opens no token' {
        $model = New-SampleModel "$TestDrive/whatif"
        New-ModelSignature $model -Pkcs11Uri "pkcs11:token=none;object=none?module-path=$TestDrive/none.so" -WhatIf | Should -BeNullOrEmpty
        "$model/model.sig" | Should -Not -Exist
    }

    It 'signs with a key of the token and its certificate' {
        Skip-WithoutToken
        $pem = Invoke-WithToken $hsm {
            param($module)
            (Get-Pkcs11Key $module -Token 'Model signing' -Pin (ConvertTo-SecureString 123456 -AsPlainText) | Where-Object Label -EQ 'release').PublicKey
        } $hsm.Module
        $certificate = New-SampleCertificate "$TestDrive/token-ca" -PublicKey $pem
        $model = New-SampleModel "$TestDrive/certified"
        $signed = Invoke-WithToken $hsm {
            param($model, $uri, $folder, $certificate, $root)
            $with = @{ Pkcs11Uri = $uri; Certificate = $certificate; CertificateChain = $root; Pin = ConvertTo-SecureString 123456 -AsPlainText }
            $model | New-ModelSignature @with -ModulePath $folder
            New-ModelSignature -LiteralPath $model @with -Force
        } $model, ($hsm.Uri -replace '\?.*', '?module-name=softhsm2'), (Split-Path $hsm.Module), $certificate.Certificate, $certificate.Root
        $signed.Method | Should -Be 'Certificate', 'Certificate'
        (Test-ModelSignature $model -TrustedCertificate $certificate.Root).Status | Should -Be 'Valid'
    }

    It 'refuses a certificate of another key' {
        Skip-WithoutToken
        $certificate = New-SampleCertificate "$TestDrive/ca"
        $model = New-SampleModel "$TestDrive/mismatch"
        Invoke-WithToken $hsm {
            param($model, $uri, $certificate)
            New-ModelSignature $model -Pkcs11Uri $uri -Certificate $certificate -Pin (ConvertTo-SecureString 123456 -AsPlainText)
        } $model, $hsm.Uri, $certificate.Certificate | Should -Be 'CertificateKeyMismatch,ModelSigning.NewModelSignatureCommand'
        "$model/model.sig" | Should -Not -Exist
    }

    It 'refuses <Id>' -ForEach @(
        @{ Id = 'Pkcs11PinWrong'; Uri = { $hsm.Uri }; Pin = '999999' }
        @{ Id = 'Pkcs11KeyNotFound'; Uri = { $hsm.Uri.Replace('object=release', 'object=none') }; Pin = '123456' }
        @{ Id = 'Pkcs11TokenNotFound'; Uri = { $hsm.Uri.Replace('Model%20signing', 'Another') }; Pin = '123456' }
        @{ Id = 'Pkcs11KeyUnusable'; Uri = { $hsm.Uri.Replace('object=release', 'object=rsa') }; Pin = '123456' }
    ) {
        Skip-WithoutToken
        $model = New-SampleModel "$TestDrive/refused"
        Invoke-WithToken $hsm {
            param($model, $uri, $pin)
            New-ModelSignature $model -Pkcs11Uri $uri -Pin (ConvertTo-SecureString $pin -AsPlainText)
        } $model, (& $Uri), $Pin | Should -Be "$Id,ModelSigning.NewModelSignatureCommand"
        "$model/model.sig" | Should -Not -Exist
    }

    It 'refuses the URI <Uri>' -ForEach @(
        @{ Uri = 'token=x'; Id = 'Pkcs11UriMalformed' }
        @{ Uri = 'pkcs11:token=x;object=y?module-path=FOLDER/none.so'; Id = 'Pkcs11ModuleNotFound' }
    ) {
        $model = New-SampleModel "$TestDrive/uri"
        $pin = ConvertTo-Secret '1234'
        { New-ModelSignature $model -Pkcs11Uri $Uri.Replace('FOLDER', $TestDrive) -Pin $pin } | Should -Throw -ErrorId "$Id,ModelSigning.NewModelSignatureCommand"
    }
}
