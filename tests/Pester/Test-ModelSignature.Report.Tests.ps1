BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $other = New-SampleKey "$TestDrive/other.key"
    $public = @{ PublicKey = $key.PublicKeyPath }
    'good', 'bad', 'part' | ForEach-Object { $null = New-ModelSignature (New-SampleModel "$TestDrive/store/$_") -PrivateKey $key.PrivateKeyPath }
    Set-Content "$TestDrive/store/bad/config.json" 'x'
    $null = New-SampleModel "$TestDrive/store/unsigned"
    $models = Get-ChildItem "$TestDrive/store" -Directory
    function Read-Report([string] $Path) { Get-Content $Path | Select-Object -Skip 1 | ConvertFrom-Json }
}

Describe 'Test-ModelSignature -Summary' {
    It 'counts by status in place of results, without errors' {
        $summary = $models | Test-ModelSignature @public -Summary -ErrorVariable errors
        $errors | Should -BeNullOrEmpty
        $summary | Should -HaveCount 1
        $summary.AllValid, $summary.ModelCount, $summary.Valid, $summary.HashMismatch, $summary.NotSigned | Should -Be $false, 4, 2, 1, 1
        $summary.FileCount | Should -Be 6
        $summary.Length | Should -BeGreaterThan 15000
        $summary | Out-String | Should -Match 'Not valid'
        $summary | Format-List | Out-String | Should -Match 'HashMismatch'
        $part = Test-ModelSignature "$TestDrive/store/part" @public -Include config.json -Summary
        $part.AllValid, $part.ValidInPart | Should -Be $true, 1
    }

    It 'is not all valid where nothing was given, or a model does not exist' {
        (@() | Test-ModelSignature @public -Summary).AllValid | Should -BeFalse
        (Test-ModelSignature "$TestDrive/store/good", "$TestDrive/store/none" @public -Summary).UnknownError | Should -Be 1
    }

    It 'is refused beside -Quiet and -Detailed' {
        { Test-ModelSignature "$TestDrive/store/good" @public -Summary -Detailed } | Should -Throw -ErrorId 'ReportParameters,*'
        { Test-ModelSignature "$TestDrive/store/good" @public -Summary -Quiet } | Should -Throw -ErrorId 'ReportParameters,*'
    }
}

