using System.Globalization;
using System.Management.Automation;

namespace ModelSigning.Host;

/// <summary>Shows the newest progress record in one line at the bottom of a terminal; shows nothing when the standard error is none.</summary>
internal sealed class ProgressLine
{
    private readonly bool _shown = VirtualTerminal.IsAt(VirtualTerminal.StandardError);
    private string _text = "";

    /// <summary>Draws a record over the last one, or removes the line when the record says that the work is done.</summary>
    public void Show(ProgressRecord record)
    {
        if (!_shown)
        {
            return;
        }

        string text = record.RecordType == ProgressRecordType.Completed ? "" : Describe(record);
        text = text.Length < RawConsole.Width ? text : text[..(RawConsole.Width - 1)];
        if (text != _text)
        {
            _text = text;
            Console.Error.Write("\r\u001b[K" + text);
        }
    }

    /// <summary>Removes the line, because something else is about to be written.</summary>
    public void Clear()
    {
        if (_text.Length > 0)
        {
            _text = "";
            Console.Error.Write("\r\u001b[K");
        }
    }

    private static string Describe(ProgressRecord record)
    {
        string percent = record.PercentComplete < 0 ? "" : string.Create(CultureInfo.CurrentCulture, $" {record.PercentComplete} %");
        string remaining = record.SecondsRemaining < 0 ? ""
            : string.Create(CultureInfo.CurrentCulture, $" {TimeSpan.FromSeconds(record.SecondsRemaining):g} left");
        return $"{record.Activity}: {record.StatusDescription}{percent}{remaining}";
    }
}
