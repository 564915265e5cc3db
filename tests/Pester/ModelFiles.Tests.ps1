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
}
