using System.Security.Cryptography;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>The timestamp authority's answers to queries, with the instance's faults.</summary>
public sealed class TimestampService(PrivateSigstore instance)
{
    /// <summary>Answers a TimeStampReq in DER.</summary>
    public byte[] Respond(byte[] query)
    {
        Faults faults = instance.Faults;
        TimestampAnswer answer = instance.Timestamps.AnswerTo(query);
        if (faults.Has(Fault.TimestampRejected))
        {
            answer = answer with { Status = 2, HasToken = false };
        }

        if (faults.Has(Fault.TimestampOtherImprint))
        {
            answer = answer with { Imprint = SHA256.HashData([7]) };
        }

        if (faults.Has(Fault.TimestampOtherNonce))
        {
            answer = answer with { Nonce = [7] };
        }

        if (faults.Has(Fault.TimestampNoNonce))
        {
            answer = answer with { Nonce = null };
        }

        if (faults.Has(Fault.TimestampInvalid))
        {
            answer = answer with { CorruptSignature = true };
        }

        if (faults.Has(Fault.TimestampLate))
        {
            answer = answer with { Time = instance.Created.AddHours(1) };
        }

        return (faults.Has(Fault.TimestampUnknownAuthority) ? instance.StrangerTimestamps : instance.Timestamps).Respond(answer);
    }
}
