using System.Text.Json;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Input;

namespace ModelSigning.Core.Attestations;

/// <summary>
/// An in-toto statement (in-toto Attestation Framework, statement.md): what a predicate says about some subjects. Every statement is read here, whatever its
/// predicate, which its own reader takes from <see cref="Predicate"/>. What <see cref="Read"/> returns is a claim; a signature tells whose.
/// </summary>
public sealed class InTotoStatement
{
    /// <summary>The media type of a statement (in-toto Attestation Framework, envelope.md): the payload type of every envelope that is read or written here.</summary>
    public const string MediaType = "application/vnd.in-toto+json";

    /// <summary>The type of a statement of version 1, the only one that is written.</summary>
    public const string TypeV1 = "https://in-toto.io/Statement/v1";

    /// <summary>The type of older statements, which attestations of files still have.</summary>
    public const string TypeV01 = "https://in-toto.io/Statement/v0.1";

    private readonly JsonSlice _subjects;

    private InTotoStatement(string type, string predicateType, JsonSlice subjects, int subjectCount, JsonSlice predicate)
    {
        Type = type;
        PredicateType = predicateType;
        _subjects = subjects;
        SubjectCount = subjectCount;
        Predicate = predicate;
    }

    /// <summary>The statement's type; the reader lets any through.</summary>
    public string Type { get; }

    /// <summary>Whether the type is one of the two that are known.</summary>
    public bool IsOfKnownType => Type is TypeV1 or TypeV01;

    /// <summary>What the predicate is: a URI, not empty.</summary>
    public string PredicateType { get; }

    /// <summary>How many subjects there are; at least one.</summary>
    public int SubjectCount { get; }

    /// <summary>What the statement is about; each has at least one digest.</summary>
    public SubjectEnumerator Subjects => new(_subjects);

    /// <summary>What is said about the subjects; undefined where the statement has no predicate.</summary>
    public JsonSlice Predicate { get; }

    /// <summary>Reads a statement; members that are not known are passed over.</summary>
    /// <param name="payload">The statement's bytes: UTF-8 JSON. The result reads from them.</param>
    /// <param name="source">Where they come from, for the errors.</param>
    /// <param name="rules">The bounds and the errors.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="ModelSigningException">The payload breaks the format; the definition is the one of <paramref name="rules"/>.</exception>
    internal static InTotoStatement Read(ReadOnlyMemory<byte> payload, string source, InputRules rules, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(rules);
        JsonSlice root = StrictJson.Read(payload, source, rules, cancellationToken);
        JsonSlice type = default, predicateType = default, subjects = default, predicate = default;
        foreach (JsonSliceMember member in root.Members)
        {
            if (member.NameEquals("_type"))
            {
                type = member.Value;
            }
            else if (member.NameEquals("predicateType"))
            {
                predicateType = member.Value;
            }
            else if (member.NameEquals("subject"))
            {
                subjects = member.Value;
            }
            else if (member.NameEquals("predicate"))
            {
                predicate = member.Value;
            }
        }

        Require(type.Kind == JsonValueKind.String, "needs a member '_type' of the type string");
        Require(predicateType.Kind == JsonValueKind.String && !predicateType.TextEquals(""), "needs a member 'predicateType' of the type string");
        Require(subjects.Kind == JsonValueKind.Array, "needs a member 'subject' of the type array");
        int count = 0;
        foreach (JsonSlice subject in subjects.Elements)
        {
            if (++count % 1024 == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            Require(HasDigests(subject), "has a subject without a digest, or with one that is not a string");
        }

        Require(count > 0, "has no subject");
        return new(type.Text(), predicateType.Text(), subjects, count, predicate);

        void Require(bool fulfilled, string fault)
        {
            if (!fulfilled)
            {
                throw rules.Malformed.At($"The {rules.What} '{source}' is refused: it {fault}.", source);
            }
        }
    }

    private static bool HasDigests(JsonSlice subject)
    {
        bool any = false;
        if (subject.TryGet("digest", out JsonSlice digests))
        {
            foreach (JsonSliceMember digest in digests.Members)
            {
                if (digest.Value.Kind != JsonValueKind.String)
                {
                    return false;
                }

                any = true;
            }
        }

        return any;
    }

    /// <summary>Goes through the subjects of a statement.</summary>
    public ref struct SubjectEnumerator
    {
        private JsonSlice.ElementEnumerator _elements;

        internal SubjectEnumerator(JsonSlice subjects) => _elements = subjects.Elements;

        /// <summary>The current subject.</summary>
        public readonly StatementSubject Current => new(_elements.Current);

        /// <summary>This enumerator, for <c>foreach</c>.</summary>
        public readonly SubjectEnumerator GetEnumerator() => this;

        /// <summary>Goes to the next subject.</summary>
        public bool MoveNext() => _elements.MoveNext();
    }
}

/// <summary>Something that a statement is about.</summary>
public readonly struct StatementSubject
{
    private readonly JsonSlice _subject;

    internal StatementSubject(JsonSlice subject) => _subject = subject;

    /// <summary>The subject's name; empty where it has none.</summary>
    public string Name => _subject.TryGet("name", out JsonSlice name) && name.Kind == JsonValueKind.String ? name.Text() : "";

    /// <summary>The subject's digests: members with the algorithm's name, each a string. At least one.</summary>
    public JsonSlice Digests => _subject.TryGet("digest", out JsonSlice digests) ? digests : default;

    /// <summary>What else is noted about the subject; undefined where nothing is.</summary>
    public JsonSlice Annotations => _subject.TryGet("annotations", out JsonSlice annotations) ? annotations : default;
}
