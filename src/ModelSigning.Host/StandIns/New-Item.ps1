# Makes a file, or with -ItemType Directory a folder.
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipelineByPropertyName)] [string[]] $Path,
    [Alias('Type')] [string] $ItemType = 'File',
    [Parameter(ValueFromPipeline)] [Alias('Target')] [object] $Value,
    [switch] $Force
)
process {
    foreach ($item in $Path) {
        if ($PSCmdlet.ShouldProcess($item, "Create $ItemType")) {
            $PSCmdlet.InvokeProvider.Item.New(@($item), $null, $ItemType, $Value, [bool] $Force)
        }
    }
}
