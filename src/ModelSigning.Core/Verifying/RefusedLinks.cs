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
            ? ("", "Specify the path of what it leads to.")
            : IsInHubCache(link)
            ? (" It is in the cache of the Hugging Face hub, whose files are links: verify a copy with links followed.",
                "Download the model with 'hf download --local-dir', or copy it with 'cp -rL'.")
            : ("", "Copy the model with links followed ('cp -rL'), and verify the copy.");
        return ModelErrors.SymlinkRefused.At($"'{link}' is a symbolic link, and {reason}.{more}", link, refusal, cure);
    }

    // models--OWNER--NAME/snapshots/REVISION/FILE, whose files lead to models--OWNER--NAME/blobs.
    private static bool IsInHubCache(string path)
    {
        string[] parts = path.Split('/', Path.DirectorySeparatorChar);
        int snapshots = Array.LastIndexOf(parts, "snapshots");
        return snapshots > 0 && (string[])["models--", "datasets--", "spaces--"] is var kinds
            && kinds.Any(kind => parts[snapshots - 1].StartsWith(kind, StringComparison.Ordinal));
    }
}
