using System.Reflection;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace ModelSigning.Gpu.Kernels;

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
