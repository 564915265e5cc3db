# Lists what lies in a folder, hidden files only with -Force.
[CmdletBinding(DefaultParameterSetName = 'Path')]
param(
    [Parameter(Position = 0, ValueFromPipeline, ParameterSetName = 'Path')] [string[]] $Path = @('.'),
    [Parameter(Mandatory, ValueFromPipelineByPropertyName, ParameterSetName = 'LiteralPath')] [Alias('PSPath', 'LP')] [string[]] $LiteralPath,
    [Parameter(Position = 1)] [string] $Filter = '*',
    [switch] $Recurse,
    [switch] $File,
    [switch] $Directory,
    [switch] $Force
)
process {
    $literal = $PSCmdlet.ParameterSetName -eq 'LiteralPath'
    $items = @(if ($literal) { $LiteralPath } else { $Path })
    $PSCmdlet.InvokeProvider.ChildItem.Get($items, [bool] $Recurse, [bool] $Force, $literal) | Where-Object {
        $_.PSChildName -like $Filter -and (-not $File -or -not $_.PSIsContainer) -and (-not $Directory -or $_.PSIsContainer)
    }
}
