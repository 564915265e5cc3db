BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'ConvertTo-ModelReport' {
    BeforeAll {
        $key = New-SampleKey "$TestDrive/report.key"
        $good = New-SampleModel "$TestDrive/a-good"
        $bad = New-SampleModel "$TestDrive/b-bad"
        $good, $bad | New-ModelSignature -PrivateKey $key.PrivateKeyPath | Out-Null
        # Windows has no such names.
        Set-Content -LiteralPath ($IsWindows ? "$bad/added &amp;.txt" : "$bad/added <b>&amp;.txt") 'not signed'
        $results = $good, $bad | Test-ModelSignature -PublicKey $key.PublicKeyPath -Detailed
    }

    It 'is one page that shows the failures first' {
        $page = $results | ConvertTo-ModelReport -Title 'Nightly'
        $page | Should -HaveCount 1
        $page | Should -Match '<title>Nightly</title>'
        $page | Should -Match '1 of 2 models is not valid\.'
        $page.IndexOf('b-bad') | Should -BeLessThan $page.IndexOf('a-good')
        $page | Should -Not -Match '<script|https?:'
    }

    It 'has its times in UTC, in the form that messages have' {
        $results | ConvertTo-ModelReport | Should -Match '<p class="soft">\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ</p>'
    }

    It 'shows names as text, whatever is in them' -Skip:$IsWindows {
        $page = $results | ConvertTo-ModelReport -Title "<i>$([char]27)[31m"
        $page | Should -Match 'added &lt;b&gt;&amp;amp;\.txt'
        $page | Should -Match '&lt;i&gt;\\u001b'
        $page | Should -Not -Match '<b>|<i>'
    }

    It 'says that nothing was verified, as a failure' {
        @() | ConvertTo-ModelReport | Should -Match 'class="answer bad">No models were verified'
    }

    It 'takes results that went through a file' {
        $results | Export-Clixml "$TestDrive/results.xml"
        Import-Clixml "$TestDrive/results.xml" | ConvertTo-ModelReport | Should -Match 'added (&lt;b&gt;)?&amp;amp;'
    }

    It 'lists what the rule demands, and what the model names and runs' {
        $tuned = New-SampleModel "$TestDrive/store/acme/tuned"
        $base = New-SampleModel "$TestDrive/store/acme/base"
        Set-Content "$tuned/adapter_config.json" '{ "base_model_name_or_path": "acme/base" }'
        Set-Content "$tuned/run.py" 'print(1)'
        Remove-Item "$tuned/weights" -Recurse
        $tuned, $base | New-ModelSignature -PrivateKey $key.PrivateKeyPath -WarningAction SilentlyContinue | Out-Null
        '{ "result": "PASSED" }' | New-ModelClaim $tuned -PredicateType test-result -PrivateKey $key.PrivateKeyPath | Out-Null
        $signers = @(@{ type = 'key'; publicKey = $key.PublicKeyPath })
        $rule = @{
            name = 'tuned'; models = @('**/acme/tuned'); signers = $signers; lineage = 'signed'; stores = @("$TestDrive/store"); forbid = @('pickle')
            claims = @(@{ predicateType = 'test-result'; signers = $signers; conditions = @(@{ pointer = '/result'; equals = 'PASSED' }) })
        }
        $policy = @{ version = 1; rules = @($rule, @{ name = 'base'; models = @('**/acme/base'); signers = $signers }) }
        ConvertTo-Json $policy -Depth 9 | Set-Content "$TestDrive/demands.json"
        $result = Test-ModelSignature $tuned -TrustPolicy "$TestDrive/demands.json" -Detailed
        $result.StatusMessage | Should -Be 'The model is exactly as it was signed.'
        $result.RuleDemands | Should -HaveCount 3
        $page = $result | ConvertTo-ModelReport
        $page | Should -Match 'The rule demands</dt><dd><ul><li>a claim of the type &#39;https://in-toto.io/attestation/test-result/v0.1&#39; where .*PASSED.*</li><li>base models that verify, in .*</li><li>nothing of pickle</li>'
        $page | Should -Match 'Names elsewhere</dt><dd><ul><li>adapter_config.json: BaseModel acme/base \(not pinned\)'
        $page | Should -Match 'Can run</dt><dd><ul><li>run.py: '

        # A model that lacks one of them is among the failures, with the reason.
        Remove-Item "$tuned.claims.jsonl"
        $page = Test-ModelSignature $tuned -TrustPolicy "$TestDrive/demands.json" -Detailed | ConvertTo-ModelReport
        $page | Should -Match 'TrustPolicyClaimMissing'
        $page | Should -Match 'The rule demands</dt><dd><ul><li>a claim'
        (Test-ModelSignature $base -TrustPolicy "$TestDrive/demands.json").RuleDemands | Should -BeNullOrEmpty
    }

    It 'refuses what is not a result, and writes no page about the others: <Name>' -ForEach @(
        @{ Name = 'a file'; Item = { Get-Item $good } }
        @{ Name = 'text'; Item = { 'text' } }
        @{ Name = 'null'; Item = { $null } }
        @{ Name = 'an array in an array'; Item = { , (, @($results[1])) } }
    ) {
        & { $results[0]; & $Item } | ConvertTo-ModelReport -ErrorAction SilentlyContinue -ErrorVariable refusals | Should -BeNullOrEmpty
        $refusals.FullyQualifiedErrorId | Should -BeLike 'ReportInputInvalid,*'
    }
}
