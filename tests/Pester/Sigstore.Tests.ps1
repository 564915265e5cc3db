# What succeeds with Sigstore and with timestamps, on a private instance on loopback. The variable MODELSIGNING_SIGSTORE_INSTANCE names the
# folder that one was started in, as .ci/run does; its files are in out below it. Without it these tests are skipped.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $before = @{}
    foreach ($name in 'MODELSIGNING_TRUST_FOLDER', 'SIGSTORE_ID_TOKEN', 'CI', 'GITHUB_ACTIONS', 'GITLAB_CI', 'BUILDKITE', 'CIRCLECI') {
        $before[$name] = [Environment]::GetEnvironmentVariable($name)
        [Environment]::SetEnvironmentVariable($name, $null)
    }

    $env:MODELSIGNING_TRUST_FOLDER = "$TestDrive/trust"
    if ($env:MODELSIGNING_SIGSTORE_INSTANCE) {
        $files = "$env:MODELSIGNING_SIGSTORE_INSTANCE/out"
        $urls = Get-Content "$files/instance.json" -Raw | ConvertFrom-Json
        $text = Invoke-RestMethod $urls.mint -Method Post -Body '{}' -ContentType application/json
        $token = ConvertTo-Secret $text
        $config = @{ TrustConfig = "$files/client_trust_config.json" }
        $apart = @{ TrustedRoot = "$files/trusted_root.json"; SigningConfig = "$files/signing_config_rekor_v2.v0.2.json" }
        $signer = @{ Identity = 'alice@mock.test'; Issuer = 'https://idp.mock.test' }
        $null = Update-SigstoreTrust -Name private -Url $urls.tuf -RootPath "$files/tuf-root.json"
        $authority = (Get-Content "$files/trusted_root.json" -Raw | ConvertFrom-Json).timestampAuthorities[0].certChain.certificates[-1].rawBytes
        [System.IO.File]::WriteAllBytes("$TestDrive/timestamp-root.cer", [Convert]::FromBase64String($authority))
    }

    # Signs in as a person does, in a process of its own: the program in the place of the browser follows the address that it is given.
    function Invoke-AtDesk([scriptblock] $Command, [object[]] $ArgumentList) {
        if (-not $IsLinux -or -not (Get-Command curl -CommandType Application -ErrorAction Ignore)) {
            Set-ItResult -Skipped -Because 'the browser of this test is curl on Linux'
        }

        $null = New-Item "$TestDrive/browser" -ItemType Directory -Force
        Set-Content "$TestDrive/browser/xdg-open" "#!/bin/sh`ncurl --silent --location --output /dev/null `"`$1`" &"
        chmod +x "$TestDrive/browser/xdg-open"
        $path = $env:PATH
        $env:PATH = "$TestDrive/browser:$path"
        try {
            Start-Job -ArgumentList $manifest, $Command.ToString(), $ArgumentList {
                param($manifest, $command, $arguments)
                $ErrorActionPreference = 'Stop'
                Import-Module $manifest
                & ([scriptblock]::Create($command)) @arguments
            } | Receive-Job -Wait -AutoRemoveJob 6> $null
        }
        finally { $env:PATH = $path }
    }
}

AfterAll {
    foreach ($name in $before.Keys) { [Environment]::SetEnvironmentVariable($name, $before[$name]) }
}

