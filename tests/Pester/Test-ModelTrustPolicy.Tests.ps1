BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"

    function New-Policy([string] $Name, [object[]] $Rules) {
        $path = Join-Path $TestDrive $Name
        @{ version = 1; rules = $Rules } | ConvertTo-Json -Depth 8 | Set-Content $path
        $path
    }

    $signer = @{ type = 'key'; publicKey = 'release.pub' }
    $first = @{ name = 'released'; models = @('release-*'); signers = @($signer); hashAlgorithms = @('sha256') }
    $second = @{ name = 'team'; models = @('team-*', 'lab-*'); signers = @($signer) }
    $policy = New-Policy 'policy.json' $first, $second
}

Describe 'Test-ModelTrustPolicy' {
    It 'is true for a policy that can be used' {
        Test-ModelTrustPolicy $policy | Should -BeTrue
        Test-ModelTrustPolicy -LiteralPath $policy | Should -BeTrue
    }

    It 'is false if an item of the pipeline is no policy: <Name>' -ForEach @(
        @{ Name = 'null'; Item = $null }
        @{ Name = 'an empty text'; Item = '' }
        @{ Name = 'an object with an empty Path'; Item = [pscustomobject]@{ Path = '' } }
        @{ Name = 'an array in an array'; Item = @(, @(, @('policy.json'))) }
    ) {
        & { $policy; $Item } | Test-ModelTrustPolicy -ErrorAction SilentlyContinue | Should -BeFalse
    }

    It 'takes policies from the pipeline: <Name>' -ForEach @(
        @{ Name = 'items'; Bring = { Get-Item $policy } }
        @{ Name = 'strings'; Bring = { $policy } }
        @{ Name = 'objects with a Path'; Bring = { [pscustomobject]@{ Path = $policy } } }
    ) {
        & $Bring | Test-ModelTrustPolicy | Should -BeTrue
    }

    It 'shows the rules in their order with -Detailed' {
        $rules = @(Test-ModelTrustPolicy $policy -Detailed)
        $rules.Name | Should -Be 'released', 'team'
        $rules.Order | Should -Be 1, 2
        $rules[0].HashAlgorithms | Should -Be 'sha256'
        $rules[1].Models | Should -Be 'team-*', 'lab-*'
        $rules[0].PolicyPath | Should -Be $policy
        @($rules[0].Signers).Count | Should -Be 1
        $rules[0].TimestampRequired | Should -BeFalse
    }

    It 'shows the rule that would decide about a model, and none for a model that no rule matches' {
        (Test-ModelTrustPolicy $policy -Detailed -ModelPath "$TestDrive/lab-7").Name | Should -Be 'team'
        Test-ModelTrustPolicy $policy -Detailed -ModelPath "$TestDrive/unknown" | Should -BeNullOrEmpty
    }

    It 'warns of a rule that no model reaches' {
        $shadowed = New-Policy 'shadowed.json' @{ name = 'all'; models = @('*'); signers = @($signer) }, @{ name = 'late'; models = @('x-*'); signers = @($signer) }
        Test-ModelTrustPolicy $shadowed -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeTrue
        ($warnings -join ' ') | Should -Match 'late'
    }

    It 'is false, with an error that names the place, for <Name>' -ForEach @(
        @{ Name = 'a misspelt member'; Id = 'TrustPolicyInvalid'; Text = '{"version":1,"rules":[{"name":"a","model":["*"],"signers":[]}]}' }
        @{ Name = 'a file that is no JSON'; Id = 'TrustPolicyInvalid'; Text = '{' }
        @{ Name = 'another version'; Id = 'TrustPolicyInvalid'; Text = '{"version":2,"rules":[]}' }
        @{ Name = 'a key that is not there'; Id = 'KeyNotFound'; Text = '{"version":1,"rules":[{"name":"a","models":["*"],"signers":[{"type":"key","publicKey":"none.pub"}]}]}' }
    ) {
        Set-Content "$TestDrive/broken.json" $Text
        Test-ModelTrustPolicy "$TestDrive/broken.json" -ErrorAction SilentlyContinue -ErrorVariable refusals | Should -BeFalse
        @($refusals).Count | Should -Be 1
        $refusals[0].FullyQualifiedErrorId | Should -Be "$Id,ModelSigning.TestModelTrustPolicyCommand"
        Test-ModelTrustPolicy "$TestDrive/broken.json" -Detailed -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
    }

    It 'refuses a policy that is not there' {
        Test-ModelTrustPolicy "$TestDrive/nowhere.json" -ErrorAction SilentlyContinue -ErrorVariable refusals | Should -BeFalse
        $refusals[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'warns of a model that no rule matches' {
        Test-ModelTrustPolicy $policy -ModelPath "$TestDrive/unknown" -WarningVariable warnings -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $warnings | Should -Match 'unknown.*would be refused'
    }

    It 'gives one answer for all policies' {
        Set-Content "$TestDrive/unusable.json" '{'
        @(Test-ModelTrustPolicy $policy, $policy) | Should -Be $true
        @(Test-ModelTrustPolicy "$TestDrive/unusable.json", "$TestDrive/unusable.json" -ErrorAction SilentlyContinue) | Should -Be $false
        @($policy, "$TestDrive/unusable.json", $policy | Test-ModelTrustPolicy -ErrorAction SilentlyContinue) | Should -Be $false
    }
}
