using System.Collections;

namespace ModelSigning.Core.Models;

/// <summary>A list whose elements are made from those of another list whenever they are asked for, so that a million of them have no memory of their own.</summary>
/// <param name="source">The other list.</param>
/// <param name="start">The place in it of the first element.</param>
/// <param name="count">How many elements there are.</param>
/// <param name="make">Makes an element; cheap, and always the same of the same.</param>
internal sealed class DerivedList<TSource, T>(IReadOnlyList<TSource> source, int start, int count, Func<TSource, T> make) : IReadOnlyList<T>
{
    /// <summary>Derives a whole list.</summary>
    public DerivedList(IReadOnlyList<TSource> source, Func<TSource, T> make)
        : this(source, 0, source.Count, make)
    {
    }

    /// <inheritdoc/>
    public int Count => count;

    /// <inheritdoc/>
    public T this[int index] => (uint)index < (uint)count ? make(source[start + index]) : throw new ArgumentOutOfRangeException(nameof(index));

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator()
    {
        for (int index = 0; index < count; index++)
        {
            yield return make(source[start + index]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