Describe 'Signing with Sigstore (skipped unless MODELSIGNING_SIGSTORE_INSTANCE names an instance)' -Skip:(-not $env:MODELSIGNING_SIGSTORE_INSTANCE) {
    It 'signs a model that verifies: <Name>' -ForEach @(
        @{ Name = 'one file of trust'; With = { $config }; By = { $config } }
        @{ Name = 'root and services apart, Rekor v2'; With = { $apart }; By = { @{ TrustedRoot = $apart.TrustedRoot } } }
        @{ Name = 'a registered instance'; With = { @{ SigstoreInstance = 'private' } }; By = { @{ SigstoreInstance = 'private' } } }
        @{ Name = 'a named provider'; With = { $config + @{ Issuer = $urls.oidc } }; By = { $config } }
    ) {
        $with = & $With
        $by = & $By
        $model = New-SampleModel "$TestDrive/model"
        $signed = New-ModelSignature $model -Sigstore @with -IdentityToken $token -Force
        $signed.Method | Should -Be 'Sigstore'
        $result = Test-ModelSignature $model @signer @by
        $result.Status | Should -Be 'Valid'
        $result.Signer | Should -Match 'alice@mock\.test'
        $result.SignedTime | Should -Not -BeNullOrEmpty
        (New-ModelSignature -LiteralPath $model -Sigstore @with -IdentityToken $token -Force).Method | Should -Be 'Sigstore'
        Get-Item $model | Test-ModelSignature @signer @by -Quiet | Should -BeTrue
        (Test-ModelSignature -LiteralPath $model @signer @by).Status | Should -Be 'Valid'
    }

    It 'verifies with each kind of trust on its own' {
        $model = New-SampleModel "$TestDrive/trusts"
        $null = New-ModelSignature $model -Sigstore -TrustedRoot $apart.TrustedRoot -SigningConfig "$files/signing_config.v0.2.json" -IdentityToken $token -Force
        (Test-ModelSignature $model -Identity alice@mock.test -Issuer https://idp.mock.test -TrustedRoot $apart.TrustedRoot).Status | Should -Be 'Valid'
        (Test-ModelSignature $model -Identity alice@mock.test -Issuer https://idp.mock.test -TrustConfig $config.TrustConfig).Status | Should -Be 'Valid'
        (Test-ModelSignature $model -IdentityPattern '*@mock.test' -Issuer https://idp.mock.test -SigstoreInstance private).Status | Should -Be 'Valid'
        (Get-Refusal { Test-ModelSignature $model -Identity mallory@mock.test -Issuer https://idp.mock.test -SigstoreInstance private }).CategoryInfo.Category |
            Should -Be 'SecurityError'
        (Get-Refusal { Test-ModelSignature $model @signer }).CategoryInfo.Category | Should -Be 'SecurityError'
        (Get-ModelSignature $model).ClaimedSigner | Should -Match 'alice@mock\.test'
    }

    It 'takes several models with one token, and the token of the environment' {
        1..2 | ForEach-Object { $null = New-SampleModel "$TestDrive/several/$_" }
        $env:SIGSTORE_ID_TOKEN = $text
        try { @(Get-ChildItem "$TestDrive/several" -Directory | New-ModelSignature -Sigstore @config -Force).Count | Should -Be 2 }
        finally { $env:SIGSTORE_ID_TOKEN = $null }
        @(Get-ChildItem "$TestDrive/several" -Directory | Test-ModelSignature @signer @config).Count | Should -Be 2
    }

    It 'writes a policy from the identity of a signature' {
        $model = New-SampleModel "$TestDrive/trusted"
        $null = New-ModelSignature $model -Sigstore @config -IdentityToken $token -Force
        $policy = New-ModelTrustPolicy "$TestDrive/policy.json" $model -SigstoreInstance private -Confirm:$false
        (Test-ModelTrustPolicy $policy -Detailed).Signers | Should -Match 'alice@mock\.test'
        (Test-ModelSignature $model -TrustPolicy $policy).TrustRule | Should -Be 'trusted'
    }

    It 'makes claims that count: <Name>' -ForEach @(
        @{ Name = 'one file of trust'; With = { $config } }
        @{ Name = 'root and services apart, Rekor v2'; With = { $apart } }
    ) {
        $with = & $With
        $model = New-SampleModel "$TestDrive/claimed"
        Remove-Item "$model.claims.jsonl" -ErrorAction Ignore
        $null = New-ModelSignature $model -Sigstore @config -IdentityToken $token -Force
        $made = New-ModelClaim $model -PredicateType test-result -Predicate '{"result":"PASSED"}' -Sigstore @with -IdentityToken $token
        $made.Method | Should -Be 'Sigstore'
        $claim = Test-ModelClaim $model @signer @config
        $claim.Signer | Should -Match 'alice@mock\.test'
        $claim.SignedTime | Should -Not -BeNullOrEmpty
        $claim.Predicate.result | Should -Be 'PASSED'
        (Get-Refusal { Test-ModelClaim $model -Identity mallory@mock.test -Issuer https://idp.mock.test @config }).CategoryInfo.Category | Should -Be 'SecurityError'
        if (Test-Path "$repository/tests/SigstoreJs/node_modules/@sigstore/verify") {
            $line = New-Item "$TestDrive/line.json" -Value (Get-Content "$model.claims.jsonl" -Raw) -Force
            $statement = & node "$repository/tests/SigstoreJs/judge.mjs" accept $line.FullName $apart.TrustedRoot alice@mock.test https://idp.mock.test 2>&1
            $LASTEXITCODE | Should -Be 0 -Because ($statement -join "`n")
            ($statement | ConvertFrom-Json).predicate.result | Should -Be 'PASSED'
        }
    }

    It 'has a policy require the claim of an identity' {
        $model = New-SampleModel "$TestDrive/demanded"
        $key = New-SampleKey "$TestDrive/demanded.key"
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -Force
        $policy = { param($identity) New-Item "$TestDrive/demanded.json" -Force -Value ('{ "version": 1, "rules": [{ "name": "r", "models": "demanded", "signers": [{ "type": "key", "publicKey": "demanded.pub" }],
            "claims": [{ "predicateType": "test-result", "signers": [{ "type": "sigstore", "sigstoreInstance": "private", "identity": "' + $identity + '", "issuer": "https://idp.mock.test" }] }] }] }') }
        (Get-Refusal { Test-ModelSignature $model -TrustPolicy (& $policy alice@mock.test) }).FullyQualifiedErrorId | Should -BeLike 'TrustPolicyClaimMissing,*'
        $null = New-ModelClaim $model -PredicateType test-result -Predicate '{"result":"PASSED"}' -Sigstore @config -IdentityToken $token
        (Test-ModelSignature $model -TrustPolicy (& $policy alice@mock.test)).Status | Should -Be 'Valid'
        (Get-Refusal { Test-ModelSignature $model -TrustPolicy (& $policy mallory@mock.test) }).FullyQualifiedErrorId | Should -BeLike 'TrustPolicyClaimMissing,*'
    }

    It 'signs a file into a bundle that verifies: <Name>' -ForEach @(
        @{ Name = 'one file of trust'; With = { $config } }
        @{ Name = 'root and services apart'; With = { $apart } }
        @{ Name = 'a registered instance'; With = { @{ SigstoreInstance = 'private' } } }
    ) {
        $with = & $With
        Set-Content "$TestDrive/tool.bin" 'a tool'
        $bundle = New-SigstoreBundle "$TestDrive/tool.bin" @with -IdentityToken $token -Force
        $bundle.BundlePath | Should -Be (Join-Path $TestDrive 'tool.bin.sigstore.json')
        foreach ($by in $config, @{ TrustedRoot = $apart.TrustedRoot }, @{ SigstoreInstance = 'private' }) {
            (Test-SigstoreBundle "$TestDrive/tool.bin" @signer @by).Status | Should -Be 'Valid'
        }

        $digest = "sha256:$((Get-FileHash "$TestDrive/tool.bin").Hash.ToLowerInvariant())"
        (Test-SigstoreBundle -Digest $digest -BundlePath $bundle.BundlePath @signer -TrustConfig $config.TrustConfig).Status | Should -Be 'Valid'
        Set-Content "$TestDrive/tool.bin" 'another tool'
        (Get-Refusal { Test-SigstoreBundle "$TestDrive/tool.bin" @signer -SigstoreInstance private }).CategoryInfo.Category | Should -Be 'SecurityError'
    }

    It 'signs files from the pipeline, and a statement' {
        Set-Content "$TestDrive/one.bin" '1'
        Set-Content "$TestDrive/two.bin" '2'
        @(Get-Item "$TestDrive/one.bin", "$TestDrive/two.bin" | New-SigstoreBundle @config -IdentityToken $token -Force).Count | Should -Be 2
        $digest = (Get-FileHash "$TestDrive/one.bin").Hash.ToLowerInvariant()
        Set-Content "$TestDrive/provenance.json" -NoNewline -Value ('{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"one.bin","digest":{"sha256":"' +
            $digest + '"}}],"predicateType":"https://slsa.dev/provenance/v1","predicate":{}}')
        $statement = @{ Statement = $true; BundlePath = "$TestDrive/one.att.json"; IdentityToken = $token; Force = $true }
        $null = New-SigstoreBundle -LiteralPath "$TestDrive/provenance.json" @statement @config
        (Test-SigstoreBundle "$TestDrive/one.bin" -BundlePath "$TestDrive/one.att.json" @signer @config).Status | Should -Be 'Valid'
    }

    It 'shows the token in no stream and no transcript' {
        $model = New-SampleModel "$TestDrive/transcript"
        $null = Start-Transcript "$TestDrive/transcript.txt"
        try { $streams = New-ModelSignature $model -Sigstore @config -IdentityToken $token -Force -Verbose -Debug *>&1 }
        finally { $null = Stop-Transcript }
        $shown = ($streams | Out-String -Width 10000) + (Get-Content "$TestDrive/transcript.txt" -Raw)
        $shown | Should -Match 'transcript'
        foreach ($part in $text.Split('.')) { $shown.Contains($part) | Should -BeFalse }
    }

    It 'signs a person in with the browser: <Name>' -ForEach @(
        @{ Name = 'New-ModelSignature'; Run = {
                param($file, $instance, $secret)
                (New-ModelSignature $file -Sigstore @instance -SignIn -SignInFlow Browser -ClientId sigstore -ClientSecret $secret -Force).Method
            }; Expected = 'Sigstore'
        }
        @{ Name = 'New-SigstoreBundle'; Run = {
                param($file, $instance, $secret)
                New-SigstoreBundle "$file/config.json" @instance -SignIn -SignInFlow Browser -ClientId sigstore -ClientSecret $secret -Force | ForEach-Object { $_.GetType().Name }
            }; Expected = 'SignedFile'
        }
        @{ Name = 'Get-SigstoreToken'; Run = {
                param($file, $instance, $secret)
                (Get-SigstoreToken @instance -SignIn -SignInFlow Browser -ClientId sigstore -ClientSecret $secret).Identity
            }; Expected = 'alice@mock.test'
        }
    ) {
        $model = New-SampleModel "$TestDrive/desk"
        Invoke-AtDesk $Run $model, $config, (ConvertTo-Secret 'of the client') | Should -Be $Expected
    }

    It 'gets a token of <Name>' -ForEach @(
        @{ Name = 'one file of trust'; With = { @{ TrustConfig = $config.TrustConfig } } }
        @{ Name = 'services alone'; With = { @{ SigningConfig = $apart.SigningConfig } } }
        @{ Name = 'a registered instance'; With = { @{ SigstoreInstance = 'private' } } }
        @{ Name = 'a named provider'; With = { @{ Issuer = $urls.oidc } } }
    ) {
        $with = & $With
        $env:SIGSTORE_ID_TOKEN = $text
        try { (Get-SigstoreToken @with).Identity | Should -Be 'alice@mock.test' }
        finally { $env:SIGSTORE_ID_TOKEN = $null }
    }
}

Describe 'Update-SigstoreTrust (skipped unless MODELSIGNING_SIGSTORE_INSTANCE names an instance)' -Skip:(-not $env:MODELSIGNING_SIGSTORE_INSTANCE) {
    It 'registers an instance and updates it by its name' {
        (Update-SigstoreTrust private).Name | Should -Be 'private'
        $trust = Get-SigstoreTrust private
        $trust.Origin | Should -Be 'Cache'
        (Get-SigstoreTrust -TrustedRoot $apart.TrustedRoot).Services.Kind | Should -Contain 'TimestampAuthority'
        (Get-SigstoreTrust -TrustConfig $config.TrustConfig).Services.Count | Should -Be $trust.Services.Count
    }

    It 'fetches targets of any repository' {
        $null = New-Item "$TestDrive/targets" -ItemType Directory
        $from = @{ MetadataPath = "$TestDrive/metadata"; Url = $urls.tuf; RootPath = "$files/tuf-root.json" }
        $fetched = Update-SigstoreTrust @from -TargetName trusted_root.json -TargetUrl "$($urls.tuf)/targets" -TargetPath "$TestDrive/targets"
        $fetched | Should -BeOfType System.IO.FileInfo
        (Get-FileHash $fetched).Hash | Should -Be (Get-FileHash "$files/trusted_root.json").Hash
        (Get-Refusal { Update-SigstoreTrust @from -TargetName none.json -TargetPath "$TestDrive/targets" }).FullyQualifiedErrorId |
            Should -BeLike 'Tuf*,ModelSigning.UpdateSigstoreTrustCommand'
    }
}

Describe '-TimestampServer (skipped unless MODELSIGNING_SIGSTORE_INSTANCE names an instance)' -Skip:(-not $env:MODELSIGNING_SIGSTORE_INSTANCE) {
    BeforeAll {
        $key = New-SampleKey "$TestDrive/release.key"
        $certificate = New-SampleCertificate "$TestDrive/ca"
        $byKey = @{ PublicKey = $key.PublicKeyPath }
        $byCertificate = @{ TrustedCertificate = $certificate.Root }
    }

    It 'puts a time into a claim of <Name>' -ForEach @(
        @{ Name = 'a key'; With = { @{ PrivateKey = $key.PrivateKeyPath } }; By = { $byKey } }
        @{ Name = 'a certificate'; With = { @{ Certificate = $certificate.Certificate; PrivateKey = $certificate.PrivateKey } }; By = { $byCertificate } }
    ) {
        $with = & $With
        $by = & $By
        $model = New-SampleModel "$TestDrive/timed-claim"
        Remove-Item "$model.claims.jsonl" -ErrorAction Ignore
        $null = New-ModelSignature $model @with -Force
        $null = New-ModelClaim $model -PredicateType spdx -Predicate '{}' @with -TimestampServer $urls.tsa
        $claim = Test-ModelClaim $model @by -TimestampCertificate "$TestDrive/timestamp-root.cer"
        $claim.SignedTime | Should -Not -BeNullOrEmpty
        $claim.Status | Should -Be 'Valid'
    }

    It 'puts a time into the signature of <Name>' -ForEach @(
        @{ Name = 'a key'; With = { @{ PrivateKey = $key.PrivateKeyPath } }; By = { $byKey } }
        @{ Name = 'a certificate'; With = { @{ Certificate = $certificate.Certificate; PrivateKey = $certificate.PrivateKey } }; By = { $byCertificate } }
        @{ Name = 'a certificate as an object'; With = { @{ InputObject = $certificate.Object } }; By = { $byCertificate } }
    ) {
        $with = & $With
        $by = & $By
        $model = New-SampleModel "$TestDrive/timed"
        $null = New-ModelSignature $model @with -TimestampServer $urls.tsa -Force
        foreach ($clock in @{ TimestampCertificate = "$TestDrive/timestamp-root.cer" }, @{ TrustedRoot = "$files/trusted_root.json" }) {
            $result = Test-ModelSignature $model @by @clock
            $result.Status | Should -Be 'Valid'
            $result.SignedTime.Offset | Should -Be ([timespan]::Zero)
            $result.TimeSource | Should -Not -BeNullOrEmpty
        }

        $null = New-ModelSignature -LiteralPath $model @with -TimestampServer $urls.tsa -TimestampCertificate "$TestDrive/timestamp-root.cer" -Force
        (Test-ModelSignature -LiteralPath $model @by -TimestampCertificate "$TestDrive/timestamp-root.cer").SignedTime | Should -Not -BeNullOrEmpty
    }

    It 'refuses a clock that is not the one that was named, and writes nothing' {
        $model = New-SampleModel "$TestDrive/stranger"
        $refusal = Get-Refusal {
            New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -TimestampServer $urls.tsa -TimestampCertificate $certificate.Root
        }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'Timestamp*,ModelSigning.NewModelSignatureCommand'
        "$model/model.sig" | Should -Not -Exist
    }

    It 'meets a policy that requires a time' {
        $model = New-SampleModel "$TestDrive/demanded"
        Set-Content "$TestDrive/timed.json" ('{ "version": 1, "rules": [ { "name": "timed", "models": ["*"], "timestampRequired": true,' +
            ' "signers": [ { "type": "key", "publicKey": "release.pub", "timestampAuthorities": ["timestamp-root.cer"] } ] } ] }')
        $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -TimestampServer $urls.tsa
        (Test-ModelSignature $model -TrustPolicy "$TestDrive/timed.json").TrustRule | Should -Be 'timed'
    }
}
