BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'Get-ModelHashDevice' {
    It 'lists the processor' {
        (Get-ModelHashDevice | Out-String) | Should -Match '(?i)cpu'
    }
}

Describe 'Measure-ModelHash' {
    It 'measures a model with each algorithm' {
        $model = New-SampleModel "$TestDrive/model"
        $rates = Measure-ModelHash $model
        $rates | Should -Not -BeNullOrEmpty
        ($rates | Out-String) | Should -Match 'blake3'
    }
}
