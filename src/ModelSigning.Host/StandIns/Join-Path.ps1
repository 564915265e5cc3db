# Puts the parts of a path together. It does not resolve them, so nothing has to exist.
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)] [Alias('PSPath')] [string[]] $Path,
    [Parameter(Mandatory, Position = 1)] [AllowEmptyString()] [string] $ChildPath,
    [Parameter(Position = 2, ValueFromRemainingArguments)] [string[]] $AdditionalChildPath = @()
)
process {
    foreach ($joined in $Path) {
        foreach ($part in @($ChildPath) + $AdditionalChildPath) {
            $joined = $PSCmdlet.SessionState.Path.Combine($joined, $part)
        }
        $joined
    }
}
