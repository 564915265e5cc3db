using ModelSigning.Core.Errors;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>Finds and fetches targets (TUF, section 5.6.7 and 5.7), through delegations in their order, depth first.</summary>
/// <param name="client">A client that has updated.</param>
/// <param name="targets">Where targets are fetched from; null takes only those that are there already.</param>
internal sealed class TargetSearch(TufClient client, ITufRepository? targets)
{
    /// <summary>The description of a target, by the first role that lists it.</summary>
    /// <exception cref="ModelSigningException"><see cref="TufErrors.TufTargetUnknown"/>, or a refusal of a delegated role's metadata.</exception>
    internal FileDescription Find(string target, CancellationToken cancellationToken)
    {
        HashSet<string> visited = new(StringComparer.Ordinal);
        Stack<(string Name, Role Role)> pending = new([("targets", client.Root.Targets)]);
        while (pending.Count > 0 && visited.Count < TufLimits.Delegations)
        {
            (string name, Role role) = pending.Pop();
            if (!visited.Add(name))
            {
                continue;
            }

            Metadata metadata = name == "targets" ? client.Targets! : client.LoadTargets(name, role, cancellationToken);
            if (metadata.Signed.Object("targets").OptionalObject(target) is { } described)
            {
                return FileDescription.OfTarget(described);
            }

            IReadOnlyList<Delegation> delegations = Delegation.For(target, metadata.Signed);
            int count = 0;
            foreach (Delegation delegation in delegations)
            {
                count++;
                if (delegation.Terminating)
                {
                    // Nothing that would have come later is considered.
                    pending.Clear();
                    break;
                }
            }

            foreach (Delegation delegation in delegations.Take(count).Reverse())
            {
                pending.Push((delegation.Name, delegation.Role));
            }
        }

        throw TufErrors.TufTargetUnknown.At(Invariant($"None of the {visited.Count} roles lists the target '{target}'."), target);
    }

    /// <summary>Fetches a target, or takes the copy that is there if its length and digests fit.</summary>
    /// <param name="target">The target's path in the repository.</param>
    /// <param name="copy">The bytes that are there already; null when there are none.</param>
    /// <param name="cancellationToken">Ends the exchange at once.</param>
    /// <returns>The target's verified bytes, and whether they were fetched.</returns>
    internal (byte[] Bytes, bool Fetched) Get(string target, byte[]? copy, CancellationToken cancellationToken)
    {
        FileDescription described = Find(target, cancellationToken);
        if (copy is not null && described.Fits(copy, target))
        {
            return (copy, false);
        }

        if (targets is null)
        {
            throw TufErrors.TufCacheDamaged.At($"The stored target '{target}' is missing or does not match the stored metadata.", target);
        }

        if (described.Length > TufLimits.Target)
        {
            throw TufErrors.TufTooLarge.At($"The target '{target}' is larger than {TufLimits.Target} bytes.", target);
        }

        string path = string.Join('/', target.Split('/').Select(TufClient.Escape));
        if (client.Root.ConsistentSnapshot)
        {
            int slash = path.LastIndexOf('/') + 1;
            string hash = described.Hashes.TryGetValue("sha256", out string? sha256) ? sha256 : described.Hashes.Values.First();
            path = $"{path[..slash]}{TufClient.Escape(hash)}.{path[slash..]}";
        }

        byte[] bytes = targets.Fetch(path, described.Length!.Value, cancellationToken) ??
            throw TufErrors.TufFileMissing.At($"The repository has no target '{path}'.", path);
        described.Check(bytes, target);
        return (bytes, true);
    }
}
