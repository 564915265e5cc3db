BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $old = New-SampleModel "$TestDrive/old"
    $new = New-SampleModel "$TestDrive/new"
    Set-Content "$new/config.json" 'changed' -NoNewline
    Set-Content "$new/added.txt" 'x'
    Remove-Item "$new/weights/model.bin"
    $expected = @('Added added.txt', 'Changed config.json', 'Removed weights/model.bin')
}

Describe 'Compare-ModelManifest' {
    It 'writes nothing for equal models' {
        Compare-ModelManifest $old $old | Should -BeNullOrEmpty
    }

    It 'compares <Name>' -ForEach @(
        @{ Name = 'two models'; Compare = { Compare-ModelManifest $old $new } }
        @{ Name = 'a model of the pipeline'; Compare = { Get-Item $new | Compare-ModelManifest $old } }
        @{ Name = 'two manifests'; Compare = { Compare-ModelManifest (Get-ModelManifest $old) -DifferenceObject (Get-ModelManifest $new) } }
        @{ Name = 'a manifest with a model'; Compare = { Compare-ModelManifest (Get-ModelManifest $old) $new } }
        @{
            Name    = 'a manifest kept as a table with a model'
            Compare = {
                Get-ModelManifest $old | Export-Csv "$TestDrive/manifest.csv"
                Compare-ModelManifest (Import-Csv "$TestDrive/manifest.csv") $new
            }
        }
    ) {
        & $Compare | ForEach-Object { "$($_.Change) $($_.Name)" } | Sort-Object | Should -Be $expected
    }

    It 'hashes two models as it is told' {
        $with = @{ HashAlgorithm = 'blake3'; ShardSize = 2000; ThrottleLimit = 2; Device = 'cpu' }
        $found = Compare-ModelManifest -LiteralPath $new -ReferenceObject $old -AllowSymlink -IncludeGitPath -IgnorePath added.txt @with -WarningAction SilentlyContinue
        $found | ForEach-Object { "$($_.Change) $($_.Name)" } | Sort-Object | Should -Be @(
            'Added config.json:0:7', 'Removed config.json:0:17', 'Removed weights/model.bin:0:2000', 'Removed weights/model.bin:2000:4000',
            'Removed weights/model.bin:4000:5000')
    }

    It 'does not take a model for a list because its one file was given the form of one: <Name>' -ForEach @(
        @{ Name = 'data.csv'; Forge = { param($before) "Name,Algorithm,Digest`ndata.csv,sha256,$($before.Digest)`n" } }
        @{ Name = 'data.jsonl'; Forge = { Get-Content "$TestDrive/before.jsonl" -Raw } }
        @{ Name = 'data.sha256'; Forge = { param($before) "$($before.Digest)  data.sha256`n" } }
        @{ Name = 'shards.jsonl'; Shards = @{ ShardSize = 3 }; Forge = { Get-Content "$TestDrive/before.jsonl" -Raw } }
    ) {
        $file = "$TestDrive/$Name"
        Set-Content $file 'one, two' -NoNewline
        $with = $Shards ?? @{}
        $before = Get-ModelManifest $file @with
        Get-ModelManifest $file @with -OutFile "$TestDrive/before.jsonl" -Force
        Set-Content $file (& $Forge $before) -NoNewline
        $found = Compare-ModelManifest "$TestDrive/before.jsonl" $file -ErrorVariable refused -ErrorAction SilentlyContinue
        $found | Should -BeNullOrEmpty
        $refused[0].FullyQualifiedErrorId | Should -BeLike 'ManifestUnusable,*'
    }

    It 'compares with what a signature claims, and says so' {
        $key = New-SampleKey "$TestDrive/release.key"
        $signed = New-ModelSignature $old -PrivateKey $key.PrivateKeyPath -SignaturePath "$TestDrive/old.sig"
        $found = Compare-ModelManifest $signed.SignaturePath $new -WarningVariable warnings -WarningAction SilentlyContinue
        @($found).Count | Should -Be 3
        $warnings | Should -Not -BeNullOrEmpty
    }

    It 'compares tensors: <Name>' -ForEach @(
        @{ Name = 'two models'; Compare = { Compare-ModelManifest $one $two -Tensor } }
        @{ Name = 'models of the pipeline'; Compare = { Get-Item $two | Compare-ModelManifest $one -Tensor -HashAlgorithm blake3 } }
        @{ Name = 'two lists'; Compare = { Compare-ModelManifest (Get-ModelManifest $one -Tensor) -DifferenceObject (Get-ModelManifest $two -Tensor) -Tensor } }
        @{
            Name    = 'a list kept as a table with a model'
            Compare = {
                Get-ModelManifest $one -Tensor -HashAlgorithm blake2b | Export-Csv "$TestDrive/tensors.csv"
                Compare-ModelManifest (Import-Csv "$TestDrive/tensors.csv") $two -Tensor
            }
        }
    ) {
        $one = New-TensorModel "$TestDrive/one" @{ a = 'same'; b = 'old'; c = 'gone' }
        $two = New-TensorModel "$TestDrive/two" @{ a = 'same'; b = 'new'; d = 'added' }
        & $Compare | ForEach-Object { "$($_.Change) $($_.Name)" } | Should -Be @('Added d', 'Removed c', 'Changed b')
    }

    It 'does not take a list of files for one of tensors' {
        $one = New-TensorModel "$TestDrive/one" @{ a = 'same' }
        foreach ($refused in { Compare-ModelManifest (Get-ModelManifest $one) $one -Tensor }, { Compare-ModelManifest $one -DifferenceObject (Get-ModelManifest $one) -Tensor }) {
            (Get-Refusal $refused).FullyQualifiedErrorId | Should -BeLike 'TensorsUnusable,*'
        }

        (Get-Refusal { Compare-ModelManifest $one $one -Tensor -ShardSize 1 }).FullyQualifiedErrorId | Should -BeLike 'TensorParameters,*'
    }
}
