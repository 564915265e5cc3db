BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $private = @{ PrivateKey = $key.PrivateKeyPath }
    $public = @{ PublicKey = $key.PublicKeyPath }
}

Describe 'New-ModelSignature' {
    It 'signs a folder into model.sig' {
        $model = New-SampleModel "$TestDrive/folder"
        $signed = New-ModelSignature $model @private
        $signed.Path | Should -Be $model
        $signed.SignaturePath | Should -Be (Join-Path $model 'model.sig')
        $signed.RootDigest | Should -Match '^sha256:[0-9a-f]{64}$'
        $signed.FileCount | Should -Be 2
        $signed.Length | Should -Be 5017
        $signed.Method | Should -Be 'Key'
    }

    It 'signs a single file beside itself' {
        $model = New-SampleModel "$TestDrive/single"
        (New-ModelSignature "$model/config.json" @private).SignaturePath | Should -Be (Join-Path $model 'config.json.sig')
    }

    It 'signs what the pipeline brings: <Name>' -ForEach @(
        @{ Name = 'items'; Bring = { Get-Item "$TestDrive/pipeline-*" } }
        @{ Name = 'strings'; Bring = { (Get-Item "$TestDrive/pipeline-*").FullName } }
        @{ Name = 'objects with a Path'; Bring = { Get-Item "$TestDrive/pipeline-*" | Select-Object @{ Name = 'Path'; Expression = { $_.FullName } } } }
    ) {
        1..2 | ForEach-Object { $null = New-SampleModel "$TestDrive/pipeline-$_" }
        @(& $Bring | New-ModelSignature @private -Force).Count | Should -Be 2
    }

    It 'expands wildcards in -Path and none in -LiteralPath' {
        $null = New-SampleModel "$TestDrive/wild/a1"
        $null = New-SampleModel "$TestDrive/wild/a2"
        $odd = New-SampleModel ([WildcardPattern]::Escape("$TestDrive/wild/we[i]rd"))
        @(New-ModelSignature "$TestDrive/wild/a?" @private).Count | Should -Be 2
        New-Item -ItemType Directory "$TestDrive/wild/[x]" | Out-Null
        Set-Content -LiteralPath "$TestDrive/wild/[x]/f" -Value 1
        (New-ModelSignature -LiteralPath "$TestDrive/wild/[x]" @private).FileCount | Should -Be 1
    }

    It 'signs a relative path below the current location' {
        $null = New-SampleModel "$TestDrive/relative"
        Push-Location $TestDrive
        try { (New-ModelSignature ./relative @private -SignaturePath ./relative.sig).SignaturePath | Should -Be (Join-Path $TestDrive 'relative.sig') }
        finally { Pop-Location }
    }

    It 'signs a relative path below the location of the moment' {
        'one', 'two' | ForEach-Object { $null = New-SampleModel "$TestDrive/moved/$_/model" }
        Push-Location "$TestDrive/moved/one"
        try {
            $signed = & { './model'; Set-Location ../two; './model' } | New-ModelSignature @private
            $signed.SignaturePath | Should -Be ('one', 'two' | ForEach-Object { Join-Path $TestDrive 'moved' $_ 'model' 'model.sig' })
        }
        finally { Pop-Location }
    }

    It 'warns that a list of digests is signed and verified as a file' {
        $list = "$TestDrive/list.sha256"
        Set-Content $list "$('0' * 64)  a`n" -NoNewline
        $null = New-ModelSignature $list @private -WarningVariable signing -WarningAction SilentlyContinue
        $null = Test-ModelSignature $list @public -WarningVariable verifying -WarningAction SilentlyContinue
        $signing, $verifying | Should -Match 'Use -Manifest'
        $null = New-ModelSignature $list -Manifest @private -Force -WarningVariable none
        $none | Should -BeNullOrEmpty
    }

    It 'warns of a list of sha256sum that was made above the model' {
        $null = New-SampleModel "$TestDrive/above/data"
        Set-Content "$TestDrive/above/list.sha256" "$('0' * 64)  data/config.json`n" -NoNewline
        $null = New-ModelSignature "$TestDrive/above/list.sha256" -Manifest @private -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings | Should -Match "begins with 'data/'"
    }

    It 'signs with <_>' -ForEach 'sha256', 'blake2b', 'blake3' {
        $model = New-SampleModel "$TestDrive/$_"
        (New-ModelSignature $model @private -HashAlgorithm $_).HashAlgorithm | Should -Be $_
        (Test-ModelSignature $model @public).HashAlgorithm | Should -Be $_
    }

    It 'signs shards' {
        $model = New-SampleModel "$TestDrive/shards"
        (New-ModelSignature $model @private -ShardSize 2KB).ResourceCount | Should -Be 4
        Test-ModelSignature $model @public -Quiet | Should -BeTrue
    }

    It 'leaves out what -IgnorePath names' {
        $model = New-SampleModel "$TestDrive/ignore"
        (New-ModelSignature $model @private -IgnorePath config.json).FileCount | Should -Be 1
    }

    It 'writes nothing under -WhatIf, and asks no password' {
        $model = New-SampleModel "$TestDrive/whatif"
        New-ModelSignature $model @private -WhatIf | Should -BeNullOrEmpty
        "$model/model.sig" | Should -Not -Exist
    }

    It 'replaces a signature only with -Force' {
        $model = New-SampleModel "$TestDrive/force"
        $null = New-ModelSignature $model @private
        $before = Get-FileHash "$model/model.sig"
        $refusal = Get-Refusal { New-ModelSignature $model @private }
        $refusal.FullyQualifiedErrorId | Should -Be 'SignatureExists,ModelSigning.NewModelSignatureCommand'
        $refusal.CategoryInfo.Category | Should -Be 'ResourceExists'
        (Get-FileHash "$model/model.sig").Hash | Should -Be $before.Hash
        $null = New-ModelSignature $model @private -Force
        (Get-FileHash "$model/model.sig").Hash | Should -Not -Be $before.Hash
    }

    It 'goes on after a model that cannot be signed' {
        $null = New-Item "$TestDrive/batch/empty" -ItemType Directory -Force
        $null = New-SampleModel "$TestDrive/batch/good"
        $signed = Get-ChildItem "$TestDrive/batch" -Directory | New-ModelSignature @private -ErrorAction SilentlyContinue -ErrorVariable refusals
        @($signed).Count | Should -Be 1
        @($refusals).Count | Should -Be 1
    }

    It 'stops at once without a usable key: <Id>' -ForEach @(
        @{ Id = 'KeyNotFound'; Make = { "$TestDrive/none.key" } }
        @{ Id = 'KeyPasswordWrong'; Make = { (New-ModelSigningKey "$TestDrive/locked.key" -Password (ConvertTo-Secret 'right') -Force).PrivateKeyPath } }
    ) {
        $model = New-SampleModel "$TestDrive/unusable"
        $path = & $Make
        $refusal = Get-Refusal { New-ModelSignature $model -PrivateKey $path -KeyPassword (ConvertTo-Secret 'wrong') }
        $refusal.FullyQualifiedErrorId | Should -BeLike '*,ModelSigning.NewModelSignatureCommand'
        $refusal.Exception.Message | Should -Match ([regex]::Escape((Split-Path -Leaf $path)))
        "$model/model.sig" | Should -Not -Exist
    }

    It 'says that the session cannot prompt for a password' {
        $model = New-SampleModel "$TestDrive/unasked"
        $locked = (New-ModelSigningKey "$TestDrive/unasked.key" -Password (ConvertTo-Secret 'right')).PrivateKeyPath
        $script = "Import-Module '$manifest'; try { New-ModelSignature '$model' -PrivateKey '$locked' } catch { `$_.FullyQualifiedErrorId }"
        $lines = @(& $pwsh -NoProfile -NonInteractive -Command $script)
        $lines[-1] | Should -Be 'PasswordMissing,ModelSigning.NewModelSignatureCommand'
    }

    It 'says that nobody can type a password where the input is redirected, and the script goes on' {
        $model = New-SampleModel "$TestDrive/redirected"
        $locked = (New-ModelSigningKey "$TestDrive/redirected.key" -Password (ConvertTo-Secret 'right')).PrivateKeyPath
        Set-Content "$TestDrive/redirected.ps1" "Import-Module '$manifest'; try { New-ModelSignature '$model' -PrivateKey '$locked' } catch { `$_.FullyQualifiedErrorId }; 'end'; exit 3"
        $lines = '' | & $pwsh -NoProfile -File "$TestDrive/redirected.ps1"
        $LASTEXITCODE | Should -Be 3
        $lines[-2..-1] | Should -Be 'PasswordMissing,ModelSigning.NewModelSignatureCommand', 'end'
    }

    It 'warns of what the model loads from elsewhere, and of files that run when it is loaded' {
        $model = New-SampleModel "$TestDrive/loads"
        Set-Content "$model/config.json" '{ "auto_map": { "AutoModel": "others/code--modeling.Model" } }'
        Set-Content "$model/setup.py" 'print(1)'
        $null = New-ModelSignature $model @private -WarningVariable warnings -WarningAction SilentlyContinue
        $warnings[0] | Should -BeLike '*others/code--modeling.Model*which the signature does not cover*'
        $warnings[1] | Should -BeLike "*can run when it is loaded*'setup.py' (Python)*"
        $warnings.Count | Should -Be 2
    }

    It 'refuses a model that is not there' {
        (Get-Refusal { New-ModelSignature "$TestDrive/nowhere" @private }).CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'refuses what is not in the file system' {
        (Get-Refusal { New-ModelSignature Env:/PATH @private }).FullyQualifiedErrorId | Should -BeLike 'PathNotFileSystem,*'
    }

    It 'reports no progress once it is done, and narrates with -Verbose' {
        $model = New-SampleModel "$TestDrive/verbose"
        $lines = New-ModelSignature $model @private -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        @($lines).Count | Should -BeGreaterThan 0
    }

    It 'tells as debug text what hashed and within which bounds, and verification which checks ran with what values, and no secret' {
        # The switch -Debug makes PowerShell itself ask at a warning.
        $DebugPreference = 'Continue'
        $model = New-SampleModel "$TestDrive/debug"
        $key = New-ModelSigningKey "$TestDrive/debug.key" -Password (ConvertTo-Secret 'a long secret')
        $signed = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -KeyPassword (ConvertTo-Secret 'a long secret') 5>&1 | ForEach-Object { "$_" }
        $good = Test-ModelSignature $model -PublicKey $key.PublicKeyPath 5>&1 | ForEach-Object { "$_" }
        Set-Content "$model/model.sig" '{'
        $bad = Test-ModelSignature $model -PublicKey $key.PublicKeyPath -ErrorAction SilentlyContinue 5>&1 | ForEach-Object { "$_" }
        $signed -match 'engine CpuHashDevice \(cpu\)' | Should -Not -BeNullOrEmpty
        $signed -match 'root digest sha256:[0-9a-f]{64}, took' | Should -Not -BeNullOrEmpty
        $good -match "^Signature check: method Key, key P-256, hint $($key.Hint)\." | Should -Not -BeNullOrEmpty
        $good -match '^Content check: .* 2 resources signed, 2 files compared' | Should -Not -BeNullOrEmpty
        $bad -match '^Refused by \w+ \(' | Should -Not -BeNullOrEmpty
        $signed + $good + $bad -match 'a long secret' | Should -BeNullOrEmpty
    }

    Context 'IgnorePath with wildcards' {
        BeforeEach {
            $model = New-SampleModel "$TestDrive/wild-$([guid]::NewGuid())"
            $null = New-Item "$model/logs/old" -ItemType Directory -Force
            'a.log', 'b.log', 'keep.txt', 'old/c.log' | ForEach-Object { Set-Content "$model/logs/$_" 'x' }
            $key = New-SampleKey "$model.key"
        }

        It 'leaves out the files that match, each by its own name in the signature' {
            $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -IgnorePath 'logs/?.log', 'logs/*/c.*'
            (Get-ModelSignature $model).ClaimedIgnorePaths | Where-Object { $_ -like 'logs/*' } | Should -Be 'logs/a.log', 'logs/b.log', 'logs/old/c.log'
            (Test-ModelSignature $model -PublicKey $key.PublicKeyPath -Detailed).UncheckedPaths | Should -Contain 'logs/a.log'
            Set-Content "$model/logs/d.log" 'added later'
            (Test-ModelSignature $model -PublicKey $key.PublicKeyPath -Detailed).ExtraFiles | Should -Be 'logs/d.log'
        }

        It 'warns of a pattern that matches nothing' {
            $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -IgnorePath '*.tmp' -WarningVariable warnings -WarningAction SilentlyContinue
            $warnings | Should -BeLike "*'?.tmp' matches nothing*"
        }

        It 'refuses a match that no signature may record' -Skip:$IsWindows {
            Set-Content -LiteralPath "$model/logs/[x].log" 'x'
            (Get-Refusal { New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -IgnorePath 'logs/*' }).FullyQualifiedErrorId | Should -BeLike 'IgnorePathInvalid,*'
        }

        It 'follows no link and goes to no folder above' -Skip:$IsWindows {
            $null = New-Item "$TestDrive/outside" -ItemType Directory -Force
            Set-Content "$TestDrive/outside/x.log" 'x'
            $null = New-Item "$model/link" -ItemType SymbolicLink -Value "$TestDrive/outside"
            (Get-Refusal { New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -IgnorePath '*/x.log' }).FullyQualifiedErrorId | Should -Not -BeLike 'IgnorePath*'
            (Get-Refusal { New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -IgnorePath '../*' }).FullyQualifiedErrorId | Should -BeLike 'IgnorePathOutside,*'
        }

        It 'is not expanded on verification' {
            $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
            $refusal = Get-Refusal { Test-ModelSignature $model -PublicKey $key.PublicKeyPath -IgnorePath 'logs/*' }
            $refusal.FullyQualifiedErrorId | Should -BeLike 'IgnorePathInvalid,*'
            $refusal.Exception.Message | Should -Not -Match 'Rename'
        }
    }

    Context 'Reuse' {
        BeforeAll {
            $paths = @{ SignaturePath = "$TestDrive/reuse.sig"; ManifestFile = "$TestDrive/reuse.jsonl" }
        }

        It 'hashes only what changed since the earlier signature' -Skip:$IsWindows {
            # Files that were written long ago, as those of a dataset.
            $first = New-ModelSignature $PSScriptRoot @private @paths -WarningAction SilentlyContinue
            $first.ReusedFileCount | Should -Be 0
            $again = New-ModelSignature $PSScriptRoot @private @paths -Reuse "$TestDrive/reuse.jsonl" -Force -WarningAction SilentlyContinue
            $again.RootDigest | Should -Be $first.RootDigest
            $again.ReusedFileCount | Should -Be $again.FileCount
            $again.ReusedFiles | Should -Contain 'New-ModelSignature.Tests.ps1'
            Test-ModelSignature $PSScriptRoot @public -SignaturePath "$TestDrive/reuse.sig" -Quiet | Should -BeTrue

            $other = New-ModelSignature $PSScriptRoot @private -SignaturePath "$TestDrive/reuse-2.sig" -Reuse "$TestDrive/reuse.jsonl" -ReuseSignature "$TestDrive/reuse.sig" -WarningAction SilentlyContinue
            $other.ReusedFileCount | Should -Be $again.FileCount
        }

        It 'refuses the signature of another signer or model, and one that is not there' {
            $model = New-SampleModel "$TestDrive/reused"
            $null = New-ModelSignature $model @private -ManifestFile "$TestDrive/reused.jsonl"
            $other = New-SampleKey "$TestDrive/other-reuse.key"
            $reuse = @{ Reuse = "$TestDrive/reused.jsonl"; Force = $true }
            (Get-Refusal { New-ModelSignature $model -PrivateKey $other.PrivateKeyPath @reuse }).FullyQualifiedErrorId | Should -BeLike 'ReuseRefused,*'
            $renamed = New-SampleModel "$TestDrive/renamed"
            (Get-Refusal { New-ModelSignature $renamed @private @reuse -ReuseSignature "$model/model.sig" }).FullyQualifiedErrorId | Should -BeLike 'ReuseRefused,*'
            (Get-Refusal { New-ModelSignature $renamed @private @reuse }).FullyQualifiedErrorId | Should -BeLike 'ReuseRefused,*'
        }

        It 'writes no manifest file into the model, over another file or over the signature' {
            $model = New-SampleModel "$TestDrive/written"
            Set-Content "$TestDrive/taken.txt" 'x'
            (Get-Refusal { New-ModelSignature $model @private -ManifestFile "$model/m.jsonl" }).FullyQualifiedErrorId | Should -BeLike 'ManifestFileInModel,*'
            (Get-Refusal { New-ModelSignature $model @private -ManifestFile "$TestDrive/taken.txt" -Force }).FullyQualifiedErrorId | Should -BeLike 'ManifestFileExists,*'
            (Get-Refusal { New-ModelSignature $model @private -ManifestFile "$TestDrive/x.sig" -SignaturePath "$TestDrive/x.sig" }).FullyQualifiedErrorId | Should -BeLike 'ManifestFileExists,*'
            (Get-Refusal { New-ModelSignature $model @private -ReuseSignature "$TestDrive/x.sig" }).FullyQualifiedErrorId | Should -BeLike 'ReuseIncomplete,*'
        }
    }
}
