# The module is one assembly. It alone lies in bin/net10.0; what it needs it loads by itself from dependencies/, into a
# load context of its own, so that it neither disturbs other modules' libraries nor is disturbed by them.
Import-Module "$PSScriptRoot/bin/net10.0/ModelSigning.dll"
Export-ModuleMember -Cmdlet '*'
