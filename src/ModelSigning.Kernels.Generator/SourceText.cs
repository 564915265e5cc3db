using System.Text;

namespace ModelSigning.Kernels.Generator;

/// <summary>C# source that is being written: lines, indented by the braces around them.</summary>
internal sealed class SourceText
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Writes one line or several.</summary>
    public void Line(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            _text.Append(' ', line.Length == 0 ? 0 : 4 * _depth).Append(line).Append('\n');
        }
    }

    /// <summary>Writes a block: a head, and what stands between its braces.</summary>
    public void Block(string head, Action body)
    {
        Line(head);
        Line("{");
        _depth++;
        body();
        _depth--;
        Line("}");
    }

    public override string ToString() => _text.ToString();
}
