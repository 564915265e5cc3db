namespace ModelSigning;

/// <summary>
/// One answer for a whole call, because PowerShell takes any two values for true, <c>$false, $false</c> included: yes only if something was asked
/// about and nothing of it was refused.
/// </summary>
internal sealed class SingleAnswer
{
    private bool _asked;
    private bool _refused;

    internal bool IsTrue => _asked && !_refused;

    internal void Add(bool accepted) => (_asked, _refused) = (true, _refused || !accepted);
}
