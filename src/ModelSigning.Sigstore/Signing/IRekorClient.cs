using ModelSigning.Core.Bundles;
using ModelSigning.Core.Http;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Signing;

/// <summary>A version of Rekor's interface for writing.</summary>
internal interface IRekorClient
{
    /// <summary>How errors name the service, and what can go wrong with it.</summary>
    static readonly ServiceEndpoint Service = new("the transparency log (Rekor)",
        SigstoreSigningErrors.RekorUnreachable, SigstoreSigningErrors.RekorRefused, SigstoreSigningErrors.RekorAnswerInvalid);

    /// <summary>The rules of the log's answers.</summary>
    static readonly InputRules AnswerRules = new("answer of the transparency log", 4 * 1024 * 1024, SigstoreSigningErrors.RekorAnswerInvalid);

    /// <summary>The log's base address.</summary>
    Uri Address { get; }

    /// <summary>Adds an entry; nothing of the answer is verified yet.</summary>
    TransparencyLogEntry Add(LogProposal proposal, CancellationToken cancellationToken);

    /// <summary>Makes the client of a version.</summary>
    static IRekorClient Create(Uri address, long version, ServiceClient client) => version == 1 ? new RekorV1Client(address, client) : new RekorV2Client(address, client);
}
