using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.IR.Values;

namespace ModelSigning.Gpu.Kernels;

/// <summary>
/// The operations on words for which ILGPU has no instruction of its own: it makes a rotation two shifts and an OR. On CUDA
/// <see cref="PtxWord"/> puts the device's instruction in their place, elsewhere <see cref="PortableWord"/> is what runs.
/// </summary>
internal static class Word
{
    /// <summary>Rotates by a constant from 1 to 31.</summary>
    [IntrinsicImplementation]
    public static uint RotateRight(uint value, int count) => PortableWord.RotateRight(value, count);

    /// <summary>Rotates by a constant from 1 to 63.</summary>
    [IntrinsicImplementation]
    public static ulong RotateRight(ulong value, int count) => PortableWord.RotateRight(value, count);

    /// <summary>Exchanges big-endian and little-endian.</summary>
    [IntrinsicImplementation]
    public static uint ReverseBytes(uint value) => PortableWord.ReverseBytes(value);

    /// <summary>Two words as one of 64 bits; the first is the low one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Join(uint low, uint high) => low | ((ulong)high << 32);
}

/// <summary>The operations of <see cref="Word"/> in shifts, which OpenCL compilers turn into rotations.</summary>
internal static class PortableWord
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint RotateRight(uint value, int count) => (value >> count) | (value << (32 - count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong RotateRight(ulong value, int count) => (value >> count) | (value << (64 - count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ReverseBytes(uint value) =>
        (RotateRight(value, 8) & 0xff00ff00) | (RotateRight(value, 24) & 0x00ff00ff);
}

/// <summary>
/// The PTX that stands for each method of <see cref="Word"/> (PTX ISA, "shf" and "prmt"; sm_32 and later). A 64-bit rotation is a funnel
/// shift for each half, and by 32 a matter of naming the halves.
/// </summary>
internal static class PtxWord
{
    public static void RotateRight(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        (string target, string source, MethodCall call) = Registers(generator, value);
        generator.Builder.AppendLine(CultureInfo.InvariantCulture, $"\tshf.r.wrap.b32\t{target}, {source}, {source}, {Constant(call[1])};");
    }

    public static void RotateRightLong(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        (string target, string source, MethodCall call) = Registers(generator, value);
        int count = Constant(call[1]);
        (string low, string high) = count < 32 ? ("%a", "%b") : ("%b", "%a");
        string shifts = count % 32 == 0
            ? ""
            : Invariant($" .reg .b32 %c, %d; shf.r.wrap.b32 %c, {low}, {high}, {count % 32}; shf.r.wrap.b32 %d, {high}, {low}, {count % 32};");
        string result = count % 32 == 0 ? $"{low}, {high}" : "%c, %d";
        generator.Builder.AppendLine(CultureInfo.InvariantCulture,
            $"\t{{ .reg .b32 %a, %b; mov.b64 {{%a, %b}}, {source};{shifts} mov.b64 {target}, {{{result}}}; }}");
    }

    public static void ReverseBytes(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        (string target, string source, _) = Registers(generator, value);
        generator.Builder.AppendLine(CultureInfo.InvariantCulture, $"\tprmt.b32\t{target}, {source}, 0, 0x0123;");
    }

    private static (string Target, string Source, MethodCall Call) Registers(PTXCodeGenerator generator, Value value)
    {
        MethodCall call = (MethodCall)value;
        var source = generator.LoadHardware(call[0]);
        var target = generator.AllocateHardware(value);
        return ("%" + PTXRegisterAllocator.GetStringRepresentation(target), "%" + PTXRegisterAllocator.GetStringRepresentation(source), call);
    }

    // The counts are constants in every call of the generated kernels.
    private static int Constant(Value value) => ((PrimitiveValue)value.Resolve()).Int32Value;
}

/// <summary>Tells ILGPU which code stands for each method of <see cref="Word"/> on each kind of device.</summary>
internal static class WordIntrinsics
{
    public static Context.Builder EnableWords(this Context.Builder builder)
    {
        IntrinsicImplementationManager manager = builder.GetIntrinsicManager();
        Register(manager, nameof(Word.RotateRight), nameof(PtxWord.RotateRight), typeof(uint), typeof(int));
        Register(manager, nameof(Word.RotateRight), nameof(PtxWord.RotateRightLong), typeof(ulong), typeof(int));
        Register(manager, nameof(Word.ReverseBytes), nameof(PtxWord.ReverseBytes), typeof(uint));
        return builder;
    }

    private static void Register(IntrinsicImplementationManager manager, string name, string ptxName, params Type[] parameters)
    {
        MethodInfo method = typeof(Word).GetMethod(name, parameters)!;
        manager.RegisterMethod(method, new PTXIntrinsic(typeof(PtxWord).GetMethod(ptxName)!, IntrinsicImplementationMode.GenerateCode));
        manager.RegisterMethod(method, new CLIntrinsic(typeof(PortableWord).GetMethod(name, parameters)!, IntrinsicImplementationMode.Redirect));
    }
}
