using ModelSigning.Core.Cards;
using ModelSigning.Core.Content;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Hashing.Work;
using ModelSigning.Core.Lineage;
using ModelSigning.Core.Models;
using ModelSigning.Core.Verifying;

namespace ModelSigning.Core.Policy;

/// <summary>Refuses a model whose base models do not verify by the policy, where its rule requires that. Base models are those that the model's own signed files name.</summary>
internal sealed class RuleLineage(TrustPolicy policy, TrustRule rule, LineageTrail trail)
{
    // How a note on a base model begins. Those of its own base models are passed on as they are, each once and not without end: a model can be reached on very many ways.
    private const string NoteStart = "Base model '";
    private const int MostNotes = 64;

    /// <summary>Verifies the base models, and theirs where their rules require it.</summary>
    /// <param name="model">The model: valid.</param>
    /// <param name="content">What is in it.</param>
    /// <param name="request">How the model was verified; its ancestors are hashed likewise.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>What a person should know of the base models, such as what their signatures leave out.</returns>
    /// <exception cref="ModelSigningException">
    /// <see cref="PolicyErrors.LineageUnreadable"/>, <see cref="PolicyErrors.LineageMissing"/>, <see cref="PolicyErrors.LineageLoop"/>, <see cref="PolicyErrors.LineageUnsigned"/>.
    /// </exception>
    public IReadOnlyList<string> Require(VerificationResult model, ModelInspection? content, VerificationRequest request, CancellationToken cancellationToken)
    {
        List<string> warnings = [];
        if (rule.LineageStores.Count == 0)
        {
            return warnings;
        }

        if (content is not { MissesNothing: true } || model.Scope != VerificationScope.Whole)
        {
            throw PolicyErrors.LineageUnreadable.At($"The rule '{rule.Name}' requires signed base models, but '{model.ModelPath}' was not verified as a whole, so its base models are not known.", model.ModelPath);
        }

        Card card = CardReader.Read(content.Files, cancellationToken);
        if (card.Refusals is [var unread, ..])
        {
            throw PolicyErrors.LineageUnreadable.At($"The rule '{rule.Name}' requires signed base models, but those of '{model.ModelPath}' cannot be read. {unread.Message}", model.ModelPath, unread);
        }

        if (UnreadBases.Find(model, content, cancellationToken) is { } unknown)
        {
            throw PolicyErrors.LineageUnreadable.At($"The rule '{rule.Name}' requires signed base models, but those of '{model.ModelPath}' are not all known: {unknown}.", model.ModelPath);
        }

        StoreSearch search = new(rule.LineageStores, request.Rules);
        string own = Key(model.ModelPath);
        trail.Open(own, request.Hashing.Throttle, cancellationToken);
        try
        {
            // Each revision that is named. A text that tells of a name alone adds nothing to a revision of it; what a program loads by the name alone is another one.
            NamedAncestor[] bases = [.. CardAncestors.Of(card, content.References).Where(one => one.Relation == LineageRelation.BaseModel)];
            HashSet<string> revised = [.. bases.Where(one => one.Revision is not null).Select(one => one.Name)];
            foreach (NamedAncestor named in bases.Where(one => one.IsLoaded || one.Revision is not null || !revised.Contains(one.Name)).DistinctBy(one => (one.Name, one.Revision)))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Require(model.ModelPath, named, search, request, warnings, cancellationToken);
            }
        }
        finally
        {
            trail.Close(own);
        }

