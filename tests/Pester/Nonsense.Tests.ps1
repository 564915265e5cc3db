# A signature of 1 GiB that is not one. The files are sparse: they take no disk.
BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $public = @{ PublicKey = $key.PublicKeyPath }
    $model = New-SampleModel "$TestDrive/model"
    $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
    $nonsense = "$TestDrive/nonsense.sig"
    foreach ($path in $nonsense, "$model.claims.jsonl") {
        $stream = [System.IO.File]::Create($path)
        $stream.SetLength(1GB)
        $stream.Dispose()
    }
}

Describe 'A signature of 1 GiB of nonsense' -Skip:$IsWindows {
    It 'is refused by its name and without memory for it, by <Name>' -ForEach @(
        @{ Name = 'Test-ModelSignature'; Id = 'BundleMalformed'; Run = { Test-ModelSignature $model @public -SignaturePath $nonsense } }
        @{ Name = 'Get-ModelSignature'; Id = 'BundleMalformed'; Run = { Get-ModelSignature $nonsense } }
        @{ Name = 'Test-ModelClaim'; Id = 'ClaimsFileTooLarge'; Run = { Test-ModelClaim $model @public } }
        @{ Name = 'Get-ModelClaim'; Id = 'ClaimsFileTooLarge'; Run = { Get-ModelClaim $model } }
        @{ Name = 'Test-SigstoreBundle'; Id = 'BUNDLE-PARSE'; Run = { Test-SigstoreBundle "$model/config.json" -BundlePath $nonsense @public } }
        @{ Name = 'Test-ModelSignature -Manifest'; Id = 'BundleMalformed'; Run = { Test-ModelSignature "$TestDrive/m.jsonl" -Manifest @public -SignaturePath $nonsense } }
        @{ Name = 'New-ModelSignature -Reuse'; Id = 'BundleMalformed'; Run = { New-ModelSignature $model -PrivateKey $key.PrivateKeyPath -Reuse "$TestDrive/m.jsonl" -ReuseSignature $nonsense -SignaturePath "$TestDrive/new.sig" } }
    ) {
        Get-ModelManifest $model -OutFile "$TestDrive/m.jsonl" -Force
        $before = [GC]::GetTotalAllocatedBytes($true)
        $refusal = Get-Refusal $Run
        [GC]::GetTotalAllocatedBytes($true) - $before | Should -BeLessThan 256MB
        $refusal.FullyQualifiedErrorId | Should -BeLike "$Id,*"
        $refusal.ToString() | Should -Match ($Id -eq 'ClaimsFileTooLarge' ? 'model.claims.jsonl' : 'nonsense.sig')
    }
}
