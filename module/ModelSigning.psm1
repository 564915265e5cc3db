# The manifest asks for this version too; here it is for those who import this file.
$version = $PSVersionTable.PSVersion
if ($version.Major -lt 7 -or ($version.Major -eq 7 -and $version.Minor -lt 6)) {
    throw "ModelSigning needs PowerShell 7.6 or later, and this is PowerShell $version. Install the current version (https://aka.ms/powershell) and import the module there."
}

# An assembly that is loaded stays loaded, in every session of the process. A constrained session may read properties and change strings.
$assembly = "$PSScriptRoot/bin/net10.0/ModelSigning.dll".Replace('\', '/')
$type = 'ModelSigning.ModuleLifetime' -as [type]
$loaded = if ($type) { $type.Assembly.Location.Replace('\', '/') }
if ($loaded -and $loaded -ne $assembly) {
    throw "Another copy of ModelSigning is loaded in this process: '$loaded'. Start a new PowerShell session to use '$assembly'."
}

# The module is one assembly. It alone lies in bin/net10.0; what it needs it loads by itself from dependencies/, into a load context of its
# own, so that it neither disturbs other modules' libraries nor is disturbed by them.
Import-Module $assembly -ErrorAction Stop
Import-Module "$PSScriptRoot/ModelSigning.Views.psd1" -ErrorAction Stop
Export-ModuleMember -Cmdlet '*'
