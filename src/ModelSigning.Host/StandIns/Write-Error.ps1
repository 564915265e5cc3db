# Writes an error; the script goes on, unless -ErrorAction Stop or $ErrorActionPreference says otherwise.
[CmdletBinding(DefaultParameterSetName = 'Message')]
param(
    [Parameter(Mandatory, Position = 0, ValueFromPipeline, ParameterSetName = 'Message')] [AllowEmptyString()] [string] $Message,
    [Parameter(Mandatory, ParameterSetName = 'Exception')] [Exception] $Exception,
    [Parameter(Mandatory, ParameterSetName = 'ErrorRecord')] [System.Management.Automation.ErrorRecord] $ErrorRecord,
    [string] $ErrorId,
    [System.Management.Automation.ErrorCategory] $Category = 'NotSpecified',
    [object] $TargetObject
)
process {
    if (-not $ErrorRecord) {
        if (-not $ErrorId) {
            # The name of the exception that pwsh makes for a bare message; the type itself is not here.
            $ErrorId = if ($Exception) { $Exception.GetType().FullName } else { 'Microsoft.PowerShell.Commands.WriteErrorException' }
        }
        if (-not $Exception) {
            $Exception = [Exception]::new($Message)
        }
        $ErrorRecord = [System.Management.Automation.ErrorRecord]::new($Exception, $ErrorId, $Category, $TargetObject)
    }
    $PSCmdlet.WriteError($ErrorRecord)
}
