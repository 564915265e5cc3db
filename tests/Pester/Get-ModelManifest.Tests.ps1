BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $model = New-SampleModel "$TestDrive/model"
}

Describe 'The progress of a part' -Skip:$IsWindows {
    It 'says which part it is, and counts the bytes of the part' {
        $large = (New-Item "$TestDrive/large" -ItemType Directory).FullName
        foreach ($name in 'a', 'b') {
            $stream = [System.IO.File]::Create("$large/$name")
            $stream.SetLength(1GB)
            $stream.Dispose()
        }
        $shell = [powershell]::Create().AddScript('param($manifest, $large, $out) Import-Module $manifest; Get-ModelManifest $large -Part 2 -Of 2 -OutFile $out').
            AddArgument($manifest).AddArgument($large).AddArgument("$TestDrive/large-2.jsonl")
        $null = $shell.Invoke()
        $shown = $shell.Streams.Progress.Where({ $_.Activity -like 'Hashing*' })[0]
        $shell.Dispose()
        $shown.Activity | Should -BeLike 'Hashing part 2 of 2 of *large'
        $shown.StatusDescription | Should -BeLike '* of 1.1 GB*'
    }
}

Describe 'Get-ModelManifest' {
    It 'writes an object for each file, with its digest' {
        $manifest = Get-ModelManifest $model
        $manifest.Name | Should -Be @('config.json', 'weights/model.bin')
        $manifest[0].Digest | Should -Be (Get-FileHash "$model/config.json" -Algorithm SHA256).Hash.ToLowerInvariant()
        $manifest[0].Length | Should -Be 17
    }

    It 'writes the root digest alone' {
        $digests = (Get-ModelManifest $model).Digest -join ''
        $sha256 = [System.Security.Cryptography.SHA256]::HashData([Convert]::FromHexString($digests))
        Get-ModelManifest $model -RootDigest | Should -Be "sha256:$([Convert]::ToHexString($sha256).ToLowerInvariant())"
    }

    It 'hashes with <Algorithm>' -ForEach @(@{ Algorithm = 'blake2b'; Digits = 128 }, @{ Algorithm = 'blake3'; Digits = 64 }) {
        (Get-ModelManifest $model -HashAlgorithm $Algorithm)[0].Digest | Should -Match "^[0-9a-f]{$Digits}$"
    }

    It 'lists shards' {
        (Get-ModelManifest "$model/weights" -ShardSize 2000).Name | Should -Be @('model.bin:0:2000', 'model.bin:2000:4000', 'model.bin:4000:5000')
    }

    It 'takes models from the pipeline, and stops early when asked to' {
        Get-Item $model, "$model/config.json" | Get-ModelManifest | Select-Object -First 1 | Should -HaveCount 1
    }

    It 'refuses an empty model' {
        $null = New-Item "$TestDrive/empty" -ItemType Directory
        (Get-Refusal { Get-ModelManifest "$TestDrive/empty" }).FullyQualifiedErrorId | Should -BeLike '*,ModelSigning.GetModelManifestCommand'
    }

    It 'completes the algorithms' {
        $line = 'Get-ModelManifest x -HashAlgorithm '
        [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, @{}).CompletionMatches.CompletionText |
            Should -Be @('sha256', 'blake2b', 'blake3')
    }

    It 'is a table grouped by model' {
        Get-ModelManifest $model | Out-String -Width 200 | Should -Match 'config\.json'
    }

    It 'lists tensors with -Tensor, and nothing that says something of files beside it' {
        $model = New-TensorModel "$TestDrive/tensors" @{ a = 'abcd'; b = 'xy' }
        $found = Get-ModelManifest $model -Tensor
        $found | ForEach-Object { "$($_.Name) $($_.Type) $($_.Shape) $($_.Length) $($_.File) $($_.Weights) $($_.Source)" } |
            Should -Be @('a U8 [4] 4 model.safetensors model.safetensors Folder', 'b U8 [2] 2 model.safetensors model.safetensors Folder')
        $found[0].Digest | Should -Be '88d4266fd4e6338d13b845fcf289579d209c897823b9217da3e161936f031589'
        (Get-Refusal { Get-ModelManifest $model -Tensor -RootDigest }).FullyQualifiedErrorId | Should -BeLike 'TensorParameters,*'
        (Get-Refusal { Get-ModelManifest $model -Tensor -ShardSize 1 }).FullyQualifiedErrorId | Should -BeLike 'TensorParameters,*'
        (Get-Refusal { Get-ModelManifest (New-SampleModel "$TestDrive/files") -Tensor }).FullyQualifiedErrorId | Should -BeLike 'TensorsNotFound,*'
    }
}
