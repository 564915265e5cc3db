using System.Management.Automation.Host;

namespace ModelSigning.Host;

/// <summary>
/// The screen as the engine sees it: its width, which tables are fitted into, and its keys. Whatever reads or moves the screen's
/// content is for an interactive shell, which this host is not.
/// </summary>
internal sealed class RawConsole : PSHostRawUserInterface
{
    // What pwsh takes when there is no terminal to ask.
    private const int WidthWithoutTerminal = 120;
    private const int Height = 50;

    /// <summary>Columns of the terminal; 120 when the output is none.</summary>
    public static int Width => Console.IsOutputRedirected || Console.WindowWidth <= 0 ? WidthWithoutTerminal : Console.WindowWidth;

    public override ConsoleColor ForegroundColor { get; set; } = (ConsoleColor)(-1);

    public override ConsoleColor BackgroundColor { get; set; } = (ConsoleColor)(-1);

    public override Size BufferSize { get => new(Width, Height); set => throw NotAShell(); }

    public override Size WindowSize { get => new(Width, Height); set => throw NotAShell(); }

    public override Size MaxWindowSize => new(Width, Height);

    public override Size MaxPhysicalWindowSize => new(Width, Height);

    public override Coordinates CursorPosition { get; set; }

    public override Coordinates WindowPosition { get; set; }

    public override int CursorSize { get; set; } = 25;

    public override string WindowTitle { get; set; } = "";

    public override bool KeyAvailable => !Console.IsInputRedirected && Console.KeyAvailable;

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        ConsoleKeyInfo key = Console.ReadKey((options & ReadKeyOptions.NoEcho) != 0);
        return new KeyInfo((int)key.Key, key.KeyChar, 0, keyDown: true);
    }

    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
        {
            Console.ReadKey(intercept: true);
        }
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NotAShell();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw NotAShell();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw NotAShell();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw NotAShell();

    private static NotSupportedException NotAShell() => new("This host runs scripts and does not manage a screen; use pwsh for that.");
}
