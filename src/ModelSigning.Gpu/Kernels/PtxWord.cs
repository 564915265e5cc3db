using System.Globalization;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Values;

namespace ModelSigning.Gpu.Kernels;

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
            : string.Create(CultureInfo.InvariantCulture,
                $" .reg .b32 %c, %d; shf.r.wrap.b32 %c, {low}, {high}, {count % 32}; shf.r.wrap.b32 %d, {high}, {low}, {count % 32};");
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
