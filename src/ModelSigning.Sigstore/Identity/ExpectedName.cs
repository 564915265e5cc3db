namespace ModelSigning.Sigstore.Identity;

/// <summary>The kinds of names in Fulcio's certificates.</summary>
internal enum NameKind
{
    /// <summary>An e-mail address (rfc822Name).</summary>
    Email,

    /// <summary>A URI (uniformResourceIdentifier).</summary>
    Uri,
}

/// <summary>The subject alternative name that Fulcio derives from a token's claims (Fulcio, docs/oidc.md).</summary>
/// <param name="Kind">The name's kind.</param>
/// <param name="Value">Its value; for <see cref="AnyHost"/> with the usual host.</param>
/// <param name="AnyHost">Whether only the path is determined by the claims: the host is the instance's configuration.</param>
internal sealed record ExpectedName(NameKind Kind, string Value, bool AnyHost = false)
{
    /// <summary>Whether a certificate's name is the expected one; exact and ordinal.</summary>
    /// <param name="value">The certificate's name, of the same kind.</param>
    public bool Matches(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!AnyHost)
        {
            return string.Equals(value, Value, StringComparison.Ordinal);
        }

        const string scheme = "https://";
        int path = value.StartsWith(scheme, StringComparison.Ordinal) ? value.IndexOf('/', scheme.Length) : -1;
        return path > scheme.Length && value.AsSpan(path).SequenceEqual(Value.AsSpan(Value.IndexOf('/', scheme.Length)));
    }

    internal static ExpectedName? Of(string? email, string subject, Func<string, string?> claim, string issuer)
    {
        if (email is not null)
        {
            return new ExpectedName(NameKind.Email, email);
        }

        if (claim("job_workflow_ref") is { } workflow)
        {
            return new ExpectedName(NameKind.Uri, "https://github.com/" + workflow, AnyHost: issuer != "https://token.actions.githubusercontent.com");
        }

        if (claim("ci_config_ref_uri") is { } pipeline)
        {
            return new ExpectedName(NameKind.Uri, "https://" + pipeline);
        }

        if (claim("organization_slug") is { } organization && claim("pipeline_slug") is { } slug)
        {
            return new ExpectedName(NameKind.Uri, $"https://buildkite.com/{organization}/{slug}");
        }

        return subject.StartsWith("spiffe://", StringComparison.Ordinal) ? new ExpectedName(NameKind.Uri, subject) : null;
    }
}
