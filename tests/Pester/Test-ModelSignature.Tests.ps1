BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $other = New-SampleKey "$TestDrive/other.key"
    $public = @{ PublicKey = $key.PublicKeyPath }

    function New-SignedModel([string] $Path) {
        $model = New-SampleModel $Path
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -Force
        $model
    }
}

Describe 'Test-ModelSignature' {
    It 'writes a result for a model that verifies' {
        $model = New-SignedModel "$TestDrive/valid"
        $result = Test-ModelSignature $model @public
        $result.Status | Should -Be 'Valid'
        $result.Path | Should -Be $model
        $result.FileCount | Should -Be 2
        $result.ErrorId | Should -BeNullOrEmpty
    }

    It 'warns that a path is a pattern to the commands that a result is piped on to' {
        $model = New-SampleModel "$TestDrive/m[1]"
        $null = New-ModelSignature -LiteralPath $model -PrivateKey $key.PrivateKeyPath
        $result = Get-Item -LiteralPath $model | Test-ModelSignature @public -WarningVariable warnings -WarningAction SilentlyContinue
        $result.Status | Should -Be 'Valid'
        $result.Warnings | Should -Match '-LiteralPath'
        "$warnings" | Should -Match 'pattern'
        (Test-ModelSignature (New-SignedModel "$TestDrive/m1") @public).Warnings | Should -BeNullOrEmpty
    }

    It 'warns that even -LiteralPath of other commands takes <Name> for a pattern' -Skip:$IsWindows -ForEach @(@{ Name = 'q?' }, @{ Name = 'q*' }) {
        $model = "$TestDrive/$Name"
        [IO.Directory]::Move((New-SampleModel "$TestDrive/plain"), $model)
        $null = New-ModelSignature -LiteralPath $model -PrivateKey $key.PrivateKeyPath
        $result = Test-ModelSignature -LiteralPath $model @public
        $result.Path | Should -Be $model
        $result.Warnings | Should -Match 'Rename it'
    }

    It 'lists what a valid model names elsewhere and what in it runs, and nothing of one that does not verify' {
        $model = New-SampleModel "$TestDrive/references"
        Set-Content "$model/adapter_config.json" '{"base_model_name_or_path":"org/base"}' -NoNewline
        [IO.File]::WriteAllBytes("$model/weights/model.bin", [byte[]](0x80, 2) + [Text.Encoding]::ASCII.GetBytes("cposix`nsystem`nq`0."))
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -WarningVariable warnings -WarningAction SilentlyContinue
        "$warnings" | Should -Match 'org/base'
        "$warnings" | Should -Match 'Pickle'
        $result = Test-ModelSignature $model @public
        $result.References.Target | Should -Be 'org/base'
        $result.References.Kind | Should -Be 'BaseModel'
        $result.References.IsPinned | Should -BeFalse
        $result.ExecutableContent.Kind | Should -Be 'Pickle'
        $result.ExecutableContent.Detail | Should -Be 'posix.system'
        $result.UninspectedFiles | Should -BeNullOrEmpty
        Add-Content "$model/config.json" ' '
        $result = Test-ModelSignature $model @public -Detailed
        $result.References | Should -BeNullOrEmpty
        $result.ExecutableContent | Should -BeNullOrEmpty
    }

    It 'writes no object and an error that names <What>' -ForEach @(
        @{ What = 'a changed file'; Harm = { param($m) Set-Content "$m/config.json" 'x' }; Names = 'config.json'; Property = 'ChangedFiles' }
        @{ What = 'a missing file'; Harm = { param($m) Remove-Item "$m/config.json" }; Names = 'config.json'; Property = 'MissingFiles' }
        @{ What = 'an added file'; Harm = { param($m) Set-Content "$m/evil.bin" 'x' }; Names = 'evil.bin'; Property = 'ExtraFiles' }
    ) {
        $model = New-SignedModel "$TestDrive/$Property"
        & $Harm $model
        $refusal = Get-Refusal { Test-ModelSignature $model @public }
        $refusal.FullyQualifiedErrorId | Should -Be 'ModelMismatch,ModelSigning.TestModelSignatureCommand'
        $refusal.CategoryInfo.Category | Should -Be 'SecurityError'
        $refusal.Exception.Message | Should -Match ([regex]::Escape($Names))
        $refusal.TargetObject.Status | Should -Be 'HashMismatch'
        $refusal.ErrorDetails.RecommendedAction | Should -Be 'Test-ModelSignature -Detailed | Format-List shows every difference.' -Because 'the message says the rest'
        @($refusal.TargetObject.$Property).Count | Should -Be 1
    }

    Context 'with -Loaded' {
        BeforeAll {
            $loadedModel = New-SampleModel "$TestDrive/loaded"
            $header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
            [IO.File]::WriteAllBytes("$loadedModel/m.safetensors", [BitConverter]::GetBytes([long]$header.Length) + [Text.Encoding]::ASCII.GetBytes($header) + [byte[]](1..8))
            $null = New-ModelSignature $loadedModel -PrivateKey $key.PrivateKeyPath
            $list = "$TestDrive/tensors.json"

            function Set-List([object[]] $Tensors, [string] $Kind = 'malloc') {
                $memory = @{ kind = $Kind; device = '0' * 32; handle = '0' * 128; length = 100 }
                @{ version = 1; process = 2147483647; memory = @($memory); tensors = $Tensors } | ConvertTo-Json -Depth 5 | Set-Content $list
            }

            $tensor = @{ file = 'm.safetensors'; name = 'a'; type = 'F32'; shape = @(2); memory = 0; offset = 0; length = 8 }
        }

        It 'is not valid if a tensor cannot be compared, and counts and names it' {
            $half = $tensor.Clone()
            $half.type = 'F16'
            Set-List @($half)
            $refusal = Get-Refusal { Test-ModelSignature $loadedModel @public -Loaded $list }
            $refusal.FullyQualifiedErrorId | Should -Be 'LoadedNotVerifiable,ModelSigning.TestModelSignatureCommand'
            $result = $refusal.TargetObject
            $result.Status | Should -Be 'Incompatible'
            $result.LoadedProcessId | Should -Be 2147483647
            $result.VerifiedTensors, $result.ChangedTensors, $result.UnverifiableTensors | Should -Be 0, 0, 1
            $result.TensorDifferences.Name | Should -Be 'a'
            $result.TensorDifferences.State | Should -Be 'NotVerifiable'
            $result.TensorDifferences.Reason | Should -BeLike '*F16*F32*converted*'
            Test-ModelSignature $loadedModel @public -Loaded $list -Quiet | Should -BeFalse
        }

        It 'names the tensors that the list does not have' {
            Set-List @()
            $result = Test-ModelSignature $loadedModel @public -Loaded $list -Detailed
            $result.Status | Should -Be 'Incompatible'
            $result.UnverifiableTensors | Should -Be 1
        }

        It 'is not valid on a machine without the device' {
            Set-List @($tensor)
            $result = Test-ModelSignature $loadedModel @public -Loaded $list -Detailed
            $result.ErrorId | Should -Be 'HashDeviceNotFound'
            $result.Status | Should -Not -Be 'Valid'
            Test-ModelSignature $loadedModel @public -Loaded $list -Quiet | Should -BeFalse
        }

        It 'says first that the files are not what was signed' {
            Set-List @($tensor)
            $changed = "$TestDrive/loaded-changed"
            Copy-Item $loadedModel $changed -Recurse
            Add-Content "$changed/config.json" ' '
            $result = Test-ModelSignature $changed @public -Loaded $list -Detailed
            $result.ErrorId | Should -Be 'ModelMismatch'
            $result.VerifiedTensors | Should -Be 0
        }

        It 'refuses <What>' -ForEach @(
            @{ What = 'a list that is not one'; Text = '{}'; Id = 'LoadedListInvalid' }
            @{ What = 'virtual memory'; Text = '{"version":1,"process":1,"memory":[{"kind":"virtual"}],"tensors":[]}'; Id = 'LoadedMemoryKind' }
        ) {
            Set-Content $list $Text
            { Test-ModelSignature $loadedModel @public -Loaded $list -Quiet } | Should -Throw -ErrorId "$Id,*"
        }

        It 'refuses a list that is not there, and other sources of the files' {
            { Test-ModelSignature $loadedModel @public -Loaded "$TestDrive/none.json" } | Should -Throw -ErrorId 'LoadedListNotFound,*'
            { Test-ModelSignature $loadedModel @public -Loaded $list -Device cpu } | Should -Throw -ErrorId 'LoadedNeedsFiles,*'
        }

        It 'leaves the properties empty without it' {
            $result = Test-ModelSignature $loadedModel @public
            $result.VerifiedTensors | Should -BeNullOrEmpty
            $result.TensorDifferences | Should -BeNullOrEmpty
        }
    }

    It 'is false in a condition for a model that does not verify' {
        $model = New-SignedModel "$TestDrive/condition"
        if (Test-ModelSignature $model @public -ErrorAction SilentlyContinue) { $deployed = $true } else { $deployed = $false }
        $deployed | Should -BeTrue
        Set-Content "$model/config.json" 'x'
        if (Test-ModelSignature $model @public -ErrorAction SilentlyContinue) { $deployed = $true } else { $deployed = $false }
        $deployed | Should -BeFalse
    }

    It 'lets only what verifies through a pipeline' {
        $good = New-SignedModel "$TestDrive/store/good"
        $bad = New-SignedModel "$TestDrive/store/bad"
        Set-Content "$bad/config.json" 'x'
        (Get-ChildItem "$TestDrive/store" -Directory | Test-ModelSignature @public -ErrorAction SilentlyContinue).Path | Should -Be $good
    }

    It 'stops a job under -ErrorAction Stop' {
        $model = New-SignedModel "$TestDrive/stop"
        Remove-Item "$model/config.json"
        { Test-ModelSignature $model @public -ErrorAction Stop } | Should -Throw -ErrorId 'ModelMismatch,ModelSigning.TestModelSignatureCommand'
    }

    It 'writes every verdict with -Detailed and no error' {
        $model = New-SignedModel "$TestDrive/detailed"
        Set-Content "$model/config.json" 'x'
        $result = Test-ModelSignature $model @public -Detailed -ErrorVariable errors
        $errors | Should -BeNullOrEmpty
        $result.Status | Should -Be 'HashMismatch'
        $result.ErrorId | Should -Be 'ModelMismatch'
        $result.ChangedFiles.Name | Should -Be 'config.json'
        $result.ChangedFiles.Expected | Should -Match '^sha256:'
    }

    It 'writes booleans with -Quiet and no error' {
        $model = New-SignedModel "$TestDrive/quiet"
        $errors = $null
        Test-ModelSignature $model @public -Quiet -ErrorVariable errors | Should -BeTrue
        Test-ModelSignature $model -PublicKey $other.PublicKeyPath -Quiet -ErrorVariable errors | Should -BeFalse
        $errors | Should -BeNullOrEmpty
    }

    It 'counts an item of the pipeline that is an array in an array as a model that does not exist' {
        $one, $two = (New-SignedModel "$TestDrive/first"), (New-SignedModel "$TestDrive/second")
        & { $one; , (, @($two)); $two } | Test-ModelSignature @public -Quiet | Should -BeFalse
        $summary = & { $one; , (, @($two)); $two } | Test-ModelSignature @public -Summary
        $summary.AllValid | Should -BeFalse
        $summary.ModelCount | Should -Be 3
        Test-ModelSignature ([Collections.Generic.List[object]]@($one, @($two))) @public -Quiet | Should -BeFalse
        Test-ModelSignature ([Collections.Generic.List[object]]@($one, $two)) @public -Quiet | Should -BeTrue
    }

    It 'counts an item of the pipeline that cannot become text as a model that does not exist: <Name>' -ForEach @(
        @{ Name = 'an object'; Count = 3; Item = { [pscustomobject]@{ a = 1 } | Add-Member ScriptMethod ToString { throw 'x' } -Force -PassThru } }
        @{ Name = 'an object in an array'; Count = 4; Item = { , @($args[0], ([pscustomobject]@{ a = 1 } | Add-Member ScriptMethod ToString { throw 'x' } -Force -PassThru)) } }
        @{ Name = 'a sequence that throws'; Count = 3; Item = { , [Linq.Enumerable]::Select([int[]](1, 2), [Func[int, string]] { throw 'x' }) } }
    ) {
        $one, $two = (New-SignedModel "$TestDrive/first"), (New-SignedModel "$TestDrive/second")
        & { $one; & $Item $one; $two } | Test-ModelSignature @public -Quiet -ErrorAction SilentlyContinue | Should -BeFalse
        $summary = & { $one; & $Item $one; $two } | Test-ModelSignature @public -Summary -ErrorAction SilentlyContinue
        $summary.AllValid | Should -BeFalse
        $summary.ModelCount | Should -Be $Count
    }

    It 'refuses -Quiet with -Detailed' {
        { Test-ModelSignature $TestDrive @public -Quiet -Detailed } | Should -Throw -ErrorId 'QuietAndDetailed,*'
    }

    It 'refuses another signer, and takes one of several' {
        $model = New-SignedModel "$TestDrive/signer"
        $refusal = Get-Refusal { Test-ModelSignature $model -PublicKey $other.PublicKeyPath }
        $refusal.TargetObject.Status | Should -Be 'NotTrusted'
        $refusal.TargetObject.Signer | Should -BeNullOrEmpty
        (Test-ModelSignature $model -PublicKey $other.PublicKeyPath, $key.PublicKeyPath).Status | Should -Be 'Valid'
    }

    It 'says of a model without a signature that it is not signed' {
        $model = New-SampleModel "$TestDrive/unsigned"
        (Test-ModelSignature $model @public -Detailed).Status | Should -Be 'NotSigned'
    }

    It 'says of a broken signature file that it is incompatible' {
        $model = New-SignedModel "$TestDrive/broken"
        Set-Content "$model/model.sig" '{'
        (Test-ModelSignature $model @public -Detailed).Status | Should -Be 'Incompatible'
    }

    It 'finds skill.oms.sig' {
        $model = New-SignedModel "$TestDrive/skill"
        Move-Item "$model/model.sig" "$model/skill.oms.sig"
        (Test-ModelSignature $model @public).SignaturePath | Should -Be (Join-Path $model 'skill.oms.sig')
    }

    It 'lets unsigned files be with -IgnoreUnsignedFile' {
        $model = New-SignedModel "$TestDrive/extra"
        Set-Content "$model/notes.txt" 'x'
        Test-ModelSignature $model @public -Quiet | Should -BeFalse
        Test-ModelSignature $model @public -Quiet -IgnoreUnsignedFile | Should -BeTrue
        Test-ModelSignature $model @public -Quiet -IgnorePath notes.txt | Should -BeTrue
    }

    It 'works in a job, and its results keep their view' {
        $model = New-SignedModel "$TestDrive/job"
        $result = Start-Job -ArgumentList $manifest, $model, $key.PublicKeyPath {
            param($manifest, $model, $public)
            Import-Module $manifest
            Test-ModelSignature $model -PublicKey $public
        } | Receive-Job -Wait -AutoRemoveJob
        $result.Status.ToString() | Should -Be 'Valid'
        ($result | Out-String) | Should -Match 'Valid'
    }

    It 'works in parallel' {
        $models = 1..4 | ForEach-Object { New-SignedModel "$TestDrive/parallel-$_" }
        $public = $key.PublicKeyPath
        $results = $models | ForEach-Object -Parallel {
            Import-Module $using:manifest
            Test-ModelSignature $_ -PublicKey $using:public
        }
        @($results | Where-Object Status -EQ 'Valid').Count | Should -Be 4
    }

    It 'takes its signer from the default parameter values' {
        $model = New-SignedModel "$TestDrive/defaults"
        $PSDefaultParameterValues = @{ 'Test-ModelSignature:PublicKey' = $key.PublicKeyPath }
        (Test-ModelSignature $model).Status | Should -Be 'Valid'
    }

    It 'is a table of one line a model' {
        $model = New-SignedModel "$TestDrive/table"
        $table = (Test-ModelSignature $model @public | Out-String -Width 200) -replace '\x1b\[[0-9;]*m'
        $table | Should -Match 'Status\s+Model'
        @($table.Trim() -split '\r?\n' | Where-Object { $_ -match '^Valid' }).Count | Should -Be 1
    }
}
