BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'Get-SigstoreTrust' {
    It 'shows the trust that comes with the module, without a network' {
        $trust = Get-SigstoreTrust public
        $trust.Name | Should -Be 'public'
        $trust.Origin | Should -BeIn 'Embedded', 'Cache'
        $trust.Services.Kind | Should -Contain 'CertificateAuthority'
        $trust.Services.Kind | Should -Contain 'TransparencyLog'
        @($trust.Services | Where-Object State -EQ 'Current').Count | Should -BeGreaterThan 0
        (Get-SigstoreTrust).Name | Should -Contain 'public'
        ($trust | Out-String -Width 200) | Should -Match 'public'
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'an instance that nobody registered'; Category = 'ObjectNotFound'; Run = { Get-SigstoreTrust nobody-registered-this } }
        @{ Name = 'a trusted root that is none'; Category = 'InvalidData'; Run = { Get-SigstoreTrust -TrustedRoot "$TestDrive/none.json" } }
        @{ Name = 'a configuration that is none'; Category = 'InvalidData'; Run = { Get-SigstoreTrust -TrustConfig "$TestDrive/none.json" } }
    ) {
        Set-Content "$TestDrive/none.json" '{'
        $refusal = Get-Refusal $Run
        $refusal.CategoryInfo.Category | Should -Be $Category
        $refusal.FullyQualifiedErrorId | Should -BeLike '*,ModelSigning.GetSigstoreTrustCommand'
    }

    It 'continues after an instance that is not registered' {
        @(Get-SigstoreTrust nobody-registered-this, public -ErrorAction SilentlyContinue -ErrorVariable refusals).Count | Should -Be 1
        @($refusals).Count | Should -Be 1
    }

    It 'completes the names of instances' {
        $line = 'Get-SigstoreTrust -Name pub'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'public'
    }
}
