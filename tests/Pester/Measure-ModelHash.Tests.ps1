BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $model = New-SampleModel "$TestDrive/model"
}

Describe 'Measure-ModelHash' {
    It 'measures a model with each algorithm: <Name>' -ForEach @(
        @{ Name = '-Path'; Run = { Measure-ModelHash $model -Repeat 1 } }
        @{ Name = '-LiteralPath'; Run = { Measure-ModelHash -LiteralPath $model -Repeat 1 } }
        @{ Name = 'the pipeline'; Run = { Get-Item $model | Measure-ModelHash -Repeat 1 } }
    ) {
        $rates = @(& $Run)
        $rates.Algorithm | Sort-Object -Unique | Should -Be 'blake2b', 'blake3', 'sha256'
        $rates.Path | Sort-Object -Unique | Should -Be $model
        foreach ($rate in $rates) { $rate.BytesPerSecond | Should -BeGreaterThan 0 }
        ($rates | Out-String -Width 200) | Should -Match 'blake3'
    }

    It 'measures the engines of the processor without a path' {
        $rates = @(Measure-ModelHash -HashAlgorithm sha256 -Repeat 1)
        $rates.Algorithm | Sort-Object -Unique | Should -Be 'sha256'
        @($rates | Where-Object IsDefault).Count | Should -BeGreaterThan 0
    }

    It 'refuses a model that is not there' {
        (Get-Refusal { Measure-ModelHash "$TestDrive/nowhere" }).CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'refuses <Name>' -ForEach @(
        @{ Name = 'no repetition'; With = @{ Repeat = 0 } }
        @{ Name = 'an algorithm that it does not know'; With = @{ HashAlgorithm = 'md5' } }
    ) {
        { Measure-ModelHash @With } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
    }
}
