BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'Get-SigstoreTrust' {
    It 'shows the trust that comes with the module, without a network' {
        @(Get-SigstoreTrust).Count | Should -BeGreaterThan 0
    }
}

Describe 'Test-SigstoreBundle' {
    It 'refuses a file that is no bundle' {
        Set-Content "$TestDrive/artifact.bin" 'x'
        Set-Content "$TestDrive/artifact.sigstore.json" '{'
        $refusal = Get-Refusal {
            Test-SigstoreBundle "$TestDrive/artifact.bin" -BundlePath "$TestDrive/artifact.sigstore.json" -Identity a@example.org -Issuer https://issuer.example
        }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'BUNDLE-*,ModelSigning.TestSigstoreBundleCommand'
    }
}

Describe 'Test-ModelSignature with an identity' {
    It 'refuses a signature made with a key' {
        $key = New-SampleKey "$TestDrive/release.key"
        $model = New-SampleModel "$TestDrive/model"
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
        $refusal = Get-Refusal { Test-ModelSignature $model -Identity a@example.org -Issuer https://issuer.example }
        $refusal.CategoryInfo.Category | Should -BeIn 'SecurityError', 'InvalidData'
    }
}
