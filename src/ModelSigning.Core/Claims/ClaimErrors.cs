using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Claims;

/// <summary>The refusals of claims about models.</summary>
internal static class ClaimErrors
{
    /// <summary>The claims file cannot be read.</summary>
    public static readonly ErrorDefinition FileUnreadable = new("ClaimsFileUnreadable", ErrorKind.ReadError,
        "The claims file cannot be read: access is denied, or the operating system reported an error.",
        "Grant the user read access, or check the disk or share that holds the file.");

    /// <summary>The claims file does not exist.</summary>
    public static readonly ErrorDefinition FileNotFound = new("ClaimsFileNotFound", ErrorKind.ObjectNotFound,
        "The claims file does not exist at the specified path or beside the model.",
        "If the claims are elsewhere, specify their file with -ClaimsPath.");

    /// <summary>More than is read.</summary>
    public static readonly ErrorDefinition FileTooLarge = new("ClaimsFileTooLarge", ErrorKind.LimitsExceeded,
        "The claims file is larger than 256 MiB, has more than 100,000 lines, or has more than 10,000 certificates, timestamps and log entries in claims that do not count.",
        "Move the claims that are not needed into another file.");

    /// <summary>The path is not one where claims belong.</summary>
    public static readonly ErrorDefinition PathInvalid = new("ClaimsPathInvalid", ErrorKind.InvalidArgument,
        "The path of a claims file does not end in .jsonl, is a link or not a file, or lies inside the model.",
        "Use the default path beside the model, or specify another file outside the model whose name ends in .jsonl.");

    /// <summary>Another process keeps the file locked.</summary>
    public static readonly ErrorDefinition FileBusy = new("ClaimsFileBusy", ErrorKind.WriteError,
        "Another process has locked the claims file for more than 30 seconds. Nothing was written.",
        "Close the program that has the file open, and try again.");

    /// <summary>The last line is not whole.</summary>
    public static readonly ErrorDefinition LineTorn = new("ClaimLineTorn", ErrorKind.InvalidData,
        "The last line of a claims file ends in the middle of a claim, because writing it was interrupted. The other lines count.",
        "Make this claim again with New-ModelClaim.");

    /// <summary>A line beyond the bound.</summary>
    public static readonly ErrorDefinition LineTooLong = new("ClaimLineTooLong", ErrorKind.LimitsExceeded,
        "A line of a claims file, or a new claim, is longer than the limit of 16 MiB. The other lines count.",
        "Make a claim with a smaller predicate, which refers to the large document by its digest.");

    /// <summary>The predicate is not a JSON object.</summary>
    public static readonly ErrorDefinition PredicateInvalid = new("ClaimPredicateInvalid", ErrorKind.InvalidData,
        "The predicate of a claim is not one JSON object in UTF-8, has a member twice, or is larger than 8 MiB.",
        "Correct the file, or specify one object that ConvertTo-Json turns into a JSON object.");

    /// <summary>The predicate's file does not exist.</summary>
    public static readonly ErrorDefinition PredicateNotFound = new("ClaimPredicateNotFound", ErrorKind.ObjectNotFound,
        "The file that -Predicate names does not exist.",
        "Check the path of -Predicate.");

    /// <summary>The predicate type is not a URI, or is that of a model's signature.</summary>
    public static readonly ErrorDefinition PredicateTypeInvalid = new("ClaimPredicateTypeInvalid", ErrorKind.InvalidArgument,
        "The predicate type of a claim is not an absolute URI or a known short name, or it is the type of a model's own signature.",
        "Use cyclonedx, spdx, slsa-provenance, test-result, or the URI that the format's specification publishes.");

    /// <summary>A model's signature in the place of a claim.</summary>
    public static readonly ErrorDefinition NotAClaim = new("ClaimIsModelSignature", ErrorKind.SecurityError,
        "A line of a claims file is a model's own signature and says nothing more about it. It does not count as a claim.",
        "Verify the model's signature with Test-ModelSignature.");

    /// <summary>The statement is of another version of in-toto.</summary>
    public static readonly ErrorDefinition StatementUnknown = new("ClaimStatementUnknown", ErrorKind.InvalidData,
        "A claim's statement is not of the type https://in-toto.io/Statement/v1 or v0.1, or has no predicate.",
        "Ask the signer for a claim in the current format.");

    /// <summary>The claim is about something else.</summary>
    public static readonly ErrorDefinition OtherModel = new("ClaimAboutOtherModel", ErrorKind.InvalidData,
        "A claim is not about this model: its subject has a different root digest and name.",
        "Nothing is wrong with the model. Claims about several models may be in one file.");

    /// <summary>The claim is about another model of the same name.</summary>
    public static readonly ErrorDefinition OtherVersion = new("ClaimAboutOtherVersion", ErrorKind.InvalidData,
        "A claim is about a model of the same name with a different root digest. The model was signed again with other files or another hash algorithm, or the claim was copied from another model.",
        "If you signed the model again, make the claim again with New-ModelClaim. Otherwise do not rely on it: it says nothing about this model.");

    /// <summary>The claim is about the same contents in another form.</summary>
    public static readonly ErrorDefinition OtherForm = new("ClaimAboutOtherForm", ErrorKind.InvalidData,
        "A claim has the root digest of this model but a different content pin: it is about the same contents under other names or in other shards.",
        "Give the files the names that they had when the claim was made, or make the claim again with New-ModelClaim.");

    /// <summary>The claim is a bill of materials of something else.</summary>
    public static readonly ErrorDefinition BomMisfit = new("ClaimBomMismatch", ErrorKind.InvalidData,
        "A bill of materials in CycloneDX or SPDX does not match the model that it is claimed about. A file, digest, root digest, pin or reference in it differs from what was signed, or its serial number is not valid.",
        "Make the bill of materials again with New-ModelBom from the verified model. Do not rely on the one that differs.");

    /// <summary>The refusals of claims that are about something else: nothing is wrong with the claims file.</summary>
    internal static readonly ErrorDefinition[] AboutOthers = [OtherModel, OtherVersion, OtherForm];

    /// <summary>The model's signature cannot carry claims.</summary>
    public static readonly ErrorDefinition ModelUnusable = new("ClaimModelUnusable", ErrorKind.InvalidArgument,
        "A claim requires a whole model whose signature has a root digest. One file of a signed folder, or a model signed with model-signing 0.2.0 for Python, cannot have claims.",
        "Specify the folder that was signed, or sign the model again.");

    /// <summary>The files are not those of the signature.</summary>
    public static readonly ErrorDefinition ModelDiffers = new("ClaimModelDiffers", ErrorKind.SecurityError,
        "The model's files do not match its signature, so a claim about them would be about another model.",
        "Check the model with Test-ModelSignature. If its files are right, sign it again first.");

    /// <summary>No claim counted.</summary>
    public static readonly ErrorDefinition NoneAccepted = new("ClaimNoneAccepted", ErrorKind.ObjectNotFound,
        "The model is valid, but no trusted signer made a claim of the specified type about it.",
        "Use -Detailed to see why each line of the claims file does not count.");

    /// <summary>The bounds of predicates, before they are signed.</summary>
    internal static readonly InputRules PredicateRules = new("predicate", 8 * 1024 * 1024, PredicateInvalid)
    {
        AcceptsByteOrderMark = true,
        NotFound = PredicateNotFound,
    };
}
