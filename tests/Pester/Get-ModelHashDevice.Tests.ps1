BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'Get-ModelHashDevice' {
    It 'lists the processor first' {
        $devices = @(Get-ModelHashDevice -NoMeasurement)
        $devices[0].Device | Should -Be 'cpu'
        $devices[0].Available | Should -BeTrue
        $devices[0].Processors | Should -Be ([Environment]::ProcessorCount)
        $devices[0].BytesPerSecond | Should -BeNullOrEmpty
        ($devices | Out-String -Width 200) | Should -Match '(?i)cpu'
    }

    It 'says of every device that cannot be used why' {
        foreach ($device in Get-ModelHashDevice -NoMeasurement | Where-Object Available -EQ $false) {
            $device.Reason | Should -Not -BeNullOrEmpty
        }
    }

    It 'advises blake3 or shards for a GPU, which hashes one stream slowly' {
        foreach ($device in Get-ModelHashDevice -NoMeasurement | Where-Object { $_.Available -and $_.Device -ne 'cpu' }) {
            $device.Advice | Should -Match 'blake3, or -ShardSize'
        }
        (Get-ModelHashDevice -NoMeasurement)[0].Advice | Should -BeNullOrEmpty
    }

    It 'advises the same after hashing a large file, where -Device may choose a GPU' {
        $model = New-SampleModel "$TestDrive/large"
        $file = [IO.File]::Create("$model/weights/large.bin")
        $file.SetLength(1GB)
        $file.Dispose()
        $advice = 'use blake3, or -ShardSize for thousands of streams. This model has 3 streams.'
        (Get-ModelManifest $model -Device auto -RootDigest -Verbose 4>&1 | Out-String) -replace '\s+', ' ' | Should -Match $advice
        Get-ModelManifest $model -RootDigest -Verbose 4>&1 | Out-String | Should -Not -Match 'streams'
        Get-ModelManifest $model -Device auto -HashAlgorithm blake3 -RootDigest -Verbose 4>&1 | Out-String | Should -Not -Match 'streams'
        $key = New-SampleKey "$TestDrive/large.key"
        (New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -Device auto -Verbose 4>&1 | Out-String) -replace '\s+', ' ' | Should -Match $advice
        Remove-Item $model -Recurse
    }

    It 'measures the processor' {
        (Get-ModelHashDevice | Select-Object -First 1).BytesPerSecond | Should -BeGreaterThan 0
    }

    It 'names devices as -Device takes them, and completes them' {
        $model = New-SampleModel "$TestDrive/model"
        Get-ModelManifest $model -Device (Get-ModelHashDevice -NoMeasurement)[0].Device | Should -Not -BeNullOrEmpty
        $line = 'Get-ModelManifest . -Device c'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Contain 'cpu'
    }
}
