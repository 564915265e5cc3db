# Which files the cmdlets that hash a model take, and with how many threads.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $private = @{ PrivateKey = $key.PrivateKeyPath }
    $public = @{ PublicKey = $key.PublicKeyPath }
}

Describe 'The files of a model' {
    It 'leave out what git keeps, unless -IncludeGitPath is given' {
        $model = New-SampleModel "$TestDrive/git"
        $null = New-Item "$model/.git" -ItemType Directory
        Set-Content "$model/.git/HEAD" 'ref: refs/heads/main'
        (New-ModelSignature $model @private).FileCount | Should -Be 2
        (New-ModelSignature $model @private -IncludeGitPath -Force).FileCount | Should -Be 3
        (Test-ModelSignature $model @public).Status | Should -Be 'Valid'
        @(Get-ModelManifest $model).Count | Should -Be 2
        @(Get-ModelManifest $model -IncludeGitPath).Count | Should -Be 3
        Test-ModelSignature $model @public -IncludeGitPath -Quiet | Should -BeTrue
        (Measure-ModelHash $model -IncludeGitPath -HashAlgorithm sha256 -Repeat 1).Length | Should -BeGreaterThan 5017
    }

    It 'leave out what -IgnorePath names' {
        $model = New-SampleModel "$TestDrive/ignored"
        (Get-ModelManifest $model -IgnorePath weights).Name | Should -Be 'config.json'
        (Measure-ModelHash $model -IgnorePath weights -HashAlgorithm sha256 -Repeat 1 -ThrottleLimit 1).Length | Should -Be 17
        $null = New-ModelSignature $model @private -IgnorePath weights/model.bin
        $policy = @{ IncludeGitPath = $true; ThrottleLimit = 2; Device = 'cpu'; Confirm = $false }
        $file = New-ModelTrustPolicy "$TestDrive/ignored.json" $model @public -IgnorePath weights @policy
        (Test-ModelSignature $model -TrustPolicy $file).Status | Should -Be 'Valid'
    }

    It 'have the same digests on every device that is named' {
        $model = New-SampleModel "$TestDrive/device"
        $signed = New-ModelSignature $model @private -HashAlgorithm blake3 -Device cpu
        (Test-ModelSignature $model @public -Device auto).RootDigest | Should -Be $signed.RootDigest
        Get-ModelManifest $model -HashAlgorithm blake3 -Device auto -RootDigest | Should -Be $signed.RootDigest
        @(Measure-ModelHash -Device cpu -HashAlgorithm blake3 -Repeat 1).Count | Should -BeGreaterThan 0
        foreach ($refused in { New-ModelSignature $model @private -Device 'nobody:7' -Force }, { Compare-ModelManifest $model $model -Device 'nobody:7' }) {
            (Get-Refusal $refused).FullyQualifiedErrorId | Should -BeLike 'HashDeviceNotFound,*'
        }
    }

    It 'are no symbolic links, unless -AllowSymlink is given, and -DenySymlink refuses what was signed so' {
        $model = New-SampleModel "$TestDrive/links"
        try { $null = New-Item "$model/link.json" -ItemType SymbolicLink -Target "$model/config.json" -ErrorAction Stop }
        catch { Set-ItResult -Skipped -Because 'this account may not make symbolic links' }
        $refusal = Get-Refusal { New-ModelSignature $model @private }
        $refusal.Exception.Message | Should -Match 'link\.json'
        "$model/model.sig" | Should -Not -Exist
        @(Get-ModelManifest $model -AllowSymlink).Count | Should -Be 3
        (New-ModelSignature $model @private -AllowSymlink).FileCount | Should -Be 3
        (Test-ModelSignature $model @public).Status | Should -Be 'Valid'
        (Get-Refusal { Test-ModelSignature $model @public -DenySymlink }).FullyQualifiedErrorId | Should -BeLike '*,ModelSigning.TestModelSignatureCommand'
    }

    It 'have the same digests with one thread as with many' {
        $model = New-SampleModel "$TestDrive/threads"
        $one = New-ModelSignature $model @private -ThrottleLimit 1
        (New-ModelSignature $model @private -ThrottleLimit 8 -Force).RootDigest | Should -Be $one.RootDigest
        Test-ModelSignature $model @public -ThrottleLimit 1 -Quiet | Should -BeTrue
        { Get-ModelManifest $model -ThrottleLimit 0 } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }

    It 'are signed as shards that the other tools read, with -SizedShardLabel' {
        $model = New-SampleModel "$TestDrive/labels"
        $null = New-ModelSignature $model @private -ShardSize 2KB -SizedShardLabel
        $bundle = Get-Content "$model/model.sig" -Raw | ConvertFrom-Json
        [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($bundle.dsseEnvelope.payload)) | Should -Match 'sha256-sharded-2048'
        Test-ModelSignature $model @public -Quiet | Should -BeTrue
    }

    It 'are verified one by one, where one of a signed folder is given' {
        $model = New-SampleModel "$TestDrive/single"
        $null = New-ModelSignature $model @private
        $result = Test-ModelSignature "$model/weights/model.bin" @public -SignaturePath "$model/model.sig"
        $result.Scope, $result.Basis, $result.UncheckedPaths, $result.FileCount | Should -Be 'Partial', 'Files', '.', 1
        (Test-ModelSignature $model @public).Scope | Should -Be 'Whole'
        Set-Content "$model/evil.py" 'x'
        Test-ModelSignature "$model/evil.py" @public -IgnoreUnsignedFile -IgnorePath evil.py -Quiet | Should -BeFalse
        (Get-Refusal { Test-ModelSignature "$model/evil.py" @public -IgnoreUnsignedFile }).TargetObject.ExtraFiles | Should -Be 'evil.py'
    }

    It 'that were not signed are named, whatever tolerates them' {
        $model = New-SampleModel "$TestDrive/unchecked"
        $null = New-Item "$model/cache" -ItemType Directory
        Set-Content "$model/cache/x" 'x'
        $null = New-ModelSignature $model @private -IgnorePath cache -ShardSize 1KB
        $null = New-Item "$model/empty.py"
        Set-Content "$model/notes.txt" 'x'
        $result = Test-ModelSignature $model @public -IgnoreUnsignedFile -WarningAction SilentlyContinue
        $result.UncheckedPaths | Should -Be 'cache', 'empty.py', 'notes.txt'
        $result.StatusMessage | Should -Not -Match 'exactly'
        Remove-Item "$model/notes.txt"
        (Test-ModelSignature $model @public -WarningAction SilentlyContinue).UncheckedPaths | Should -Be 'cache', 'empty.py'
    }

    It 'are missing and named, where all of them are gone' {
        $model = New-SampleModel "$TestDrive/gone"
        $null = New-ModelSignature $model @private
        Remove-Item "$model/config.json", "$model/weights" -Recurse
        (Test-ModelSignature $model @public -Detailed).MissingFiles | Should -Be 'config.json', 'weights/model.bin'
    }

    It 'are no links to folders, unless -IgnorePath names them' {
        $model = New-SampleModel "$TestDrive/folder-link"
        try { $null = New-Item "$model/code" -ItemType SymbolicLink -Target "$TestDrive" -ErrorAction Stop }
        catch { Set-ItResult -Skipped -Because 'this account may not make symbolic links' }
        (Get-Refusal { New-ModelSignature $model @private -AllowSymlink }).FullyQualifiedErrorId | Should -BeLike 'SymlinkToFolder,*'
        Remove-Item "$model/code"
        $null = New-ModelSignature $model @private -AllowSymlink
        $null = New-Item "$model/code" -ItemType SymbolicLink -Target "$TestDrive"
        (Get-Refusal { Test-ModelSignature $model @public }).TargetObject.ExtraFiles | Should -Be 'code'
        (Test-ModelSignature $model @public -IgnorePath code).UncheckedPaths | Should -Be 'code'
    }
}
