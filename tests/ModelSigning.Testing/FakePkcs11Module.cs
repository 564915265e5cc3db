using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace ModelSigning.Testing;

/// <summary>
/// A PKCS#11 module of the tests' own, compiled by gcc: it has what no software token has (an unrecognised card, calls that hang or
/// fail) and writes down what it is asked. FakePkcs11Module.c tells the rules.
/// </summary>
public sealed class FakePkcs11Module : IDisposable
{
    private static int Number;
    private readonly TemporaryFolder _folder = new();

    /// <summary>Makes a module; skips the running test where it cannot be compiled.</summary>
    /// <param name="rules">The lines of its specification.</param>
    public FakePkcs11Module(params string[] rules)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            _folder.Dispose();
            Assert.Skip("The module is written for Linux on 64 bits.");
        }

        // A name of its own: a loaded library of the same path would be taken for it.
        ModulePath = _folder[$"libfake{Interlocked.Increment(ref Number)}.so"];
        _folder.Write("spec", string.Join('\n', rules) + "\n");
        using (Stream source = Assembly.GetExecutingAssembly().GetManifestResourceStream("FakePkcs11Module.c")!)
        using (FileStream copy = File.Create(_folder["fake.c"]))
        {
            source.CopyTo(copy);
        }

        UnixEntries.MakeFifo(_folder["release"]);
        if (!Run("gcc", "-shared", "-fPIC", "-o", ModulePath, $"-DSPEC=\"{_folder["spec"]}\"", $"-DLOG=\"{_folder["log"]}\"", $"-DRELEASE=\"{_folder["release"]}\"", _folder["fake.c"]))
        {
            _folder.Dispose();
            Assert.Skip("gcc is not installed.");
        }
    }

    /// <summary>The module's file.</summary>
    public string ModulePath { get; }

    /// <summary>What the module was asked, a line for each call that changes something: <c>initialize</c>, <c>open</c>, <c>login SLOT</c>, <c>hanging</c>, …</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            using FileStream? log = File.Exists(_folder["log"]) ? new(_folder["log"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite) : null;
            return log is null ? [] : new StreamReader(log).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
    }

    /// <summary>Lets a call that hangs come back; waits until one hangs.</summary>
    public void Release()
    {
        using FileStream release = new(_folder["release"], FileMode.Open, FileAccess.Write);
        release.WriteByte(0);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments))!;
            process.WaitForExit();
            return process.ExitCode == 0 ? true : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // It is not installed.
            return false;
        }
    }
}
