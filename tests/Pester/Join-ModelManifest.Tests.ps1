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

Describe 'A manifest of digests that are known' {
    It 'is made of <_>, and its signature verifies the files' -ForEach 'objects', 'rows of a table', 'rows without a path', 'rows in -Path', 'a table', 'a list of sha256sum' {
        $form = $_
        $key = New-SampleKey "$TestDrive/release.key"
        $files = Get-ModelManifest $model
        $files | Export-Csv "$TestDrive/digests.csv"
        Set-Content "$TestDrive/digests.sha256" (-join $files.ForEach({ "$($_.Digest)  ./$($_.Name)`n" })) -NoNewline
        $to = @{ OutFile = "$TestDrive/known.manifest.jsonl"; Force = $true }
        $known = switch ($form) {
            'objects' { $files | Join-ModelManifest @to }
            'rows of a table' { Import-Csv "$TestDrive/digests.csv" | Join-ModelManifest @to }
            'rows without a path' { Import-Csv "$TestDrive/digests.csv" | Select-Object Digest, Name, Algorithm | Sort-Object Digest | Join-ModelManifest @to }
            'rows in -Path' { Join-ModelManifest @(Import-Csv "$TestDrive/digests.csv") @to }
            'a table' { Join-ModelManifest "$TestDrive/digests.csv" @to }
            'a list of sha256sum' { Join-ModelManifest "$TestDrive/digests.sha256" @to }
        }
        $header = Get-Content $known -TotalCount 1 | ConvertFrom-Json
        $header.model | Should -Be (@{ 'rows without a path' = 'known'; 'a list of sha256sum' = 'digests' }[$form] ?? 'model')
        $header.resources | Should -Be 2
        $signed = New-ModelSignature $known -Manifest -PrivateKey $key.PrivateKeyPath -SignaturePath "$TestDrive/known.sig" -Force
        $signed.FileCount | Should -Be 2
        $signed.Length | Should -Be ($form -in 'rows without a path', 'a list of sha256sum' ? 0 : ($files | Measure-Object Length -Sum).Sum)
        (Test-ModelSignature $model -PublicKey $key.PublicKeyPath -SignaturePath "$TestDrive/known.sig").Status | Should -Be 'Valid'
    }

    It 'is refused once and nothing is written: <Id>' -ForEach @(
        @{ Id = 'ManifestImportName'; Entries = { @{ Name = '../x' }, @{ Name = '/y' } } }
        @{ Id = 'ManifestImportDigest'; Entries = { @{ Name = 'x'; Digest = 'aa' } } }
        @{ Id = 'ManifestImportAlgorithm'; Entries = { @{ Name = 'x' }, @{ Name = 'y'; Algorithm = 'blake3' } } }
        @{ Id = 'ManifestImportTwice'; Entries = { @{ Name = 'x' }, @{ Name = './x' } } }
        @{ Id = 'ManifestImportMalformed'; Entries = { @{ Name = 'x'; Length = '-1' } } }
        @{ Id = 'ManifestImportMalformed'; Entries = { @{ Name = 'x', 'y' } } }
        @{ Id = 'ManifestImportShards'; Entries = { @{ Name = 'x:0:5'; Length = 5 } } }
        @{ Id = 'ManifestImportTensors'; Entries = { @{ Name = 'x'; Shape = '[1]'; Weights = 'w' } } }
        @{ Id = 'ManifestPartsDiffer'; Entries = { @{ Name = 'x' }, "$TestDrive/part-1.jsonl" } }
        @{ Id = 'ManifestPartsDiffer'; Entries = { @{ Name = 'x' }, @{ Name = 'y'; ModelPath = '/one' }, @{ Name = 'z'; ModelPath = '/two' } } }
    ) {
        $objects = foreach ($entry in & $Entries) {
            if ($entry -is [hashtable]) {
                $all = @{ Algorithm = 'sha256'; Digest = 'a' * 64 }
                foreach ($member in $entry.Keys) { $all[$member] = $entry[$member] }
                [pscustomobject] $all
            }
            else { $entry }
        }
        $output = @($objects | Join-ModelManifest -OutFile "$TestDrive/none.jsonl" -ErrorAction Continue 2>&1)
        $output.Count | Should -Be 1
        $output[0].FullyQualifiedErrorId | Should -BeLike "$Id,*"
        if ($Id -eq 'ManifestImportName') { $output[0].Exception.Message | Should -BeLike '*Entry 1 of the pipeline*' }
        "$TestDrive/none.jsonl" | Should -Not -Exist
    }
}

Describe 'An entry that has a path as well' {
    It 'is refused, because the path would be read: <Column> <Form>' -ForEach @(
        foreach ($column in 'Path', 'FilePath', 'PSPath', 'path') { foreach ($form in 'by the pipeline', 'as an argument') { @{ Column = $column; Form = $form } } }
    ) {
        $list = "$TestDrive/evil.sha256"
        Set-Content $list "$('b' * 64)  README.md`n" -NoNewline
        $row = Get-ModelManifest $model | Select-Object -First 1 Name, Algorithm, Digest, @{ Name = $Column; Expression = { $list } }
        $refusal = Get-Refusal {
            if ($Form -eq 'by the pipeline') { $row | Join-ModelManifest -OutFile "$TestDrive/none.jsonl" } else { Join-ModelManifest $row -OutFile "$TestDrive/none.jsonl" }
        }
        $refusal | Should -Not -BeNullOrEmpty
        "$TestDrive/none.jsonl" | Should -Not -Exist
        if ($Form -eq 'by the pipeline') { Get-Refusal { $row | Compare-ModelManifest $model } | Should -Not -BeNullOrEmpty }
    }
}

Describe 'A list with an item that is no entry' {
    It 'is not written without it: <Name>' -ForEach @(
        @{ Name = 'null'; Item = { $null } }
        @{ Name = 'an empty text'; Item = { '' } }
        @{ Name = 'an array in an array'; Item = { , (, @($_)) } }
        @{ Name = 'an entry with an empty Path'; Item = { $_ | Select-Object *, @{ Name = 'Path'; Expression = { '' } } } }
        @{ Name = 'an entry with Path null'; Item = { $_ | Select-Object *, @{ Name = 'Path'; Expression = { $null } } } }
        @{ Name = 'an entry with an empty PSPath'; Item = { $_ | Select-Object *, @{ Name = 'PSPath'; Expression = { '' } } } }
        @{ Name = 'an entry with PSPath null'; Item = { $_ | Select-Object *, @{ Name = 'PSPath'; Expression = { $null } } } }
    ) {
        $rows = @(Get-ModelManifest $model)
        $rows.Count | Should -BeGreaterThan 1
        Get-Refusal { & { $rows[0]; $rows[1] | ForEach-Object $Item } | Join-ModelManifest -OutFile "$TestDrive/none.jsonl" } | Should -Not -BeNullOrEmpty
        "$TestDrive/none.jsonl" | Should -Not -Exist
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
