# What the module's objects look like. PowerShell reads the views of a manifest before it runs anything; the module's manifest would show a
# conflict of types where ModelSigning.psm1 says what is wrong.
@{
    ModuleVersion    = '1.0'
    GUID             = '6f4f2a31-6d3e-4d0c-9d4b-7a3c39a5d0c8'
    FormatsToProcess = @('ModelSigning.Format.ps1xml')
    TypesToProcess   = @('ModelSigning.Types.ps1xml')
}
