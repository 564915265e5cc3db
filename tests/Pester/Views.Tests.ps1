# The headings of each table and what its lines show: a change of a view is a change that users see.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $model = New-SampleModel "$TestDrive/model"
    $signed = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
    $policy = New-ModelTrustPolicy "$TestDrive/policy.json" $model -PublicKey $key.PublicKeyPath -Confirm:$false
    Set-Content "$TestDrive/file.bin" 'x'
    Set-Content "$TestDrive/file.bin.sigstore.json" '{'

    function Get-Heading($Objects) {
        $PSStyle.OutputRendering = 'PlainText'
        $lines = (@($Objects) | Out-String -Width 240) -split '\r?\n'
        $rule = 0..($lines.Count - 1) | Where-Object { $lines[$_] -match '^\s*-[- ]*$' } | Select-Object -First 1
        $lines[$rule - 1].Trim() -replace '\s+', ' '
    }
}

Describe 'The default view' {
    It 'of <Name> is a table under <Heading>' -ForEach @(
        @{ Name = 'SignedModel'; Heading = 'Method Hash Files Size Signature'; Make = { $signed } }
        @{ Name = 'ModelSignatureResult'; Heading = 'Status Model Files Size Signer or reason'; Make = { Test-ModelSignature $model -PublicKey $key.PublicKeyPath } }
        @{ Name = 'ModelSignatureClaims'; Heading = 'ClaimedMethod ClaimedSigner Resources Signature'; Make = { Get-ModelSignature $model } }
        @{ Name = 'ModelResource'; Heading = 'Algorithm Length Digest Name'; Make = { Get-ModelManifest $model } }
        @{ Name = 'ModelSigningKey'; Heading = 'Curve Encrypted Hint PrivateKey PublicKey'; Make = { $key } }
        @{ Name = 'ModelTrustRule'; Heading = 'Order Name Models Signers'; Make = { Test-ModelTrustPolicy $policy -Detailed } }
        @{ Name = 'ModelHashDevice'; Heading = 'Device Kind Memory Rate Name, or why not'; Make = { Get-ModelHashDevice -NoMeasurement } }
        @{ Name = 'ModelHashRate'; Heading = 'Algorithm Engine Threads Rate Default engine'; Make = { Measure-ModelHash $model -Repeat 1 } }
        @{ Name = 'SigstoreTrustInfo'; Heading = 'Name Origin AsOf Expires Services Repository'; Make = { Get-SigstoreTrust public } }
        @{ Name = 'SigstoreTrustedService'; Heading = 'Kind State ValidFrom ValidUntil Name'; Make = { (Get-SigstoreTrust public).Services } }
        @{ Name = 'SigstoreBundleResult'; Heading = 'Status File SignedTime (UTC) Signer'; Make = { Test-SigstoreBundle "$TestDrive/file.bin" -Identity a@example.org -Issuer https://issuer.example -Detailed } }
    ) {
        $objects = @(& $Make)
        $objects[0].GetType().FullName | Should -Be "ModelSigning.$Name"
        Get-Heading $objects | Should -Be $Heading
    }

    It 'of <Name> names the model or the file on a line of 80 columns, and has its last column' -ForEach @(
        @{ Name = 'SignedModel'; Last = 'Signature'; Shows = 'Key\s+sha256\s+2\s+5.0 kB\s+model[\\/]model\.sig'; Make = { $signed } }
        @{ Name = 'ModelSignatureResult'; Last = 'Signer or reason'; Shows = 'Valid\s+model\s+2\s+5.0 kB\s+\S+ \([0-9a-f]+'; Make = { Test-ModelSignature $model -PublicKey $key.PublicKeyPath } }
        @{ Name = 'ModelSignatureClaims'; Last = 'Signature'; Shows = 'Key\s+[0-9a-f]+\S*\s+2\s+model[\\/]model\.sig'; Make = { Get-ModelSignature $model } }
        @{ Name = 'SigstoreBundleResult'; Last = 'Signer'; Shows = 'Incompatible\s+file\.bin'; Make = { Test-SigstoreBundle "$TestDrive/file.bin" -Identity a@example.org -Issuer https://issuer.example -Detailed } }
    ) {
        $PSStyle.OutputRendering = 'PlainText'
        $lines = (& $Make | Out-String -Width 80) -split '\r?\n'
        $lines -match $Shows | Should -HaveCount 1
        $lines -match "\S\s+$Last\s*$" | Should -HaveCount 1
        $lines | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    }

    It 'of a verdict says in words, in its wide form too, what is not valid' {
        $PSStyle.OutputRendering = 'PlainText'
        $changed = New-SampleModel "$TestDrive/changed"
        $null = New-ModelSignature $changed -PrivateKey $key.PrivateKeyPath
        Set-Content "$changed/config.json" 'x'
        Test-ModelSignature $changed -PublicKey $key.PublicKeyPath -Detailed | Format-Wide | Out-String | Should -Match 'changed: HashMismatch'
    }

    It 'of a verdict says why a model is not valid' {
        $PSStyle.OutputRendering = 'PlainText'
        Test-ModelSignature "$TestDrive/gone" -PublicKey $key.PublicKeyPath -Detailed | Out-String -Width 80 | Should -Match 'UnknownError\s+gone\s.*ModelNotFound'
    }

    It 'of an object after the table of another type has a few lines' {
        $PSStyle.OutputRendering = 'PlainText'
        $text = & { Get-Item $model; Test-ModelSignature $model -PublicKey $key.PublicKeyPath; $signed } | Out-String
        $lines = $text -split '\r?\n'
        @($lines -match '^Status +: Valid').Count | Should -Be 1
        @($lines -match '^(Model|Signer|StatusMessage|Signature|Method|FileCount) +: \S').Count | Should -Be 7
        $text | Should -Not -Match 'ExtraFiles|Duration'
    }

    It 'shows times in UTC and in the invariant calendar: <_>' -ForEach 'th-TH', 'ar-SA', 'fa-IR' {
        $here = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = [cultureinfo]::new($_)
            $text = (Get-SigstoreTrust public | Out-String -Width 240) + (Get-SigstoreTrust public | Format-List | Out-String) + ((Get-SigstoreTrust public).Services | Out-String -Width 240) +
                (& { Get-Item $model; Get-SigstoreTrust public } | Out-String)
        }
        finally { [cultureinfo]::CurrentCulture = $here }
        $years = [regex]::Matches($text, '\b(\d{4})-\d\d-\d\d').ForEach({ [int]$_.Groups[1].Value })
        $years | Should -Not -BeNullOrEmpty
        $years | Where-Object { $_ -lt 2015 -or $_ -gt 2100 } | Should -BeNullOrEmpty
    }

    It 'of a claim says above it that nothing is verified' {
        (Get-ModelSignature $model | Out-String -Width 240).TrimStart() | Should -BeLike 'NOT VERIFIED*'
    }

    It 'has a list and a wide form where a verdict is shown' {
        $result = Test-ModelSignature $model -PublicKey $key.PublicKeyPath
        ($result | Format-List | Out-String -Width 240) | Should -Match 'Status\s+:\s+.*Valid'
        ($result | Format-Wide | Out-String -Width 240) | Should -Match 'model'
    }

    It 'survives serialisation' {
        $result = Test-ModelSignature $model -PublicKey $key.PublicKeyPath
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($result, 3))
        Get-Heading $copy | Should -Be (Get-Heading $result)
        $copy.Path | Should -Be $result.Path
    }
}
