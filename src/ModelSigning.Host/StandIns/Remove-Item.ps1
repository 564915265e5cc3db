# Deletes files and folders, a folder that is not empty only with -Recurse.
[CmdletBinding(SupportsShouldProcess, DefaultParameterSetName = 'Path')]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'Path')] [string[]] $Path,
    [Parameter(Mandatory, ValueFromPipelineByPropertyName, ParameterSetName = 'LiteralPath')] [Alias('PSPath', 'LP')] [string[]] $LiteralPath,
    [switch] $Recurse,
    [switch] $Force
)
process {
    $literal = $PSCmdlet.ParameterSetName -eq 'LiteralPath'
    foreach ($item in @(if ($literal) { $LiteralPath } else { $Path })) {
        if ($PSCmdlet.ShouldProcess($item, 'Remove')) {
            $PSCmdlet.InvokeProvider.Item.Remove(@($item), [bool] $Recurse, [bool] $Force, $literal)
        }
    }
}