Describe 'Test-ModelSignature -OutFile' {
    It 'writes each verdict to the report, and results as usual' {
        $report = "$TestDrive/whole.jsonl"
        $results = $models | Test-ModelSignature @public -Detailed -OutFile $report
        $lines = Read-Report $report
        $lines.path | Should -Be $results.Path
        $lines.status | Should -Be $results.Status
        @($lines.error | Where-Object { $_ }) | Should -Be @($results.ErrorId | Where-Object { $_ })
        ($lines | Where-Object status -EQ Valid).pin | Should -Be @($results | Where-Object Status -EQ Valid).ModelPin
    }

    It 'has what was verified when the run ends early' {
        $report = "$TestDrive/early.jsonl"
        $models | Test-ModelSignature @public -Detailed -OutFile $report | Select-Object -First 2 | Out-Null
        (Read-Report $report).path | Should -Be $models[0, 1].FullName
        $summary = $models | Test-ModelSignature @public -Summary -OutFile $report -Resume
        $summary.ModelCount, $summary.Resumed, $summary.Valid | Should -Be 4, 2, 2
        (Read-Report $report).path | Should -Be $models.FullName
    }

    It 'is left whole by Ctrl+C in the middle of a model, and continued' -Skip:$IsWindows {
        $slow = New-Item "$TestDrive/slow" -ItemType Directory
        $stream = [IO.File]::Create("$slow/large.bin")
        $stream.SetLength(200GB)
        $stream.Dispose()
        Set-Content "$TestDrive/slow.sha256" "$('0' * 64)  large.bin`n" -NoNewline
        $null = New-ModelSignature "$TestDrive/slow.sha256" -Manifest -PrivateKey $key.PrivateKeyPath -SignaturePath "$slow/model.sig"
        $report = "$TestDrive/stopped.jsonl"
        $begun = [Threading.ManualResetEventSlim]::new()
        $parameters = @{ Manifest = $manifest; Paths = $models[0].FullName, $slow.FullName; PublicKey = $key.PublicKeyPath; Report = $report; Begun = $begun }
        $shell = [powershell]::Create().AddScript({
                param($Manifest, $Paths, $PublicKey, $Report, $Begun)
                Import-Module $Manifest
                & { $Paths[0]; $Begun.Set(); $Paths[1] } | Test-ModelSignature -PublicKey $PublicKey -Detailed -OutFile $Report
            }).AddParameters($parameters)
        $null = $shell.BeginInvoke()
        $begun.Wait([TimeSpan]::FromMinutes(3)) | Should -BeTrue
        $shell.Stop()
        $shell.Dispose()
        (Read-Report $report).path | Should -Be $models[0].FullName
        Set-Content "$slow/large.bin" 'small'
        $summary = $models[0], $slow | Test-ModelSignature @public -Summary -OutFile $report -Resume
        $summary.ModelCount, $summary.Resumed, $summary.HashMismatch | Should -Be 2, 1, 2
    }

    It 'continues after a last line that was cut off' {
        $report = "$TestDrive/torn.jsonl"
        $null = $models | Test-ModelSignature @public -Detailed -OutFile $report
        $whole = [IO.File]::ReadAllText($report)
        foreach ($cut in 1, 40, 300) {
            [IO.File]::WriteAllText($report, $whole.Substring(0, $whole.Length - $cut))
            $results = $models | Test-ModelSignature @public -Detailed -OutFile $report -Resume
            $results.Path | Should -Be $models[(-@($results).Count)..-1].FullName
            (Read-Report $report).path | Should -Be $models.FullName
        }
    }

    It 'begins a report with -Resume where there is none, and a run that is complete does nothing again' {
        $report = "$TestDrive/new.jsonl"
        @($models | Test-ModelSignature @public -Detailed -OutFile $report -Resume).Count | Should -Be 4
        $before = Get-FileHash $report
        $models | Test-ModelSignature @public -Detailed -OutFile $report -Resume | Should -BeNullOrEmpty
        (Get-FileHash $report).Hash | Should -Be $before.Hash
        ($models | Test-ModelSignature @public -Summary -OutFile $report -Resume).AllValid | Should -BeFalse
    }

    It 'is refused with <Id>, and left as it was' -ForEach @(
        @{ Id = 'ReportFileExists'; Content = { $null }; With = { $public } }
        @{ Id = 'ReportSettingsDiffer'; Content = { $null }; With = { $public + @{ Resume = $true; Include = 'config.json' } } }
        @{ Id = 'ReportSettingsDiffer'; Content = { $null }; With = { @{ PublicKey = $other.PublicKeyPath; Resume = $true } } }
        @{ Id = 'ReportFileOther'; Content = { "mine`n" }; With = { $public + @{ Resume = $true } } }
        @{ Id = 'ReportFileOther'; Content = { 'mine' }; With = { $public + @{ Resume = $true } } }
        @{ Id = 'ReportFileMalformed'; Content = { "$(Get-Content $report -TotalCount 1)`n{`"path`":`"/x`",`"status`":`"Fine`",`"files`":1,`"bytes`":1}`n" }; With = { $public + @{ Resume = $true } } }
        @{ Id = 'ReportFileMalformed'; Content = { "$(Get-Content $report -TotalCount 1)`nnonsense`n" }; With = { $public + @{ Resume = $true } } }
    ) {
        $report = "$TestDrive/refused.jsonl"
        Remove-Item $report -ErrorAction Ignore
        $null = $models[0] | Test-ModelSignature @public -Detailed -OutFile $report
        $text = & $Content
        if ($text) { [IO.File]::WriteAllText($report, $text) }
        $before = [IO.File]::ReadAllText($report)
        $parameters = & $With
        { $models | Test-ModelSignature @parameters -OutFile $report -Detailed } | Should -Throw -ErrorId "$Id,*"
        [IO.File]::ReadAllText($report) | Should -Be $before
    }

    It 'is not continued after a key of the same name became another one' {
        $report = "$TestDrive/rekeyed.jsonl"
        Copy-Item $key.PublicKeyPath "$TestDrive/current.pub"
        $null = $models[0] | Test-ModelSignature -PublicKey "$TestDrive/current.pub" -Detailed -OutFile $report
        Copy-Item $other.PublicKeyPath "$TestDrive/current.pub"
        { $models | Test-ModelSignature -PublicKey "$TestDrive/current.pub" -Detailed -OutFile $report -Resume } | Should -Throw -ErrorId 'ReportSettingsDiffer,*'
    }

    It 'is not continued after a key became another one whose name is spelt <Spelling>' -ForEach @(
        @{ Spelling = 'spelt`[1`].pub'; File = 'spelt[1].pub' }
        @{ Spelling = 'spelt`[2`]*.pub'; File = 'spelt[2]x.pub' }
    ) {
        $report = "$TestDrive/$($File.Length)-spelt.jsonl"
        [IO.File]::Copy($key.PublicKeyPath, "$TestDrive/$File")
        Push-Location $TestDrive
        try {
            $null = $models[0] | Test-ModelSignature -PublicKey $Spelling -Detailed -OutFile $report
            [IO.File]::Copy($other.PublicKeyPath, "$TestDrive/$File", $true)
            { $models | Test-ModelSignature -PublicKey $Spelling -Detailed -OutFile $report -Resume } | Should -Throw -ErrorId 'ReportSettingsDiffer,*'
        }
        finally {
            Pop-Location
        }
    }

    It 'is of other settings when a key is replaced that <Name>' -ForEach @(
        @{ Name = 'a pattern matches'; With = { @{ PublicKey = "$TestDrive/keys/*.pub" } } }
        @{ Name = 'a policy names'; With = { @{ TrustPolicy = "$TestDrive/keyed.json" } } }
    ) {
        $null = New-Item "$TestDrive/keys" -ItemType Directory -Force
        Copy-Item $public.PublicKey "$TestDrive/keys/team.pub" -Force
        @{ version = 1; rules = @(@{ name = 'all'; models = @('*'); signers = @(@{ type = 'key'; publicKey = 'keys/team.pub' }) }) } | ConvertTo-Json -Depth 8 | Set-Content "$TestDrive/keyed.json"
        $with = & $With
        $log = "$TestDrive/replaced-$([guid]::NewGuid()).jsonl"
        (Test-ModelSignature "$TestDrive/store/good" @with -Summary -OutFile $log).AllValid | Should -BeTrue
        (Test-ModelSignature "$TestDrive/store/good" @with -Summary -OutFile $log -Resume).Resumed | Should -Be 1
        Copy-Item $other.PublicKeyPath "$TestDrive/keys/team.pub" -Force
        { Test-ModelSignature "$TestDrive/store/good" @with -Summary -OutFile $log -Resume } | Should -Throw -ErrorId 'ReportSettingsDiffer,*'
    }

    It 'is not continued by a policy after other Sigstore instances are trusted' {
        @{ version = 1; rules = @(@{ name = 'all'; models = @('*'); signers = @(@{ type = 'key'; publicKey = $public.PublicKey }) }) } | ConvertTo-Json -Depth 8 | Set-Content "$TestDrive/instances.json"
        $log, $before = "$TestDrive/instances.jsonl", $env:MODELSIGNING_TRUST_FOLDER
        $env:MODELSIGNING_TRUST_FOLDER = "$TestDrive/trust"
        try {
            $null = Test-ModelSignature "$TestDrive/store/good" -TrustPolicy "$TestDrive/instances.json" -Summary -OutFile $log
            (Test-ModelSignature "$TestDrive/store/good" -TrustPolicy "$TestDrive/instances.json" -Summary -OutFile $log -Resume).Resumed | Should -Be 1
            $null = New-Item "$TestDrive/trust/instances/internal/1" -ItemType Directory -Force
            { Test-ModelSignature "$TestDrive/store/good" -TrustPolicy "$TestDrive/instances.json" -Summary -OutFile $log -Resume } | Should -Throw -ErrorId 'ReportSettingsDiffer,*'
            (Test-ModelSignature "$TestDrive/store/good" @public -Summary -OutFile "$TestDrive/key.jsonl").AllValid | Should -BeTrue
        } finally {
            $env:MODELSIGNING_TRUST_FOLDER = $before
        }
    }

    It 'is continued whatever files of the current folder have the names of those in the models' {
        $null = New-Item "$TestDrive/here" -ItemType Directory -Force
        Push-Location "$TestDrive/here"
        try {
            $with = $public + @{ Include = '*.json'; IgnorePath = 'cache'; OutFile = './report.json'; Resume = $true; Summary = $true }
            (Test-ModelSignature "$TestDrive/store/good" @with -WarningAction SilentlyContinue).AllValid | Should -BeTrue
            Set-Content ./cache x
            (Test-ModelSignature "$TestDrive/store/good" @with).Resumed | Should -Be 1
        } finally {
            Pop-Location
        }
    }

    It 'is not all valid where no model is given, whatever is in it' {
        $log = "$TestDrive/unmounted.jsonl"
        (Test-ModelSignature "$TestDrive/store/good" @public -Summary -OutFile $log).AllValid | Should -BeTrue
        (@() | Test-ModelSignature @public -Summary -OutFile $log -Resume).AllValid | Should -BeFalse
    }

    It 'is refused where -Resume says nothing to continue or would answer from a file' {
        $refusal = Get-Refusal { Test-ModelSignature "$TestDrive/store/good" @public -Resume }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'ReportParameters,*'
        $refusal.ErrorDetails.RecommendedAction | Should -Be 'Specify the report with -OutFile.'
        { Test-ModelSignature "$TestDrive/store/good" @public -Resume -Quiet -OutFile "$TestDrive/q.jsonl" } | Should -Throw -ErrorId 'ReportParameters,*'
        { Test-ModelSignature "$TestDrive/store/good" @public -OutFile "$TestDrive/no/such/folder.jsonl" } | Should -Throw -ErrorId 'ReportFileUnusable,*'
    }
}
