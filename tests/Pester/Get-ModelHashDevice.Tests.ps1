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
