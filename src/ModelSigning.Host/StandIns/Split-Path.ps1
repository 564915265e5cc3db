# Takes a path apart: its parent, or with -Leaf its last part.
[CmdletBinding(DefaultParameterSetName = 'Parent')]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)] [string[]] $Path,
    [Parameter(ParameterSetName = 'Parent')] [switch] $Parent,
    [Parameter(Mandatory, ParameterSetName = 'Leaf')] [switch] $Leaf
)
process {
    foreach ($whole in $Path) {
        if ($Leaf) { $PSCmdlet.SessionState.Path.ParseChildName($whole) } else { $PSCmdlet.SessionState.Path.ParseParent($whole, '') }
    }
}
