BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"
    $takers = foreach ($command in Get-Command -Module ModelSigning) {
        $path = $command.Parameters['Path']
        if ($path -and ($path.Attributes.Where({ $_ -is [System.Management.Automation.ParameterAttribute] -and $_.ValueFromPipelineByPropertyName }))) { $command.Name }
    }
}

BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $private = @{ PrivateKey = $key.PrivateKeyPath }
    $public = @{ PublicKey = $key.PublicKeyPath }

    # A path whose brackets would make it a pattern of the other one.
    function New-Pair([string] $Folder) {
        $null = New-SampleModel "$Folder/it1"
        $null = New-ModelSignature "$Folder/it1" @private
        $null = New-SampleModel "$Folder/made"
        [System.IO.Directory]::Move("$Folder/made", "$Folder/it[1]")
        Set-Content -LiteralPath "$Folder/it[1]/config.json" 'another'
        "$Folder/it[1]"
    }
}

Describe 'Objects with a path in the pipeline' {
    It 'are taken by their name and not as a pattern, by <_>' -ForEach $takers {
        $command = $_
        $folder = (New-Item "$TestDrive/gone" -ItemType Directory -Force).FullName
        $null = New-SampleModel "$folder/it1"
        $with = switch ($command) {
            'Compare-ModelManifest' { @{ ReferenceObject = "$folder/it1" } }
            'Get-ModelLineage' { $public }
            'Join-ModelManifest' { @{ OutFile = "$folder/joined.jsonl" } }
            'New-ModelClaim' { $private + @{ PredicateType = 'test-result'; Predicate = '{}' } }
            'New-ModelSignature' { $private }
            'New-ModelTrustPolicy' { @{ PolicyPath = "$folder/policy.json"; Confirm = $false } }
            'New-SigstoreBundle' { @{ WhatIf = $true } }
            { $_ -in 'Test-ModelClaim', 'Test-ModelSignature', 'Test-SigstoreBundle' } { $public }
            default { @{} }
        }
        foreach ($object in [pscustomobject] @{ Path = "$folder/it[1]" }, [pscustomobject] @{ FilePath = "$folder/it[1]" }) {
            $said = try { $object | & $command @with 2>&1 } catch { $_ }
            $text = $said | ForEach-Object { "$_ $($_.Path) $($_.TargetObject)" } | Out-String -Width 1000
            $text | Should -BeLike '*it`[1`]*'
            $text | Should -Not -BeLike '*gone?it1*'
        }
    }

    It 'are taken by their path as an argument too, and not by their text' {
        $folder = (New-Item "$TestDrive/arguments" -ItemType Directory -Force).FullName
        foreach ($name in 'x', 'y') { $null = New-ModelSignature (New-SampleModel "$folder/$name") @private }
        $claims = @(Get-ModelSignature "$folder/x", "$folder/y")
        (New-ModelSignature $claims @private -Force).Path | Should -Be "$folder/x", "$folder/y"
        (New-ModelSignature -LiteralPath $claims @private -Force).Path | Should -Be "$folder/x", "$folder/y"
        (New-ModelSignature -LiteralPath $claims[0] @private -Force).Path | Should -Be "$folder/x"
        Set-Content "$folder/x/config.json" 'changed'
        Test-ModelSignature $claims @public -Quiet | Should -BeFalse
        Test-ModelSignature -LiteralPath $claims[0] @public -Quiet | Should -BeFalse
    }

    It 'are taken one by one from any collection: <_>' -ForEach 'Dictionary', 'HashSet', 'Queue', 'Hashtable', 'Lines', 'Inner' {
        $folder = (New-Item "$TestDrive/collections" -ItemType Directory -Force).FullName
        $null = New-ModelSignature (New-SampleModel "$folder/good") @private -Force
        Set-Content (Join-Path (New-SampleModel "$folder/evil") 'config.json') 'evil'
        $paths = "$folder/evil", "$folder/good"
        $joined = New-SampleModel ($paths -join ' ')
        $null = New-ModelSignature -LiteralPath $joined @private -Force
        $values = switch ($_) {
            'Dictionary' { $it = [Collections.Generic.Dictionary[string, string]]::new(); foreach ($path in $paths) { $it[$path] = $path }; , $it.Values }
            'HashSet' { , [Collections.Generic.HashSet[string]]::new([string[]] $paths) }
            'Queue' { , [Collections.Generic.Queue[string]]::new([string[]] $paths) }
            'Hashtable' { , (@{ one = $paths[0]; two = $paths[1] }).Values }
            'Lines' { Set-Content "$folder/list.txt" $paths; , [IO.File]::ReadLines("$folder/list.txt") }
            'Inner' { , @("$folder/good", [Collections.Generic.Queue[string]]::new([string[]] $paths)) }
        }
        # Lines can be read once.
        if ($_ -ne 'Inner') { @(Test-ModelSignature -LiteralPath $values @public -Detailed).Count | Should -Be 2 }
        Test-ModelSignature -LiteralPath $values @public -Quiet | Should -BeFalse
        Test-ModelSignature $values @public -Quiet | Should -BeFalse
    }

    It 'are refused where nothing but their text could be a path: <Name>' -ForEach @(
        @{ Name = 'a selected name'; Make = { Get-Item $args[0] | Select-Object Name } }
        @{ Name = 'a table'; Make = { @{ Name = 'm' } } }
        @{ Name = 'a row'; Make = { 'Model', 'm' | ConvertFrom-Csv } }
    ) {
        $folder = (New-Item "$TestDrive/texts" -ItemType Directory -Force).FullName
        $null = New-SampleModel "$folder/m"
        $object = & $Make "$folder/m"
        $planted = New-SampleModel "$folder/$object"
        $null = New-ModelSignature -LiteralPath $planted @private -Force
        Copy-Item $key.PublicKeyPath "$folder/key"
        Push-Location $folder
        try {
            $object | Test-ModelSignature @public -Quiet | Should -BeFalse
            Test-ModelSignature $object @public -Quiet | Should -BeFalse
            Test-ModelSignature -LiteralPath $object @public -Quiet | Should -BeFalse
            Test-ModelSignature -LiteralPath $planted, $object @public -Quiet | Should -BeFalse
            { Test-ModelSignature -LiteralPath $planted -PublicKey $object -Quiet } | Should -Throw
        } finally { Pop-Location }
    }

    It 'are taken by where they are, from a collection and from another process' {
        $folder = (New-Item "$TestDrive/dotnet" -ItemType Directory -Force).FullName
        $null = New-ModelSignature (New-SampleModel "$folder/model") @private -Force
        $keys = @{ ours = [IO.FileInfo] $key.PublicKeyPath }
        (Test-ModelSignature "$folder/model" -PublicKey $keys.Values).Status | Should -Be 'Valid'
        $item = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize([IO.DirectoryInfo] "$folder/model"))
        (Test-ModelSignature -LiteralPath $item @public).Path | Should -Be "$folder/model"
        (Test-ModelSignature $item @public).Path | Should -Be "$folder/model"
    }

    It 'leads from each command to the next: <Name>' -ForEach @(
        @{ Name = 'a signed model, its signature elsewhere'; Run = { New-ModelSignature -LiteralPath $path @private -SignaturePath "$folder/[s].sig" | Test-ModelSignature @public } }
        @{ Name = 'a verified model'; Run = { New-ModelSignature -LiteralPath $path @private | Test-ModelSignature @public | Test-ModelSignature @public } }
        @{ Name = 'with a policy'; Run = { $first = New-ModelSignature -LiteralPath $path @private
                $null = $first | New-ModelTrustPolicy "$folder/[p].json" @public -Confirm:$false
                $first | Test-ModelSignature -TrustPolicy "$folder/[p].json" } }
        @{ Name = 'what a signature claims'; Run = { New-ModelSignature -LiteralPath $path @private | Get-ModelSignature } }
        @{ Name = 'to be signed again'; Run = { New-ModelSignature -LiteralPath $path @private | New-ModelSignature @private -Force } }
        @{ Name = 'claims'; Run = { $null = New-ModelSignature -LiteralPath $path @private
                $claim = New-ModelClaim -LiteralPath $path -PredicateType test-result -Predicate '{}' @private
                $claim | Test-ModelClaim @public
                $null = $claim | Get-ModelClaim } }
        @{ Name = 'a line of a saved report'; Run = { New-ModelSignature -LiteralPath $path @private | Test-ModelSignature @public | Export-Csv "$folder/r.csv"
                Import-Csv "$folder/r.csv" | Test-ModelSignature @public } }
        @{ Name = 'a result as an argument'; Run = { $one = New-ModelSignature -LiteralPath $path @private; Test-ModelSignature $one @public } }
        @{ Name = 'an item of Get-Item'; Run = { $null = New-ModelSignature -LiteralPath $path @private; Get-Item -LiteralPath $path | Test-ModelSignature @public } }
    ) {
        $folder = "$TestDrive/$([guid]::NewGuid())"
        $path = New-Pair $folder
        $found = @(& $Run)
        $found.Count | Should -Be 1
        $found[0].Path | Should -Be (Get-Item -LiteralPath $path).FullName
    }

    It 'takes the file of a key by its name: <_>' -ForEach 'Get-Item', 'an object' {
        $folder = (New-Item "$TestDrive/keys" -ItemType Directory -Force).FullName
        $right = New-ModelSigningKey "$folder/k[1].key" -NoPassword -Force
        $null = New-ModelSigningKey "$folder/k1.key" -NoPassword -Force
        $file = "$folder/k[1].pub"
        $read = if ($_ -eq 'Get-Item') { Get-Item -LiteralPath $file | Get-ModelSigningKey } else { [pscustomobject] @{ Path = $file } | Get-ModelSigningKey }
        $read.Hint | Should -Be $right.Hint
        (Get-ModelSigningKey -LiteralPath $file).Hint | Should -Be $right.Hint
    }

    It 'expands a text that was piped, as PowerShell does' {
        $folder = "$TestDrive/texts"
        $null = New-SampleModel "$folder/a1"
        $null = New-SampleModel "$folder/a2"
        "$folder/a*" | New-ModelSignature @private | Should -HaveCount 2
    }
}

