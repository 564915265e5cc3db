using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(ModelSigning.Host.Tests.LongestFirst))]

namespace ModelSigning.Host.Tests;

/// <summary>Starts the classes that take longest first. In the usual order, which is random, one of them may start last and run alone for minutes.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest = [nameof(PesterTests), nameof(HowToPageTests), nameof(EvidencePageTests), nameof(HubPageTests), nameof(SigstoreTrustTests), nameof(ClusterPageTests)];

    /// <inheritdoc/>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection
    {
        ArgumentNullException.ThrowIfNull(testCollections);
        return [.. testCollections.OrderBy(collection => Array.FindIndex(Longest, name => collection.TestCollectionDisplayName.Contains($".{name} ", StringComparison.Ordinal)) is >= 0 and var place
            ? place : Longest.Length)];
    }
}
