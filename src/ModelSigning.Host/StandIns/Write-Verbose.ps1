# Writes a line that only -Verbose shows.
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowEmptyString()] [string] $Message
)
process {
    $PSCmdlet.WriteVerbose($Message)
}