Describe 'The switch -Debug' {
    It 'asks nothing: the steps come as debug text, and as verbose text with -Verbose' {
        $model = New-SampleModel "$TestDrive/debug"
        $signed = New-ModelSignature $model @private -Debug 5>&1 | ForEach-Object { "$_" }
        $signed -match '^Signing ' | Should -Not -BeNullOrEmpty
        $signed -match 'engine CpuHashDevice' | Should -Not -BeNullOrEmpty
        Test-ModelSignature $model @public -Debug 4>&1 5>$null | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | Should -BeNullOrEmpty
        Test-ModelSignature $model @public -Debug -Verbose 4>&1 5>$null | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] } | Should -Not -BeNullOrEmpty
    }

    It 'works in a session that cannot prompt' {
        $model = New-SampleModel "$TestDrive/unattended"
        $null = New-ModelSignature $model @private
        $script = "Import-Module '$manifest'; (Test-ModelSignature '$model' -PublicKey '$($key.PublicKeyPath)' -Debug 5>`$null).Status"
        & $pwsh -NoProfile -NonInteractive -Command $script | Should -Be 'Valid'
    }
}

Describe 'A store of small models' {
    # Work that is handed to another thread is an item of the pool; a device that is named may hang as a network drive does, and always gets one.
    It 'is verified on the thread of the pipeline, and on another one only with a device' {
        $store = "$TestDrive/store"
        1..50 | ForEach-Object { $null = New-SampleModel "$store/$_" }
        $null = Get-ChildItem $store -Directory | New-ModelSignature @private
        $handed = foreach ($device in @{}, @{ Device = 'cpu' }) {
            $before = [System.Threading.ThreadPool]::CompletedWorkItemCount
            Get-ChildItem $store -Directory | Test-ModelSignature @public @device -Quiet | Should -BeTrue
            [System.Threading.ThreadPool]::CompletedWorkItemCount - $before
        }
        $handed[0] | Should -BeLessThan 25
        $handed[1] | Should -BeGreaterOrEqual 50
    }
}
