using System.Security.Cryptography;
using ModelSigning.Core.Atlas;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;
using ModelSigning.Core.Models;

namespace ModelSigning.Core.Lineage;

/// <summary>
/// What the manifests of an Atlas store name as what a model was made from. A manifest is about a model if the model has every file that it lists; the specified key says so only if
/// it signed a claim that lists files. References to other manifests count as signed only in such a claim: anybody can change what is around it.
/// </summary>
internal sealed class AtlasAncestors
{
    private const int MostManifests = 100, MostUnread = 100;
    private const long MostOfAll = 1024L * 1024 * 1024;

    private readonly AtlasStore _store;
    private readonly AtlasKey? _key;
    private readonly AtlasDigest _hash;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly ILookup<string, Entry> _evaluations;
    private readonly List<ModelSigningException> _unread = [];

    /// <summary>Reads the manifests of a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="key">The key that signed manifests; null if none is known.</param>
    /// <param name="hash">The hash algorithm of the signatures.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">The manifests are more than are read, or more than 100 cannot be read: one of <see cref="AtlasErrors"/>.</exception>
    public AtlasAncestors(AtlasStore store, AtlasKey? key, AtlasDigest hash, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        (_store, _key, _hash) = (store, key, hash);
        long left = MostOfAll;
        foreach (string id in store.Ids)
        {
            AtlasManifest manifest;
            try
            {
                manifest = store.Find(id, cancellationToken)!;
            }
            catch (ModelSigningException refusal) when (_unread.Count < MostUnread)
            {
                _unread.Add(refusal);
                continue;
            }

            if ((left -= manifest.CompactJson.Length) < 0)
            {
                throw AtlasErrors.AtlasTooLarge.At($"The manifests beside '{store.PathOf(id)}' have more than {MostOfAll} bytes together.", store.PathOf(id));
            }

            // Neither the text nor the signed bytes are kept.
            bool isClaimSigned = key is not null && !manifest.Signature.IsEmpty && key.Verifies(manifest, hash);
            _entries[id] = new(id, manifest.Title, manifest.Kind, isClaimSigned, manifest.Ingredients, manifest.References);
        }

        _evaluations = _entries.Values.Where(entry => RelationOf(entry.Kind) == LineageRelation.Evaluation)
            .SelectMany(entry => entry.References.Select(reference => (reference.InstanceId, Entry: entry))).ToLookup(pair => pair.InstanceId, pair => pair.Entry, StringComparer.Ordinal);
    }

    /// <summary>Lists what is named.</summary>
    /// <param name="model">The files of a verified model.</param>
    /// <param name="remarks">Gets a sentence about each manifest of the model.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public IReadOnlyList<NamedAncestor> Of(VerifiedFiles model, ICollection<string> remarks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(remarks);
        List<NamedAncestor> named = [];
        if (_unread.Count > 0)
        {
            remarks.Add(Invariant($"{_unread.Count} {(_unread.Count == 1 ? "manifest" : "manifests")} of the Atlas store cannot be read, so what {(_unread.Count == 1 ? "it names" : "they name")} is not known. {_unread[0].Message}"));
        }

        foreach (Entry entry in _entries.Values.Where(entry => IsAbout(entry, model)).Take(MostManifests))
        {
            try
            {
                _store.RequireNoCycle(_store.Find(entry.Id, cancellationToken)!, cancellationToken);
                remarks.Add(entry.IsSigned ? $"The Atlas manifest '{entry.Id}' of these files is signed by the specified key."
                    : entry.IsClaimSigned ? $"The claim of the Atlas manifest '{entry.Id}' is signed by the specified key and does not list any files: nobody signed that it is about these."
                    : $"The Atlas manifest '{entry.Id}' of these files {(_key is null ? "was not verified, because no key was specified" : $"is not signed by the specified key with {_hash.Identifier}")}.");
                named.AddRange(entry.References.Select(reference => Named(entry, reference, cancellationToken)));
                named.AddRange(_evaluations[entry.Id].Distinct().Select(evaluation => Evaluation(evaluation, entry.Id, cancellationToken)));
            }
            catch (ModelSigningException refusal)
            {
                remarks.Add($"The Atlas manifest '{entry.Id}' of these files is not followed. {refusal.Message}");
            }
        }

