# The certificate method of New-ModelSignature and Test-ModelSignature.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $certificate = New-SampleCertificate "$TestDrive/ca"
    $stranger = New-SampleCertificate "$TestDrive/stranger"
    $files = @{ Certificate = $certificate.Certificate; PrivateKey = $certificate.PrivateKey }
    $trust = @{ TrustedCertificate = $certificate.Root }

    function New-SignedModel([string] $Path, [hashtable] $With = $files) {
        $model = New-SampleModel $Path
        $null = New-ModelSignature $model @With -Force
        $model
    }
}

Describe 'New-ModelSignature -Certificate' {
    It 'signs with <Name>' -ForEach @(
        @{ Name = 'PEM files'; With = { $files } }
        @{ Name = 'a PKCS#12 file'; With = { @{ Certificate = $certificate.Pkcs12; KeyPassword = ConvertTo-Secret 'secret' } } }
        @{ Name = 'an object that has its key'; With = { @{ Certificate = $certificate.Object } } }
        @{ Name = 'a chain'; With = { $files + @{ CertificateChain = $certificate.Root } } }
    ) {
        $with = & $With
        $model = New-SampleModel "$TestDrive/signed"
        (New-ModelSignature $model @with -Force).Method | Should -Be 'Certificate'
        $result = Test-ModelSignature $model @trust
        $result.Status | Should -Be 'Valid'
        $result.Method | Should -Be 'Certificate'
        $result.Signer | Should -Match 'Model Release'
        (New-ModelSignature -LiteralPath $model @with -Force).Method | Should -Be 'Certificate'
    }

    It 'takes the certificate from the pipeline' {
        $model = New-SampleModel "$TestDrive/object"
        ($certificate.Object | New-ModelSignature $model).Method | Should -Be 'Certificate'
        ($certificate.Object | New-ModelSignature -LiteralPath $model -Force).Method | Should -Be 'Certificate'
        Test-ModelSignature $model @trust -Quiet | Should -BeTrue
    }

    It 'takes models from the pipeline' {
        1..2 | ForEach-Object { $null = New-SampleModel "$TestDrive/many/$_" }
        @(Get-ChildItem "$TestDrive/many" -Directory | New-ModelSignature @files).Count | Should -Be 2
        @(Get-ChildItem "$TestDrive/many" -Directory | Test-ModelSignature @trust).Count | Should -Be 2
    }

    It 'writes nothing under -WhatIf' {
        $model = New-SampleModel "$TestDrive/whatif"
        New-ModelSignature $model @files -WhatIf | Should -BeNullOrEmpty
        "$model/model.sig" | Should -Not -Exist
    }

    It 'stops at once with <Id>' -ForEach @(
        @{ Id = 'CertificateKeyMismatch'; With = { @{ Certificate = $certificate.Certificate; PrivateKey = $stranger.PrivateKey } } }
        @{ Id = 'CertificateNotFound'; With = { @{ Certificate = "$TestDrive/none.pem"; PrivateKey = $certificate.PrivateKey } } }
        @{ Id = 'CertificatePrivateKeyMissing'; With = { @{ Certificate = $certificate.Certificate } } }
        @{ Id = 'Pkcs12PasswordWrong'; With = { @{ Certificate = $certificate.Pkcs12; KeyPassword = ConvertTo-Secret 'wrong' } } }
        @{ Id = 'CertificateMalformed'; With = { Set-Content "$TestDrive/odd.pem" 'odd'; @{ Certificate = "$TestDrive/odd.pem"; PrivateKey = $certificate.PrivateKey } } }
    ) {
        $with = & $With
        $model = New-SampleModel "$TestDrive/refused"
        { New-ModelSignature $model @with -ErrorAction SilentlyContinue } | Should -Throw -ErrorId "$Id,ModelSigning.NewModelSignatureCommand"
        "$model/model.sig" | Should -Not -Exist
    }

    It 'signs nothing when the timestamp server does not answer' {
        $model = New-SampleModel "$TestDrive/untimed"
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $port = $listener.LocalEndpoint.Port
        $listener.Stop()
        $refusal = Get-Refusal { New-ModelSignature $model @files -TimestampServer "http://127.0.0.1:$port" }
        $refusal.CategoryInfo.Category | Should -Be 'ConnectionError'
        "$model/model.sig" | Should -Not -Exist
    }
}

