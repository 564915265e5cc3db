BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $cmdlets = (Get-Command -Module ModelSigning).Name
    $parameters = foreach ($command in Get-Command -Module ModelSigning) {
        $own = $command.Parameters.Values | Where-Object {
            $_.Name -notin [System.Management.Automation.Cmdlet]::CommonParameters -and
            $_.Name -notin [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        }
        foreach ($parameter in $own) { @{ Cmdlet = $command.Name; Parameter = $parameter.Name } }
    }
}

BeforeAll { . "$PSScriptRoot/common.ps1" }

Describe 'The module' {
    It 'has a valid manifest' {
        (Test-ModuleManifest $manifest).Name | Should -Be 'ModelSigning'
    }

    It 'has a manifest of literals alone' {
        (Import-PowerShellDataFile $manifest).CompatiblePSEditions | Should -Be 'Core'
    }

    It 'exports exactly what its manifest says' {
        (Get-Command -Module ModelSigning).Name | Sort-Object | Should -Be ((Import-PowerShellDataFile $manifest).CmdletsToExport | Sort-Object)
    }

    It 'uses approved verbs' {
        $verbs = (Get-Verb).Verb
        foreach ($command in Get-Command -Module ModelSigning) {
            $command.Verb | Should -BeIn $verbs
        }
    }

    It 'imports again, and in several runspaces at once' {
        Import-Module $manifest -Force
        $names = 1..4 | ForEach-Object -Parallel { (Import-Module $using:manifest -PassThru).Name }
        $names | Should -Be @('ModelSigning', 'ModelSigning', 'ModelSigning', 'ModelSigning')
    }

    It 'asks for PowerShell 7.6, also where somebody imports the script of the module' {
        (Import-PowerShellDataFile $manifest).PowerShellVersion | Should -Be '7.6'

        # An older .NET cannot load the assembly.
        $null = New-Item "$TestDrive/older/bin/net10.0" -ItemType Directory
        Copy-Item "$(Split-Path $manifest)/module/ModelSigning.psm1" "$TestDrive/older"
        $script = "`$PSVersionTable.PSVersion = [semver] '7.5.4'; try { Import-Module '$TestDrive/older/ModelSigning.psm1' } catch { `"`$_`" }; (Get-Module).Name"
        $lines = @(& $pwsh -NoProfile -Command $script)
        $lines[0] | Should -Be 'ModelSigning needs PowerShell 7.6 or later, and this is PowerShell 7.5.4. Install the current version (https://aka.ms/powershell) and import the module there.'
        $lines | Should -Not -Contain 'ModelSigning'
    }

    It 'says in one sentence that another copy is loaded in the process already: <Copy>, <Mode>' -ForEach @(
        @{ Copy = 'the same'; Mode = 'FullLanguage' }
        @{ Copy = 'the same'; Mode = 'ConstrainedLanguage' }
        @{ Copy = 'another version, after the first was removed'; Mode = 'FullLanguage' }
        @{ Copy = 'another version, after the first was removed'; Mode = 'ConstrainedLanguage' }
    ) {
        $folder = "$TestDrive/$Copy $Mode"
        $null = New-Item $folder -ItemType Directory
        Copy-Item $manifest, "$(Split-Path $manifest)/module" $folder -Recurse
        $first, $second = (Split-Path $manifest), $folder | ForEach-Object { "$_/module/bin/net10.0/ModelSigning.dll".Replace('\', '/') }
        $between = ''
        if ($Copy -ne 'the same') {
            Remove-Item $second
            $assembly = [System.Reflection.Emit.PersistedAssemblyBuilder]::new([System.Reflection.AssemblyName] 'ModelSigning, Version=9.0.0.0', [object].Assembly)
            $null = $assembly.DefineDynamicModule('ModelSigning')
            $assembly.Save($second)
            $between = 'Remove-Module ModelSigning; '
        }
        $script = "Import-Module '$manifest'; $between`$ExecutionContext.SessionState.LanguageMode = '$Mode'; " +
            "try { Import-Module '$folder/ModelSigning.psd1' } catch { `"`$_`" }; (Get-Module ModelSigning).Path"
        $lines = @(& $pwsh -NoProfile -Command $script)
        $lines[0] | Should -Be "Another copy of ModelSigning is loaded in this process: '$first'. Start a new PowerShell session to use '$second'."
        $lines | Select-Object -Skip 1 | Should -Be $(if (-not $between) { (Get-Module ModelSigning).Path })
    }

    It 'keeps third parties out of the shell' {
        $script = "Import-Module '$manifest'; `$key = New-ModelSigningKey '$TestDrive/isolated.key' -NoPassword; " +
            '[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($_) -eq [System.Runtime.Loader.AssemblyLoadContext]::Default } | ForEach-Object { $_.GetName().Name }'
        $names = & $pwsh -NoProfile -Command $script
        $names | Should -Contain 'ModelSigning'
        $names | Should -Not -Contain 'ModelSigning.Core'
        $names | Should -Not -Contain 'BouncyCastle.Cryptography'
    }

    It 'signs, verifies and shows it in a session of constrained language' {
        $model = New-SampleModel "$TestDrive/constrained"
        $script = "`$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; Import-Module '$manifest'; " +
            "`$key = New-ModelSigningKey '$TestDrive/constrained.key' -NoPassword; " +
            "`$null = New-ModelSignature '$model' -PrivateKey `$key.PrivateKeyPath; " +
            "Test-ModelSignature '$model' -PublicKey `$key.PublicKeyPath; `$ExecutionContext.SessionState.LanguageMode"
        $lines = & $pwsh -NoProfile -Command $script
        $lines | Should -Contain 'ConstrainedLanguage'
        $lines -match 'Valid.+constrained' | Should -HaveCount 1
    }
}

Describe 'The topic <_>' -ForEach 'about_ModelSigning', 'about_ModelSigning_TrustPolicy', 'about_ModelSigning_Errors' {
    It 'is found by Get-Help where the module is installed, and fits a terminal' {
        $null = New-Item "$TestDrive/modules/ModelSigning" -ItemType Directory -Force
        Copy-Item (Split-Path $manifest) "$TestDrive/modules/ModelSigning/$((Import-PowerShellDataFile $manifest).ModuleVersion)" -Recurse -Force
        $script = "`$env:PSModulePath = '$TestDrive/modules'; Get-Help $_"
        $lines = & $pwsh -NoProfile -Command $script
        $lines | Should -Contain "    $_"
        $lines | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    }
}

Describe 'The help of <_>' -ForEach $cmdlets {
    BeforeAll { $help = Get-Help $_ -Full }

    It 'has a synopsis, a description and examples' {
        $help.Synopsis | Should -Not -Match '^\s*$'
        ($help.Description | Out-String) | Should -Not -Match '^\s*$'
        @($help.Examples.Example).Count | Should -BeGreaterThan 0
        foreach ($example in $help.Examples.Example) {
            $example.Code | Should -Not -BeNullOrEmpty
            ($example.Remarks | Out-String) | Should -Not -Match '^\s*$'
        }
    }

    It 'explains every property of what it writes, and names related commands that exist' {
        foreach ($type in (Get-Command $_).OutputType.Type | Where-Object { $_.Assembly.GetName().Name -eq 'ModelSigning' }) {
            $said = @($help.returnValues.returnValue | Where-Object { $_.type.name -eq $type.FullName }).description.Text
            foreach ($property in $type.GetProperties().Name) { $said -match "^$property <.+>: ." | Should -Not -BeNullOrEmpty -Because "$type has $property" }
        }
        $links = @($help.relatedLinks.navigationLink.linkText)
        $links | Should -Contain 'about_ModelSigning'
        $links -notmatch '^about_' | Where-Object { -not (Get-Command $_ -Module ModelSigning -ErrorAction Ignore) } | Should -BeNullOrEmpty
    }

    It 'has examples that PowerShell understands, with parameters that exist' {
        foreach ($example in $help.Examples.Example) {
            $errors = $null
            $script = [System.Management.Automation.Language.Parser]::ParseInput($example.Code, [ref] $null, [ref] $errors)
            $errors | Should -BeNullOrEmpty
            foreach ($call in $script.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $command = Get-Command $call.GetCommandName() -Module ModelSigning -ErrorAction Ignore
                if (-not $command) { continue }
                foreach ($name in ($call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }).ParameterName) {
                    $command.ResolveParameter($name).Name | Should -Be $name
                }
            }
        }
    }

    It 'names -WhatIf where the cmdlet has it' {
        $names = @($help.Parameters.Parameter.Name)
        $names -contains 'WhatIf' | Should -Be (Get-Command $_).Parameters.ContainsKey('WhatIf')
    }
}

Describe 'The help of <Cmdlet> -<Parameter>' -ForEach $parameters {
    It 'has a text' {
        (Get-Help $Cmdlet -Parameter $Parameter).Description.Text | Should -Not -BeNullOrEmpty
    }
}
