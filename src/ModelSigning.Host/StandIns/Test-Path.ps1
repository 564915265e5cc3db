# Tells whether something is there, and with -PathType whether it is of that kind.
[CmdletBinding(DefaultParameterSetName = 'Path')]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'Path')] [string[]] $Path,
    [Parameter(Mandatory, ValueFromPipelineByPropertyName, ParameterSetName = 'LiteralPath')] [Alias('PSPath', 'LP')] [string[]] $LiteralPath,
    [ValidateSet('Any', 'Container', 'Leaf')] [string] $PathType = 'Any'
)
process {
    $provider = $PSCmdlet.InvokeProvider
    $literal = $PSCmdlet.ParameterSetName -eq 'LiteralPath'
    foreach ($item in @(if ($literal) { $LiteralPath } else { $Path })) {
        # Of the provider's methods only Exists takes a literal path; the characters of a wildcard are escaped for the other.
        $pattern = if ($literal) { [WildcardPattern]::Escape($item) } else { $item }
        $there = $provider.Item.Exists($item, $false, $literal)
        $there -and ($PathType -eq 'Any' -or $provider.Item.IsContainer($pattern) -eq ($PathType -eq 'Container'))
    }
}
