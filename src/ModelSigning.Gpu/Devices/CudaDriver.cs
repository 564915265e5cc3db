using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace ModelSigning.Gpu.Devices;

/// <summary>
/// The few functions of the CUDA driver that ILGPU does not offer (CUDA driver API: initialization, version, device, unified addressing,
/// memory). Each returns the driver's error number, 0 for success.
/// </summary>
internal sealed unsafe class CudaDriver
{
    // CUpointer_attribute of cuda.h.
    private const int PointerAttributeContext = 1;
    private const int PointerAttributeMemoryType = 2;
    private const int PointerAttributeDeviceOrdinal = 9;
    private const int PointerAttributeRangeStart = 11;
    private const int PointerAttributeRangeSize = 12;

    // CUevent_flags of cuda.h: nothing is timed.
    private const uint EventDisableTiming = 2;

    // CUmemorytype of cuda.h.
    private const int MemoryTypeDevice = 2;

    private static readonly Lazy<CudaDriver?> Loaded = new(() => NativeLibraries.TryLoad("cuda", out nint library) ? new CudaDriver(library) : null);

    private readonly delegate* unmanaged<uint, int> _init;
    private readonly delegate* unmanaged<int*, int> _version;
    private readonly delegate* unmanaged<int*, int> _count;
    private readonly delegate* unmanaged<int, byte**, int> _errorName;
    private readonly delegate* unmanaged<int*, int, int> _device;
    private readonly delegate* unmanaged<nint*, int, int> _retainPrimaryContext;
    private readonly delegate* unmanaged<nint, int> _destroyContext;
    private readonly delegate* unmanaged<void*, int, nint, int> _pointerAttribute;
    private readonly delegate* unmanaged<nint, nint, nint, nint, nuint, nint, int> _copyPeer;

    private readonly delegate* unmanaged<nint*, uint, int> _createEvent;
    private readonly delegate* unmanaged<nint, nint, int> _recordEvent;
    private readonly delegate* unmanaged<nint, nint, uint, int> _waitForEvent;
    private readonly delegate* unmanaged<nint, int> _destroyEvent;

    private readonly ConcurrentDictionary<int, nint> _primaryContexts = new();

    private CudaDriver(nint library)
    {
        _init = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(library, "cuInit");
        _version = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "cuDriverGetVersion");
        _count = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "cuDeviceGetCount");
        _errorName = (delegate* unmanaged<int, byte**, int>)NativeLibrary.GetExport(library, "cuGetErrorName");
        _device = (delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(library, "cuDeviceGet");
        _retainPrimaryContext = (delegate* unmanaged<nint*, int, int>)NativeLibrary.GetExport(library, "cuDevicePrimaryCtxRetain");
        _destroyContext = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuCtxDestroy_v2");
        _pointerAttribute = (delegate* unmanaged<void*, int, nint, int>)NativeLibrary.GetExport(library, "cuPointerGetAttribute");
        _copyPeer = (delegate* unmanaged<nint, nint, nint, nint, nuint, nint, int>)NativeLibrary.GetExport(library, "cuMemcpyPeerAsync");
        _createEvent = (delegate* unmanaged<nint*, uint, int>)NativeLibrary.GetExport(library, "cuEventCreate");
        _recordEvent = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(library, "cuEventRecord");
        _waitForEvent = (delegate* unmanaged<nint, nint, uint, int>)NativeLibrary.GetExport(library, "cuStreamWaitEvent");
        _destroyEvent = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuEventDestroy_v2");
    }

    /// <summary>The driver, or null where there is none.</summary>
    public static CudaDriver? Load() => Loaded.Value;

    /// <summary>Starts the driver, which may be done any number of times.</summary>
    public int Initialize() => _init(0);

    /// <summary>The newest CUDA that the driver knows: 1000 times the major and 10 times the minor number, or 0.</summary>
    public int Version()
    {
        int version = 0;
        return _version(&version) == 0 ? version : 0;
    }

    /// <summary>How many devices the driver gives this process.</summary>
    public int DeviceCount()
    {
        int count = 0;
        return _count(&count) == 0 ? count : 0;
    }

    /// <summary>The name of an error number, as the driver's documentation has it.</summary>
    public string ErrorName(int error)
    {
        byte* name = null;
        return _errorName(error, &name) == 0 && name is not null ? Marshal.PtrToStringUTF8((nint)name)! : "an unknown error";
    }

    /// <summary>
    /// The allocation of device memory that a pointer lies in; null if it lies in none. Unlike <c>cuMemGetAddressRange</c>, this needs no current
    /// context.
    /// </summary>
    public (nint Start, long Size)? AllocationOf(nint pointer)
    {
        int type = 0;
        nint start = 0;
        nuint size = 0;
        return _pointerAttribute(&type, PointerAttributeMemoryType, pointer) == 0 && type == MemoryTypeDevice
            && _pointerAttribute(&start, PointerAttributeRangeStart, pointer) == 0 && _pointerAttribute(&size, PointerAttributeRangeSize, pointer) == 0
            ? (start, checked((long)size))
            : null;
    }

    /// <summary>
    /// The context that a pointer's memory was allocated in. Stream-ordered memory (<c>cudaMallocAsync</c>) belongs to no context: for that the
    /// primary one of its device, which is retained as long as the process runs. 0 if there is neither.
    /// </summary>
    public nint ContextOf(nint pointer)
    {
        nint context = 0;
        return _pointerAttribute(&context, PointerAttributeContext, pointer) == 0 && context != 0
            ? context
            : _primaryContexts.GetOrAdd(DeviceOf(pointer), PrimaryContext);
    }

    /// <summary>Destroys a context with all that was allocated in it.</summary>
    public int DestroyContext(nint context) => _destroyContext(context);

    /// <summary>Lets a stream wait for what another one has been given. The current context is theirs.</summary>
    public int Follow(nint stream, nint before)
    {
        nint signal = 0;
        int error = _createEvent(&signal, EventDisableTiming);
        if (error != 0)
        {
            return error;
        }

        error = _recordEvent(signal, before);
        error = error == 0 ? _waitForEvent(stream, signal, 0) : error;

        // The driver frees it once the stream has passed it.
        int freed = _destroyEvent(signal);
        return error == 0 ? freed : error;
    }

    private nint PrimaryContext(int ordinal)
    {
        int device = 0;
        nint context = 0;
        return _device(&device, ordinal) == 0 && _retainPrimaryContext(&context, device) == 0 ? context : 0;
    }

    /// <summary>The number of the device that a pointer's memory lies on, or -1.</summary>
    public int DeviceOf(nint pointer)
    {
        int device = -1;
        return _pointerAttribute(&device, PointerAttributeDeviceOrdinal, pointer) == 0 ? device : -1;
    }

    /// <summary>Copies from one context's memory to another's, in a stream of the current context.</summary>
    public int CopyPeer(nint target, nint targetContext, nint source, nint sourceContext, long length, nint stream) =>
        _copyPeer(target, targetContext, source, sourceContext, (nuint)length, stream);
}
