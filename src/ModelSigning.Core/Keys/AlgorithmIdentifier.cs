using System.Formats.Asn1;

namespace ModelSigning.Core.Keys;

/// <summary>AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL } (RFC 5280, section 4.1.1.2).</summary>
/// <param name="Oid">The algorithm.</param>
/// <param name="Parameters">The parameters in DER; null where there are none.</param>
internal readonly record struct AlgorithmIdentifier(string Oid, ReadOnlyMemory<byte>? Parameters)
{
    /// <summary>Reads the next value.</summary>
    public static AlgorithmIdentifier Read(AsnReader reader)
    {
        AsnReader sequence = reader.ReadSequence();
        string oid = sequence.ReadObjectIdentifier();
        ReadOnlyMemory<byte>? parameters = sequence.HasData ? sequence.ReadEncodedValue() : (ReadOnlyMemory<byte>?)null;
        sequence.ThrowIfNotEmpty();
        return new AlgorithmIdentifier(oid, parameters);
    }

    /// <summary>Writes the value as DER has it.</summary>
    public void Write(AsnWriter writer)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oid);
            if (Parameters is { } parameters)
            {
                writer.WriteEncodedValue(parameters.Span);
            }
        }
    }
}
