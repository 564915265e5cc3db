BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $signer = @{ Identity = 'a@example.org'; Issuer = 'https://issuer.example' }
    $file = "$TestDrive/artifact.bin"
    Set-Content $file 'x'
    Set-Content "$file.sigstore.json" '{'
    $digest = "sha256:$((Get-FileHash $file).Hash.ToLowerInvariant())"
    $key = New-SampleKey "$TestDrive/release.key"
}

Describe 'Test-SigstoreBundle' {
    It 'refuses a file that is not a bundle: <Name>' -ForEach @(
        @{ Name = '-Path'; Run = { Test-SigstoreBundle $file @signer } }
        @{ Name = '-LiteralPath'; Run = { Test-SigstoreBundle -LiteralPath $file @signer } }
        @{ Name = 'the pipeline'; Run = { Get-Item $file | Test-SigstoreBundle @signer } }
        @{ Name = '-BundlePath'; Run = { Test-SigstoreBundle $file -BundlePath "$file.sigstore.json" @signer } }
        @{ Name = '-Digest'; Run = { Test-SigstoreBundle -Digest $digest -BundlePath "$file.sigstore.json" @signer } }
        @{ Name = '-IdentityPattern'; Run = { Test-SigstoreBundle $file -IdentityPattern '*@example.org' -Issuer https://issuer.example } }
        @{ Name = 'the claims of a workflow'; Run = { Test-SigstoreBundle $file @signer -SourceRepository example/models -Workflow https://github.com/example/models/.github/workflows/release.yml@refs/heads/main -WorkflowName Release -Ref refs/heads/main } }
        @{ Name = '-PublicKey'; Run = { Test-SigstoreBundle $file -PublicKey $key.PublicKeyPath } }
        @{ Name = '-PublicKey and -LiteralPath'; Run = { Test-SigstoreBundle -LiteralPath $file -PublicKey $key.PublicKeyPath } }
        @{ Name = '-PublicKey and -Digest'; Run = { Test-SigstoreBundle -Digest $digest -BundlePath "$file.sigstore.json" -PublicKey $key.PublicKeyPath } }
    ) {
        $refusal = Get-Refusal $Run
        $refusal.FullyQualifiedErrorId | Should -Be 'BUNDLE-PARSE,ModelSigning.TestSigstoreBundleCommand'
        $refusal.CategoryInfo.Category | Should -Be 'InvalidData'
    }

    It 'writes false with -Quiet, and a result with -Detailed, and no error' {
        Test-SigstoreBundle $file @signer -Quiet -ErrorVariable errors | Should -BeFalse
        (Test-SigstoreBundle $file @signer -Detailed -ErrorVariable +errors).ErrorId | Should -Be 'BUNDLE-PARSE'
        $errors | Should -BeNullOrEmpty
        { Test-SigstoreBundle $file @signer -Quiet -Detailed } | Should -Throw -ErrorId 'QuietAndDetailed,*'
    }

    It 'refuses a file without a bundle' {
        Set-Content "$TestDrive/bare.bin" 'x'
        $refusal = Get-Refusal { Test-SigstoreBundle "$TestDrive/bare.bin" @signer }
        $refusal.FullyQualifiedErrorId | Should -Be 'BundleNotFound,ModelSigning.TestSigstoreBundleCommand'
        $refusal.ErrorDetails.RecommendedAction | Should -Match '-BundlePath'
        Test-SigstoreBundle "$TestDrive/bare.bin" @signer -Quiet | Should -BeFalse
    }

    It 'wants to know the identity' {
        { Test-SigstoreBundle $file -Issuer https://issuer.example } | Should -Throw -ErrorId 'IdentityNotGiven,ModelSigning.TestSigstoreBundleCommand'
    }

    It 'takes one trust, not two' {
        { Test-SigstoreBundle $file @signer -TrustedRoot a.json -SigstoreInstance b } | Should -Throw -ErrorId 'TrustGivenTwice,ModelSigning.TestSigstoreBundleCommand'
    }

    It 'refuses a value that is not a digest' {
        { Test-SigstoreBundle -Digest 'md5:00' -BundlePath x @signer } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        { Test-SigstoreBundle -Digest "sha256:$('a' * 64)`n" -BundlePath x @signer } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}

Describe 'Test-ModelSignature with an identity' {
    BeforeAll {
        $model = New-SampleModel "$TestDrive/model"
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
    }

    It 'refuses a signature made with a key: <Name>' -ForEach @(
        @{ Name = '-Path'; Run = { Test-ModelSignature $model @signer } }
        @{ Name = '-LiteralPath'; Run = { Test-ModelSignature -LiteralPath $model @signer } }
        @{ Name = 'the pipeline'; Run = { Get-Item $model | Test-ModelSignature @signer } }
        @{ Name = '-IdentityPattern'; Run = { Test-ModelSignature $model -IdentityPattern '*' -Issuer https://issuer.example } }
        @{ Name = 'the claims of a workflow'; Run = { Test-ModelSignature $model @signer -SourceRepository example/models -Workflow https://github.com/example/models/.github/workflows/release.yml@refs/heads/main -WorkflowName Release -Ref refs/heads/main } }
    ) {
        (Get-Refusal $Run).CategoryInfo.Category | Should -BeIn 'SecurityError', 'InvalidData'
        Test-ModelSignature $model @signer -Quiet | Should -BeFalse
    }

    It 'stops at once with <Id>' -ForEach @(
        @{ Id = 'IdentityNotGiven'; With = { @{ Issuer = 'https://issuer.example' } } }
        @{ Id = 'TrustGivenTwice'; With = { $signer + @{ TrustedRoot = 'a.json'; TrustConfig = 'b.json' } } }
        @{ Id = 'SigstoreInstanceUnknown'; With = { $signer + @{ SigstoreInstance = 'nobody-registered-this' } } }
    ) {
        $with = & $With
        { Test-ModelSignature $model @with -Quiet } | Should -Throw -ErrorId "$Id,ModelSigning.TestModelSignatureCommand"
    }
}