Describe 'Test-ModelSignature -TrustedCertificate' {
    It 'takes certificates as objects, and several' {
        $model = New-SignedModel "$TestDrive/objects"
        $root = [System.Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPem((Get-Content $certificate.Root -Raw))
        (Test-ModelSignature $model -TrustedCertificate $stranger.Root, $root).Status | Should -Be 'Valid'
    }

    It 'refuses <Name> with <Id>' -ForEach @(
        @{ Name = 'another authority'; Id = 'CertificateIssuerUnknown'; With = { @{ TrustedCertificate = $stranger.Root } } }
        @{ Name = 'a time after the certificate'; Id = 'CertificateExpired'; With = { $trust + @{ VerificationTime = [DateTimeOffset]::UtcNow.AddDays(20) } } }
        @{ Name = 'a time before the certificate'; Id = 'CertificateNotYetValid'; With = { $trust + @{ VerificationTime = [DateTimeOffset]::UtcNow.AddDays(-1.5) } } }
        @{ Name = 'a signing certificate that is trusted itself'; Id = 'NoTrustAnchor'; With = { @{ TrustedCertificate = $certificate.Certificate } } }
    ) {
        $with = & $With
        $model = New-SignedModel "$TestDrive/judged"
        $refusal = Get-Refusal { Test-ModelSignature $model @with }
        $refusal.FullyQualifiedErrorId | Should -Be "$Id,ModelSigning.TestModelSignatureCommand"
        $refusal.CategoryInfo.Category | Should -Be 'SecurityError'
        (Get-Refusal { Test-ModelSignature -LiteralPath $model @with }).FullyQualifiedErrorId | Should -Be $refusal.FullyQualifiedErrorId
    }

    It 'takes the subject that the signing certificate must have' {
        $model = New-SignedModel "$TestDrive/subject"
        $subject = (Test-ModelSignature $model @trust).Signer
        (Test-ModelSignature $model @trust -Subject $subject).Status | Should -Be 'Valid'
        (Test-ModelSignature -LiteralPath $model @trust -Subject $subject).Status | Should -Be 'Valid'
        (Get-Refusal { Test-ModelSignature $model @trust -Subject 'CN=Other' }).FullyQualifiedErrorId | Should -Be 'CertificateSignerMismatch,ModelSigning.TestModelSignatureCommand'
        { Test-ModelSignature $model @trust -Subject 'nobody' -ErrorAction Stop } | Should -Throw -ErrorId 'CertificateSubjectInvalid,ModelSigning.TestModelSignatureCommand'
    }

    It 'refuses a certificate without a root in the system, also on a system without roots' {
        $model = New-SignedModel "$TestDrive/system"
        foreach ($refusal in (Get-Refusal { Test-ModelSignature $model -SystemTrust -Subject 'CN=Model Release' }), (Get-Refusal { Test-ModelSignature -LiteralPath $model -SystemTrust -Subject 'CN=Model Release' })) {
            $refusal.FullyQualifiedErrorId | Should -BeIn 'CertificateIssuerUnknown,ModelSigning.TestModelSignatureCommand',
                'SystemTrustEmpty,ModelSigning.TestModelSignatureCommand'
        }
    }

    It 'uses the time of now for a signature whose timestamps are not trusted' {
        $model = New-SignedModel "$TestDrive/untrusted-time"
        (Test-ModelSignature $model @trust -TimestampCertificate $stranger.Root).Status | Should -Be 'Valid'
    }

    It 'judges the certificate at the time that -VerificationTime names' {
        $model = New-SignedModel "$TestDrive/then"
        (Test-ModelSignature $model -TrustedCertificate $certificate.Root -VerificationTime ([DateTimeOffset]::UtcNow.AddDays(5))).Status | Should -Be 'Valid'
    }

    It 'takes the key alone of a PKCS#12 file with -PublicKey' {
        $model = New-SampleModel "$TestDrive/key-of-pfx"
        $null = New-ModelSignature $model -PrivateKey $certificate.PrivateKey
        (Test-ModelSignature $model -PublicKey $certificate.Pkcs12 -KeyPassword (ConvertTo-Secret 'secret')).Status | Should -Be 'Valid'
    }

    It 'ends the chain in a signing certificate with -AllowPartialChain' {
        $model = New-SignedModel "$TestDrive/partial"
        (Test-ModelSignature $model -TrustedCertificate $certificate.Certificate -AllowPartialChain).Status | Should -Be 'Valid'
    }

    It 'refuses a signature of a key, and a key verifies no certificate' {
        $key = New-SampleKey "$TestDrive/release.key"
        $model = New-SignedModel "$TestDrive/bykey" @{ PrivateKey = $key.PrivateKeyPath }
        (Get-Refusal { Test-ModelSignature $model @trust }).FullyQualifiedErrorId | Should -Be 'MethodMismatch,ModelSigning.TestModelSignatureCommand'
        $model = New-SignedModel "$TestDrive/bycertificate"
        (Get-Refusal { Test-ModelSignature $model -PublicKey $key.PublicKeyPath }).FullyQualifiedErrorId | Should -Be 'MethodMismatch,ModelSigning.TestModelSignatureCommand'
    }

    It 'stops at once without a certificate' {
        $model = New-SignedModel "$TestDrive/none"
        { Test-ModelSignature $model -TrustedCertificate "$TestDrive/none.pem" -Quiet } | Should -Throw -ErrorId 'CertificateNotFound,ModelSigning.TestModelSignatureCommand'
    }

    It 'names what a signature claims before anybody trusts it' {
        $model = New-SignedModel "$TestDrive/claims"
        (Get-ModelSignature $model | Format-List | Out-String -Width 200) | Should -Match 'Model Release'
    }
}
