# The module is one assembly. It alone lies in bin/net10.0; what it needs it loads by itself from dependencies/, into a load context of its
# own, so that it neither disturbs other modules' libraries nor is disturbed by them.
try {
    Import-Module "$PSScriptRoot/bin/net10.0/ModelSigning.dll" -ErrorAction Stop
    Import-Module "$PSScriptRoot/ModelSigning.Views.psd1" -ErrorAction Stop
}
catch {
    # Asked only now, because each question takes longer than the import. The manifest asks for the version too, but not of those who import this file.
    $version = $PSVersionTable.PSVersion
    if ($version.Major -lt 7 -or ($version.Major -eq 7 -and $version.Minor -lt 6)) {
        throw "ModelSigning needs PowerShell 7.6 or later, and this is PowerShell $version. Install the current version (https://aka.ms/powershell) and import the module there."
    }

    # An assembly that is loaded stays loaded, in every session of the process. A constrained session may read properties and change strings.
    $own = "$PSScriptRoot/bin/net10.0/ModelSigning.dll".Replace('\', '/')
    $type = 'ModelSigning.ModuleLifetime' -as [type]
    $loaded = if ($type) { $type.Assembly.Location.Replace('\', '/') }
    if ($loaded -and $loaded -ne $own) {
        throw "Another copy of ModelSigning is loaded in this process: '$loaded'. Start a new PowerShell session to use '$own'."
    }

    throw
}
Export-ModuleMember -Cmdlet '*'
