BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $model = New-SampleModel "$TestDrive/model"
    $signed = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
}

Describe 'Get-ModelSignature' {
    It 'shows what a signature claims, and claims nothing itself' {
        $claims = Get-ModelSignature $model
        $claims.ClaimedMethod | Should -Be 'Key'
        $claims.ClaimedSigner | Should -Match $key.Hint
        $claims.ClaimedRootDigest | Should -Be $signed.RootDigest
        $claims.ClaimedResources.Name | Should -Be @('config.json', 'weights/model.bin')
        $claims.PSObject.Properties.Name | Should -Not -Contain 'Status'
    }

    It 'takes a signature file: <_>' -ForEach 'by its path', 'by -SignaturePath', 'by the pipeline' {
        $claims = switch ($_) {
            'by its path' { Get-ModelSignature $signed.SignaturePath }
            'by -SignaturePath' { Get-ModelSignature $model -SignaturePath $signed.SignaturePath }
            'by the pipeline' { Get-Item $signed.SignaturePath | Get-ModelSignature }
        }
        $claims.SignaturePath | Should -Be $signed.SignaturePath
    }

    It 'refuses a model without one' {
        $bare = New-SampleModel "$TestDrive/bare"
        (Get-Refusal { Get-ModelSignature $bare }).CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'lists the first 1,000 resources, and all of them with -Resource' {
        $many = New-Item "$TestDrive/many" -ItemType Directory
        1..1001 | ForEach-Object { Set-Content "$many/$_" $_ }
        $null = New-ModelSignature $many -PrivateKey $key.PrivateKeyPath
        $claims = Get-ModelSignature $many
        $claims.ClaimedResourceCount | Should -Be 1001
        $claims.ClaimedResources.Count | Should -Be 1000
        (Get-ModelSignature $many -Resource).ClaimedResources.Count | Should -Be 1001
    }

    It 'says in its view that nothing is verified' {
        Get-ModelSignature $model | Out-String | Should -Match '(?i)claim|not verified|unverified'
    }
}
