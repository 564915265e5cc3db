# Names that a terminal would obey: shown as escapes by views, warnings, verbose text, questions and errors, exact in the objects.
BeforeDiscovery {
    $kinds = @(
        @{ Kind = 'an escape sequence'; Name = "e`e]0;title`a.py"; Shown = 'e\u001b]0;title\u0007.py' }
        @{ Kind = 'a line end'; Name = "line`nConfig  fine"; Shown = 'line\u000aConfig  fine' }
        @{ Kind = 'a bidirectional character'; Name = "r`u{202E}gpj.exe"; Shown = 'r\u202egpj.exe' }
        @{ Kind = 'a line separator'; Name = "l`u{2028}x"; Shown = 'l\u2028x' }
    )
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $by = @{ PublicKey = $key.PublicKeyPath }
    $rendering = $PSStyle.OutputRendering
    $PSStyle.OutputRendering = 'Ansi'

    function Find-Unprintable($Objects) {
        $text = ($Objects | Out-String -Width 500) -replace '\x1b\[[0-9;]*m', '' -replace '[\r\n]', ''
        [regex]::Matches($text, '[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]').Value
    }
}

AfterAll {
    $PSStyle.OutputRendering = $rendering
}

Describe 'A name with <Kind>' -ForEach $kinds -Skip:$IsWindows {
    BeforeEach {
        $model = New-SampleModel "$TestDrive/model-$([guid]::NewGuid())"
        [IO.File]::WriteAllText("$model/$Name", 'x')
    }

    It 'of a file is exact in the manifest and escaped in its views' {
        $manifest = Get-ModelManifest $model
        $manifest.Name | Should -Contain $Name
        ($manifest | Out-String -Width 500).Contains($Shown) | Should -BeTrue
        foreach ($view in { $manifest }, { $manifest | Format-List }, { $manifest | Format-Wide }, { Get-Item $model; $manifest }) {
            Find-Unprintable (& $view) | Should -BeNullOrEmpty
        }
    }

    It 'of an unsigned, a changed and a missing file is escaped in every view and in the error' {
        Remove-Item -LiteralPath "$model/$Name"
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
        [IO.File]::WriteAllText("$model/$Name", 'x')
        $added = Test-ModelSignature $model @by -Detailed
        $added.ExtraFiles | Should -Contain $Name
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -Force
        [IO.File]::WriteAllText("$model/$Name", 'y')
        $changed = Test-ModelSignature $model @by -Detailed
        $changed.ChangedFiles.Name | Should -Contain $Name
        Remove-Item -LiteralPath "$model/$Name"
        $missing = Test-ModelSignature $model @by -Detailed
        $missing.MissingFiles | Should -Contain $Name
        foreach ($result in $added, $changed, $missing) {
            Find-Unprintable ($result, ($result | Format-List), $result.ChangedFiles, $result.StatusMessage) | Should -BeNullOrEmpty
        }

        Test-ModelSignature $model @by -ErrorAction SilentlyContinue -ErrorVariable refusals
        foreach ($view in 'ConciseView', 'NormalView', 'CategoryView') {
            $ErrorView = $view
            Find-Unprintable $refusals[0] | Should -BeNullOrEmpty
        }
    }

    It 'of what the signer left out is escaped in warnings and lists' {
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -IgnorePath $Name 3>$null
        $result = Test-ModelSignature $model @by -WarningVariable warnings -WarningAction SilentlyContinue
        $result.UncheckedPaths | Should -Contain $Name
        Find-Unprintable (($warnings | ForEach-Object Message), ($result | Format-List), $result.Warnings, $result.StatusMessage) | Should -BeNullOrEmpty
        Find-Unprintable (Get-ModelSignature $model | Format-List) | Should -BeNullOrEmpty
    }

    It 'of a model is escaped by the views, in verbose text, in the question and in the error' {
        $parent = New-Item "$TestDrive/store-$([guid]::NewGuid())" -ItemType Directory
        $model = New-SampleModel "$parent/$Name"
        $DebugPreference = 'Continue'
        $said = @(New-ModelSignature -LiteralPath $model -PrivateKey $key.PrivateKeyPath -Verbose *>&1)
        $said += Test-ModelSignature -LiteralPath $model @by -Verbose *>&1
        Find-Unprintable ($said | ForEach-Object { if ($_ -is [Management.Automation.InformationalRecord]) { $_.Message } else { $_ } }) | Should -BeNullOrEmpty
        $result = Test-ModelSignature -LiteralPath $model @by
        $result.Path | Should -Be $model
        foreach ($view in { $result }, { $result | Format-List }, { $result | Format-Wide }, { Get-Item $TestDrive; $result }) {
            Find-Unprintable (& $view) | Should -BeNullOrEmpty
        }

        Remove-Item "$parent/$Name/model.sig"
        Test-ModelSignature -LiteralPath $model @by -ErrorAction SilentlyContinue -ErrorVariable refusals
        $ErrorView = 'NormalView'
        Find-Unprintable $refusals[0] | Should -BeNullOrEmpty
    }
}
