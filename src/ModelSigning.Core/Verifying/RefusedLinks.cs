using ModelSigning.Core.Errors;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Verifying;

/// <summary>Says what a verifier can do about a symbolic link that the signature does not allow. The signer's way out is closed to a verifier.</summary>
internal static class RefusedLinks
{
    /// <summary>The refusal of a link, for a verifier.</summary>
    /// <param name="refusal">The refusal, whose target is the link.</param>
    /// <param name="request">What was to be verified.</param>
    public static ModelSigningException Of(ModelSigningException refusal, VerificationRequest request)
    {
        string link = refusal.Target ?? request.ModelPath;
        string reason = request.ForbidSymlinks ? "links are not allowed" : "the signature does not allow links";
        (string more, string cure) = link == ModelLocation.FullPath(request.ModelPath, request.CurrentDirectory)
            ? ("", "Specify the path of its target.")
            : SnapshotFolder.Around(link) is not null
            ? (request.ForbidSymlinks
                ? " It is in the cache of the Hugging Face hub, whose files are links: verify a copy with links followed."
                : " It is in the cache of the Hugging Face hub, whose files are links: use -Source HuggingFace, or verify a copy with links followed.",
                "'hf download --local-dir' makes such a copy.")
            : ("", "Copy the model with links followed ('cp -rL'), and verify the copy.");
        return ModelErrors.SymlinkRefused.At($"'{link}' is a symbolic link, and {reason}.{more}", link, refusal, cure);
    }
}