        return named;
    }

    private static bool IsAbout(Entry entry, VerifiedFiles model) => RelationOf(entry.Kind) != LineageRelation.Evaluation && entry.Ingredients.Count > 0
        && model.HasNames(entry.Ingredients) && entry.Ingredients.All(file => model.Compare(file) == AtlasFileStatus.Matches);

    private static LineageRelation RelationOf(string? kind) => kind switch
    {
        "Model" => LineageRelation.BaseModel,
        "Dataset" => LineageRelation.Dataset,
        "Software" => LineageRelation.Software,
        "EvaluationResult" => LineageRelation.Evaluation,
        _ => LineageRelation.Material,
    };

    private static string Source(Entry entry) => $"Atlas manifest '{entry.Id}'";

    // The root digest that a signature of exactly these files has, to look for them; what is found is compared file by file.
    private static string? LikelyRootDigest(IReadOnlyList<AtlasIngredient> files) => files.Count > 0 && files.All(file => file.Algorithm.Name == HashAlgorithmName.SHA256)
        ? Hexadecimal.Write(RootDigest.Compute(files.Select(file => new Resource(file.Path, file.Digest)).OrderBy(resource => resource.Name, ResourceNameComparer.Instance)))
        : null;

    private NamedAncestor Named(Entry entry, AtlasReference reference, CancellationToken cancellationToken)
    {
        bool isSigned = entry.IsSigned && reference.IsInClaim;
        if (!_entries.TryGetValue(reference.InstanceId, out Entry? other))
        {
            return new(LineageRelation.Material, reference.InstanceId, Source(entry)) { IsSigned = isSigned, Fault = $"The store has no Atlas manifest '{reference.InstanceId}'." };
        }

        (string name, string? revision, _) = AncestorName.Read(other.Title.Length > 0 ? other.Title : other.Id);
        return new(RelationOf(other.Kind), name, Source(entry))
        {
            Revision = revision,
            IsSigned = isSigned,
            Files = other.Ingredients,
            LikelyRootDigest = LikelyRootDigest(other.Ingredients),
            Fault = _store.Check(reference, cancellationToken) == AtlasReferenceStatus.Matches ? null
                : Invariant($"The Atlas manifest '{other.Id}' in the store is not the one that '{entry.Id}' refers to: its {reference.Algorithm.Identifier} is different."),
        };
    }

    private NamedAncestor Evaluation(Entry evaluation, string about, CancellationToken cancellationToken)
    {
        AtlasReference[] references = [.. evaluation.References.Where(reference => reference.InstanceId == about)];
        AtlasReference? matching = references.FirstOrDefault(reference => _store.Check(reference, cancellationToken) == AtlasReferenceStatus.Matches);
        return new(LineageRelation.Evaluation, AncestorName.Read(evaluation.Title.Length > 0 ? evaluation.Title : evaluation.Id).Name, Source(evaluation))
        {
            IsSigned = evaluation.IsSigned && matching is { IsInClaim: true },
            Files = evaluation.Ingredients,
            LikelyRootDigest = LikelyRootDigest(evaluation.Ingredients),
            Fault = matching is null ? $"The Atlas manifest '{evaluation.Id}' is about another version of '{about}'." : null,
        };
    }

    private sealed record Entry(string Id, string Title, string? Kind, bool IsClaimSigned, IReadOnlyList<AtlasIngredient> Ingredients, IReadOnlyList<AtlasReference> References)
    {
        public bool IsSigned => IsClaimSigned && Ingredients.Any(file => file.IsInClaim);
    }
}
