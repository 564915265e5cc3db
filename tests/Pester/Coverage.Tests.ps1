# Fails when a parameter or a parameter set of a cmdlet is used by no test. It reads the suite's syntax: a call has the parameters that stand
# there, and, where it splats, those of any one hashtable of its file whose keys are all parameters of the cmdlet.
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

BeforeDiscovery {
    . "$PSScriptRoot/common.ps1"

    # What one call gives: the names, the number of positional arguments, whether it splats, and whether something is piped to it.
    function Read-Call([CommandAst] $Call, [CmdletInfo] $Cmdlet) {
        $read = @{ Names = @(); Positional = 0; Splats = $false; Piped = $Call.Parent -is [PipelineAst] -and $Call.Parent.PipelineElements[0] -ne $Call }
        $value = $true
        foreach ($element in $Call.CommandElements) {
            if ($element -is [CommandParameterAst]) {
                $parameter = $Cmdlet.ResolveParameter($element.ParameterName)
                $read.Names += $parameter.Name
                $value = -not $parameter.SwitchParameter -and -not $element.Argument
                continue
            }

            if ($value) { $value = $false }
            elseif ($element -is [VariableExpressionAst] -and $element.Splatted) { $read.Splats = $true }
            else { $read.Positional++ }
        }
        $read
    }

    # The parameters that a call gives of a set; nothing where it gives others or lacks one that is demanded.
    function Get-Given($Call, [string[]] $Names, [CommandParameterSetInfo] $Set) {
        $positional = @($Set.Parameters | Where-Object { $_.Position -ge 0 -and $_.Name -notin $Names } | Sort-Object Position | Select-Object -First $Call.Positional)
        $given = @($Names) + @($positional.Name)
        $given += @($Set.Parameters | Where-Object { $Call.Piped -and $_.Name -notin $given -and ($_.ValueFromPipeline -or $_.ValueFromPipelineByPropertyName) }).Name
        $lacking = $Set.Parameters | Where-Object { $_.IsMandatory -and $_.Name -notin $given }
        $strange = $Names | Where-Object { $_ -notin $Set.Parameters.Name }
        if (-not $lacking -and -not $strange -and $positional.Count -eq $Call.Positional) { $given }
    }

    $files = foreach ($file in Get-ChildItem "$PSScriptRoot/*.Tests.ps1") {
        $nodes = [Parser]::ParseFile($file.FullName, [ref] $null, [ref] $null).FindAll({ $args[0] -is [CommandAst] -or $args[0] -is [HashtableAst] }, $true)
        @{
            Calls  = @($nodes | Where-Object { $_ -is [CommandAst] })
            Tables = @($nodes | Where-Object { $_ -is [HashtableAst] -and $_.KeyValuePairs } | ForEach-Object { , @($_.KeyValuePairs.Item1.Extent.Text) })
        }
    }

    $common = [Cmdlet]::CommonParameters + [Cmdlet]::OptionalCommonParameters
    $cases = foreach ($cmdlet in Get-Command -Module ModelSigning -CommandType Cmdlet) {
        $used = @{}
        foreach ($file in $files) {
            $tables = @($file.Tables | Where-Object { -not ($_ | Where-Object { -not $cmdlet.Parameters.ContainsKey($_) }) })
            foreach ($call in $file.Calls | Where-Object { $_.GetCommandName() -eq $cmdlet.Name } | ForEach-Object { Read-Call $_ $cmdlet }) {
                $choices = , @()
                if ($call.Splats) { $choices += $tables }
                foreach ($table in $choices) {
                    foreach ($set in $cmdlet.ParameterSets) {
                        $given = Get-Given $call @($call.Names + $table) $set
                        if ($null -ne $given) { $used[$set.Name] = @($used[$set.Name]) + $given }
                    }
                }
            }
        }
        @{
            Cmdlet     = $cmdlet.Name
            Sets       = @($cmdlet.ParameterSets.Name | Where-Object { -not $used.ContainsKey($_) })
            Parameters = @($cmdlet.Parameters.Keys | Where-Object { $_ -notin $common -and $_ -notin @($used.Values | ForEach-Object { $_ }) })
        }
    }
}

Describe 'The suite, of <Cmdlet>,' -ForEach $cases {
    It 'uses every parameter set' { $Sets | Should -BeNullOrEmpty }
    It 'uses every parameter' { $Parameters | Should -BeNullOrEmpty }
}

Describe 'suite.ps1' {
    It 'takes each word for the name of a file, and none for where the results go' {
        (Get-Command "$PSScriptRoot/suite.ps1").Parameters.ResultPath.ParameterSets.Values.Position | Should -BeLessThan 0
    }
}
