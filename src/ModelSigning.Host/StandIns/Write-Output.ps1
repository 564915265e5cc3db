# Writes objects to the pipeline, an array's elements one by one unless -NoEnumerate.
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromRemainingArguments)] [AllowNull()] [AllowEmptyCollection()] [psobject[]] $InputObject,
    [switch] $NoEnumerate
)
process {
    if ($NoEnumerate) { , $InputObject } else { $InputObject }
}
