# Writes text to the console, where a pipeline does not see it.
[CmdletBinding()]
param(
    [Parameter(Position = 0, ValueFromPipeline, ValueFromRemainingArguments)] [AllowNull()] [object] $Object,
    [object] $Separator = ' ',
    [switch] $NoNewline,
    [ConsoleColor] $ForegroundColor,
    [ConsoleColor] $BackgroundColor
)
process {
    $text = @($Object) -join $Separator
    $colour = if ($PSBoundParameters.ContainsKey('ForegroundColor')) { $ForegroundColor } else { $Host.UI.RawUI.ForegroundColor }
    $behind = if ($PSBoundParameters.ContainsKey('BackgroundColor')) { $BackgroundColor } else { $Host.UI.RawUI.BackgroundColor }
    if ($NoNewline) { $Host.UI.Write($colour, $behind, $text) } else { $Host.UI.WriteLine($colour, $behind, $text) }
}
