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

    It 'refuses what is not a result' {
        $null = Get-Item $good | ConvertTo-ModelReport -ErrorAction SilentlyContinue -ErrorVariable refusals
        $refusals.FullyQualifiedErrorId | Should -BeLike 'ReportInputInvalid,*'
    }
}
