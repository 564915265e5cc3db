using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace ModelSigning.Core.Keys.Pkcs11;

/// <summary>A slot with the token in it.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Info">What the token says about itself.</param>
internal sealed record Pkcs11Slot(ISlot Slot, ITokenInfo Info)
{
    /// <summary>The token's label, without the spaces that fill it up.</summary>
    public string Label => Info.Label.TrimEnd(' ');
}

/// <summary>The tokens of a module. A card that the module does not recognise, or that is taken out in this moment, is left out.</summary>
/// <param name="Tokens">The tokens.</param>
/// <param name="Unreadable">What the module reported for the slots that are left out.</param>
internal sealed record Pkcs11Slots(IReadOnlyList<Pkcs11Slot> Tokens, IReadOnlyList<string> Unreadable)
{
    /// <summary>Reads the slots of a module.</summary>
    /// <param name="module">The module.</param>
    /// <param name="wanted">Which slots to ask for their token.</param>
    public static Pkcs11Slots Read(Pkcs11Module module, Func<ISlot, bool> wanted)
    {
        List<Pkcs11Slot> tokens = [];
        List<string> unreadable = [];
        foreach (ISlot slot in module.Library.GetSlotList(SlotsType.WithTokenPresent))
        {
            try
            {
                if (wanted(slot))
                {
                    tokens.Add(new Pkcs11Slot(slot, slot.GetTokenInfo()));
                }
            }
            catch (Pkcs11Exception exception)
            {
                unreadable.Add($"slot {slot.SlotId} ({exception.RV})");
            }
        }

        return new(tokens, unreadable);
    }

    /// <summary>The end of a sentence that says what was left out; empty for nothing.</summary>
    public string LeftOut => Unreadable.Count == 0 ? "" : $"; the token in {string.Join(" and in ", Unreadable)} cannot be read";
}
