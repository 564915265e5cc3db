using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ModelSigning.Gpu;

namespace ModelSigning;

/// <summary>Completes -Device with the devices of this machine.</summary>
public sealed class HashDeviceCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        ArgumentNullException.ThrowIfNull(wordToComplete);
        string word = CompletionText.Bare(wordToComplete);
        (string Name, string Description)[] devices =
        [
            (HashDevices.Auto, "The fastest, by measurement"),
            (HashDevices.Cpu, "The processor"),
            .. HashDevices.Available.Select(device => (device.Id, device.Name)),
        ];
        return devices
            .Where(device => device.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            .Select(device => new CompletionResult(device.Name, device.Name, CompletionResultType.ParameterValue, device.Description));
    }
}