        string[] notes = [.. warnings.Distinct(StringComparer.Ordinal)];
        return notes.Length <= MostNotes ? notes : [.. notes.Take(MostNotes - 1), $"{NoteStart}…': {notes.Length - MostNotes + 1} more warnings are not shown. Verify the base models by themselves to see them."];
    }

    private static string Key(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private void Require(string model, NamedAncestor named, StoreSearch search, VerificationRequest request, List<string> warnings, CancellationToken cancellationToken)
    {
        string what = $"'{named.Source}' of '{model}' names the base model '{named.Name}'";
        IReadOnlyList<string> places;
        try
        {
            places = search.FindOwned(named.Name, named.Revision);
        }
        catch (ModelSigningException refusal)
        {
            throw PolicyErrors.LineageUnsigned.At($"{what}, and the cache of the hub that has it cannot be read. {refusal.Message}", model, refusal);
        }

        if (places.Count == 0)
        {
            throw PolicyErrors.LineageMissing.At($"{what}, and no store of the rule '{rule.Name}' has it.", model);
        }

        string? first = null;
        foreach (string place in places)
        {
            string key = Key(place);
            if (trail.IsOpen(key))
            {
                throw PolicyErrors.LineageLoop.At($"{what}, which is made from it in turn.", model);
            }

            (ModelSigningException? refusal, string? pin, IReadOnlyList<string> notes) = trail.Verify(key, () => Verify(place, place, search, request, cancellationToken));
            if (refusal is not null)
            {
                throw refusal.Definition == PolicyErrors.LineageLoop ? refusal
                    : PolicyErrors.LineageUnsigned.At($"{what}, and '{place}' does not verify. {refusal.Message}", model, refusal);
            }

            warnings.AddRange(notes);
            foreach (string other in search.Before(named.Name, place))
            {
                RequireRuleOf(other, place, what, model, search, request, cancellationToken);
            }

            // Copies in several stores or layouts are one model, if each of them verifies and they have the same pin: a root digest covers no names.
            if (places.Count > 1 && (pin is null || pin != (first ??= pin)))
            {
                throw PolicyErrors.LineageMissing.At($"{what}, and the stores of the rule '{rule.Name}' have models of this name that differ: {string.Join(", ", places.Select(one => $"'{one}'"))}.", model);
            }
        }
    }

    // Whoever may sign for the path of one layout alone must not replace what lies, or lay, in a layout that comes before.
    private void RequireRuleOf(string before, string place, string what, string model, StoreSearch search, VerificationRequest request, CancellationToken cancellationToken)
    {
        if (policy.RuleFor(before) is not { } other || other == policy.RuleFor(place))
        {
            return;
        }

        (ModelSigningException? refusal, _, _) = trail.Verify($"{Key(place)}\0{other.Name}", () => Verify(place, before, search, request, cancellationToken));
        if (refusal is not null)
        {
            throw refusal.Definition == PolicyErrors.LineageLoop ? refusal : PolicyErrors.LineageUnsigned.At(
                $"{what}, and '{place}' does not verify by the rule '{other.Name}', which decides for this base model at '{before}'. {refusal.Message}", model, refusal);
        }
    }

    private AncestorVerdict Verify(string place, string ruledAs, StoreSearch search, VerificationRequest request, CancellationToken cancellationToken)
    {
        try
        {
            VerificationResult result = ModelVerifier.Verify(new()
            {
                ModelPath = place,
                Source = search.SourceOf(place, request.CurrentDirectory),
                CurrentDirectory = request.CurrentDirectory,
                Verifier = policy.VerifierFor(ruledAs, trail),
                ForbidSymlinks = request.ForbidSymlinks,
                IgnoreGitPaths = request.IgnoreGitPaths,
                Hashing = request.Hashing with { Observer = null },
            }, cancellationToken);
            return new(
                result.IsValid ? null : PolicyErrors.LineageUnsigned.At($"'{place}' is not what was signed.", place),
                result.Statement.Pin,
                [.. Notes(place, result)]);
        }
        catch (ModelSigningException refusal)
        {
            return new(refusal, null, []);
        }
    }

    private static IEnumerable<string> Notes(string place, VerificationResult result)
    {
        // The warnings name what the signer left out but for git's paths.
        HashSet<string> named = [.. result.Statement.Serialization.IgnorePaths.Except(IgnoreList.GitPaths)];
        string[] paths = [.. result.UncheckedPaths.Where(path => !named.Contains(path))];
        if (paths is [var first, ..])
        {
            yield return $"{NoteStart}{place}': '{first}'{(paths.Length > 1 ? Invariant($" and {paths.Length - 1} more were") : " was")} not checked. Verify it by itself to see all.";
        }

        foreach (string warning in result.Warnings)
        {
            yield return warning.StartsWith(NoteStart, StringComparison.Ordinal) ? warning : $"{NoteStart}{place}': {warning}";
        }
    }
}

/// <summary>What became of a model that another one was made from.</summary>
/// <param name="Refusal">Why it does not verify; null where it does.</param>
/// <param name="Pin">The name of exactly its content (<see cref="Bundles.ModelPin"/>); null where it does not verify.</param>
/// <param name="Warnings">What a person should know of it although it verifies.</param>
internal readonly record struct AncestorVerdict(ModelSigningException? Refusal, string? Pin, IReadOnlyList<string> Warnings);

/// <summary>
/// The models whose ancestors are being verified, and the ancestors that were: each is verified once in a call, and none inside itself. Of models that are verified side by side, one
/// at a time follows its ancestors here: two that waited for each other's would never end, and a base model that they have in common is hashed once.
/// </summary>
internal sealed class LineageTrail
{
    private const int MostModels = 10_000, MostDepth = 64;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    private readonly Lock _turn = new();
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AncestorVerdict> _verified = new(StringComparer.Ordinal);
    private int _before;
    private bool _isCut;

    public bool IsOpen(string path) => _open.Contains(path);

    /// <summary>Begins with the ancestors of a model. An ancestor's own are followed by the same thread, which also closes it.</summary>
    /// <param name="path">The model.</param>
    /// <param name="throttle">Where the thread has a seat, which it leaves while it waits; null for nowhere.</param>
    /// <param name="cancellationToken">Ends the waiting; nothing is to be closed then.</param>
    public void Open(string path, Throttle? throttle, CancellationToken cancellationToken)
    {
        if (!_turn.TryEnter())
        {
            Wait(throttle, cancellationToken);
        }

        if (_open.Count == 0)
        {
            // What a model is refused for because of its distance from another one is not true of it alone.
            if (_isCut)
            {
                _verified.Clear();
            }

            (_before, _isCut) = (_verified.Count, false);
        }

        _open.Add(path);
    }

    public void Close(string path)
    {
        _open.Remove(path);
        _turn.Exit();
    }

    /// <summary>The verdict on a model, which is verified unless it was before.</summary>
    public AncestorVerdict Verify(string path, Func<AncestorVerdict> verify)
    {
        if (_verified.TryGetValue(path, out AncestorVerdict known))
        {
            return known;
        }

        if (_open.Count >= MostDepth || _verified.Count - _before >= MostModels)
        {
            _isCut = true;
            return new(PolicyErrors.LineageUnreadable.At($"'{path}' was not verified: at most {MostModels} models and {MostDepth} levels of ancestors are followed.", path), null, []);
        }

        return _verified[path] = verify();
    }

    private void Wait(Throttle? throttle, CancellationToken cancellationToken)
    {
        if (throttle is null)
        {
            WaitForTurn();
        }
        else
        {
            throttle.Step(WaitForTurn);
        }

        void WaitForTurn()
        {
            while (!_turn.TryEnter(Poll))
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }
}
