BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $model = New-SampleModel "$TestDrive/model"
    1..3 | ForEach-Object { Get-ModelManifest $model -Part $_ -Of 3 -OutFile "$TestDrive/part-$_.jsonl" }
}

Describe 'Join-ModelManifest' {
    It 'makes the manifest of the whole: <_>' -ForEach 'by a pattern', 'by literal paths', 'by the pipeline' {
        Get-ModelManifest $model -OutFile "$TestDrive/whole.jsonl" -Force
        $joined = switch ($_) {
            'by a pattern' { Join-ModelManifest "$TestDrive/part-*.jsonl" -OutFile "$TestDrive/joined.jsonl" -Force }
            'by literal paths' { Join-ModelManifest -LiteralPath "$TestDrive/part-2.jsonl", "$TestDrive/part-1.jsonl", "$TestDrive/part-3.jsonl" -OutFile "$TestDrive/joined.jsonl" -Force }
            'by the pipeline' { Get-ChildItem $TestDrive -Filter part-*.jsonl | Join-ModelManifest -OutFile "$TestDrive/joined.jsonl" -Force }
        }
        # What the file system says of a file is recorded only when the file is two seconds old, which the parts may be too early for and the whole not.
        (Get-Content $joined) -replace ',"file":{[^}]*}' | Should -Be ((Get-Content "$TestDrive/whole.jsonl") -replace ',"file":{[^}]*}')
        Compare-ModelManifest $joined $model | Should -BeNullOrEmpty
    }

    It 'refuses a part that is missing, and writes nothing' {
        $refusal = Get-Refusal { Join-ModelManifest "$TestDrive/part-1.jsonl", "$TestDrive/part-3.jsonl" -OutFile "$TestDrive/none.jsonl" }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'ManifestPartMissing,*'
        "$TestDrive/none.jsonl" | Should -Not -Exist
        Get-Refusal { Join-ModelManifest "$TestDrive/part-1.jsonl", "$TestDrive/part-9.jsonl" -OutFile "$TestDrive/none.jsonl" } | Should -Not -BeNullOrEmpty
        "$TestDrive/none.jsonl" | Should -Not -Exist
    }

    It 'replaces a file only with -Force' {
        Set-Content "$TestDrive/there.jsonl" 'mine'
        (Get-Refusal { Join-ModelManifest "$TestDrive/part-*.jsonl" -OutFile "$TestDrive/there.jsonl" }).FullyQualifiedErrorId | Should -BeLike 'ManifestFileExists,*'
        foreach ($command in { Join-ModelManifest "$TestDrive/part-*.jsonl" -OutFile "$TestDrive/there.jsonl" -Force }, { Get-ModelManifest $model -OutFile "$TestDrive/there.jsonl" -Force }) {
            (Get-Refusal $command).FullyQualifiedErrorId | Should -BeLike 'ManifestFileExists,*' -Because 'the file is not a manifest'
        }

        Get-Content "$TestDrive/there.jsonl" | Should -Be 'mine'
    }
}

Describe 'A manifest that is kept as a file' {
    It 'is signed without reading the model, and the model verifies' {
        $key = New-SampleKey "$TestDrive/release.key"
        Get-ModelManifest $model -OutFile "$TestDrive/m.jsonl"
        $signed = New-ModelSignature "$TestDrive/m.jsonl" -Manifest -PrivateKey $key.PrivateKeyPath -SignaturePath "$TestDrive/m.sig"
        $signed.Basis | Should -Be 'Manifest'
        (Test-ModelSignature $model -PublicKey $key.PublicKeyPath -SignaturePath "$TestDrive/m.sig").Status | Should -Be 'Valid'
    }

    It 'is refused beside parameters that say how to hash' {
        $refusal = Get-Refusal { New-ModelSignature "$TestDrive/part-1.jsonl" -Manifest -PrivateKey "$TestDrive/release.key" -IgnorePath x }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'ManifestDecides,*'
    }

    It 'is refused as a part, and is never written into the model' {
        (Get-Refusal { New-ModelSignature "$TestDrive/part-1.jsonl" -Manifest -PrivateKey "$TestDrive/release.key" }).FullyQualifiedErrorId | Should -BeLike 'ManifestPartAlone,*'
        (Get-Refusal { Get-ModelManifest $model -OutFile "$model/m.jsonl" }).FullyQualifiedErrorId | Should -BeLike 'ManifestFileInModel,*'
        (Get-Refusal { Get-ModelManifest $model -Part 4 -Of 3 -OutFile "$TestDrive/p.jsonl" }).FullyQualifiedErrorId | Should -BeLike 'ManifestPartInvalid,*'
        (Get-Refusal { Get-ModelManifest $model -Part 4 -Of 3 -OutFile "$TestDrive/p.jsonl" }).Exception.Message | Should -Match 'between 1 and 3'
        (Get-Refusal { Get-ModelManifest $model -Part 1 -OutFile "$TestDrive/p.jsonl" }).Exception.Message | Should -Match 'without -Of'
        (Get-Refusal { Get-ModelManifest $model -Part 1 -Of 3 }).FullyQualifiedErrorId | Should -BeLike 'ManifestPartInvalid,*'
    }
}
