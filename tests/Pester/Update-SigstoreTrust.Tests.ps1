BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'Update-SigstoreTrust' {
    It 'fetches nothing under -WhatIf: <Name>' -ForEach @(
        @{ Name = 'the public instance'; Run = { Update-SigstoreTrust -WhatIf } }
        @{ Name = 'a new instance'; Run = { Update-SigstoreTrust -Name never -Url http://127.0.0.1:9 -RootPath "$TestDrive/root.json" -WhatIf } }
        @{ Name = 'a repository'; Run = { Update-SigstoreTrust -MetadataPath "$TestDrive/metadata" -Url http://127.0.0.1:9 -WhatIf } }
    ) {
        & $Run | Should -BeNullOrEmpty
        "$TestDrive/metadata" | Should -Not -Exist
        (Get-SigstoreTrust).Name | Should -Not -Contain 'never'
    }

    It 'refuses <Name> with <Id>' -ForEach @(
        @{ Name = 'an instance that nobody registered'; Id = 'SigstoreInstanceUnknown'; Run = { Update-SigstoreTrust -Name nobody-registered-this } }
        @{ Name = 'a name that is no name'; Id = 'SigstoreInstanceNameInvalid'; Run = { Update-SigstoreTrust -Name ../x -Url http://127.0.0.1:9 -RootPath "$TestDrive/root.json" } }
        @{ Name = 'a root that is not there'; Id = 'TufRootMissing'; Run = { Update-SigstoreTrust -MetadataPath "$TestDrive/m1" -RootPath "$TestDrive/none.json" } }
        @{ Name = 'a repository without a root'; Id = 'TufRootMissing'; Run = { Update-SigstoreTrust -MetadataPath "$TestDrive/m2" -Url http://127.0.0.1:9 } }
        @{ Name = 'a root that is none'; Id = 'TufMetadataMalformed'; Run = { Update-SigstoreTrust -MetadataPath "$TestDrive/m3" -RootPath "$TestDrive/root.json" } }
    ) {
        Set-Content "$TestDrive/root.json" '{}'
        (Get-Refusal $Run).FullyQualifiedErrorId | Should -Be "$Id,ModelSigning.UpdateSigstoreTrustCommand"
    }

    It 'takes an instance or a repository, not both' {
        { Update-SigstoreTrust -Name x -MetadataPath "$TestDrive/m4" } | Should -Throw -ErrorId 'AmbiguousParameterSet,*'
    }
}
