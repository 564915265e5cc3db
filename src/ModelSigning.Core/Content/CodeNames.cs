namespace ModelSigning.Core.Content;

/// <summary>The ends of the names of files that run.</summary>
internal static class CodeNames
{
    /// <summary>The sort of code that a file is by its name, or by its first bytes.</summary>
    /// <param name="extension">The end of its name from the last dot, in lower case.</param>
    /// <param name="kind">What its first bytes say.</param>
    /// <returns>The sort; null where neither says that it is code, or the first bytes alone say it of a program of the machine.</returns>
    public static ExecutableKind? KindOf(string extension, FileKind kind) => extension switch
    {
        ".py" or ".pyw" or ".pyx" or ".pyi" or ".pyc" or ".pyz" => ExecutableKind.Python,
        ".sh" or ".bash" or ".zsh" or ".ksh" or ".fish" or ".bat" or ".cmd" or ".ps1" or ".psm1" or ".psd1" or ".vbs" or ".wsf" or ".js" or ".mjs" or ".cjs" or ".rb" or ".pl"
            or ".php" or ".lua" or ".jl" or ".r" or ".jar" or ".class" or ".c" or ".cc" or ".cpp" or ".cu"
            or ".cxx" or ".h" or ".hpp" or ".cuh" or ".hip" or ".ptx" or ".metal" or ".cl" or ".csh" or ".tcsh" or ".nu" or ".jse" or ".vbe" or ".wsc" or ".hta" or ".msi" or ".scr" or ".com"
            or ".reg" or ".lnk" or ".url" or ".command" or ".desktop" or ".scpt" or ".applescript" or ".ps1xml" or ".cdxml" or ".csx" or ".fsx" or ".tcl" or ".awk" or ".go" or ".rs" or ".swift" or ".groovy"
            => ExecutableKind.Script,
        ".so" or ".dll" or ".dylib" or ".exe" or ".pyd" when kind is not (FileKind.Elf or FileKind.Pe or FileKind.MachO) => ExecutableKind.SharedObject,
        ".ipynb" => ExecutableKind.Notebook,
        _ => kind switch
        {
            FileKind.Script => ExecutableKind.Script,
            FileKind.PythonBytecode => ExecutableKind.Python,
            _ => null,
        },
    };
}
