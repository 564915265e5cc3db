@{
    RootModule           = 'module/ModelSigning.psm1'
    ModuleVersion        = '0.2.0'
    GUID                 = 'c2f8a6d4-5f0b-4c3e-9c58-1d0a7c1b6e27'
    Author               = 'ModelSigning contributors'
    CompanyName          = 'ModelSigning contributors'
    Copyright            = 'Copyright (c) ModelSigning contributors'
    Description          = 'Signs AI models, datasets and agent skills and verifies them: OpenSSF Model Signing (OMS) v1.0 bundles, made with a key, a certificate, a PKCS#11 token or Sigstore, and readable by every other OMS tool.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Compare-ModelManifest'
        'ConvertTo-ModelReport'
        'Get-AtlasManifest'
        'Get-ModelCard'
        'Get-ModelClaim'
        'Get-ModelHashDevice'
        'Get-ModelLineage'
        'Get-ModelManifest'
        'Get-ModelSignature'
        'Get-ModelSigningKey'
        'Get-Pkcs11Key'
        'Get-SigstoreToken'
        'Get-SigstoreTrust'
        'Join-ModelManifest'
        'Measure-ModelHash'
        'New-ModelBom'
        'New-ModelClaim'
        'New-ModelSignature'
        'New-ModelSigningKey'
        'New-ModelTrustPolicy'
        'New-SigstoreBundle'
        'Test-ModelClaim'
        'Test-ModelSignature'
        'Test-ModelTrustPolicy'
        'Test-SigstoreBundle'
        'Update-SigstoreTrust'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            ReleaseNotes = 'CHANGELOG.md in the folder of the module says what changed for users.'
            Tags = @('PSEdition_Core', 'Windows', 'Linux', 'MacOS', 'ModelSigning', 'OMS', 'Sigstore', 'Signature', 'SupplyChain', 'AI')
        }
    }
}
