using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelSigning.Gpu.Devices;

/// <summary>
/// The few functions of the CUDA driver that ILGPU does not offer (CUDA driver API: initialization, version, device, unified addressing,
/// memory). Each returns the driver's error number, 0 for success.
/// </summary>
internal sealed unsafe class CudaDriver
{
    // CUpointer_attribute of cuda.h.
    private const int PointerAttributeMemoryType = 2;
    private const int PointerAttributeRangeStart = 11;
    private const int PointerAttributeRangeSize = 12;

    /// <summary>The length of a UUID in bytes.</summary>
    public const int UuidLength = 16;

    // CUipcMem_flags of cuda.h (LAZY_ENABLE_PEER_ACCESS), the only flag there is.
    private const uint OpenLazily = 1;

    // CUresult of cuda.h.
    private const int NotSupported = 801;

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
    private readonly delegate* unmanaged<byte*, int, int> _uuid;
    private readonly delegate* unmanaged<nint, int> _destroyContext;
    private readonly delegate* unmanaged<void*, int, nint, int> _pointerAttribute;
    private readonly delegate* unmanaged<nint*, SharedHandle, uint, int> _openShared;
    private readonly delegate* unmanaged<nint, int> _closeShared;

    private readonly delegate* unmanaged<nint*, uint, int> _createEvent;
    private readonly delegate* unmanaged<nint, nint, int> _recordEvent;
    private readonly delegate* unmanaged<nint, nint, uint, int> _waitForEvent;
    private readonly delegate* unmanaged<nint, int> _destroyEvent;

    private CudaDriver(nint library)
    {
        _init = (delegate* unmanaged<uint, int>)NativeLibrary.GetExport(library, "cuInit");
        _version = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "cuDriverGetVersion");
        _count = (delegate* unmanaged<int*, int>)NativeLibrary.GetExport(library, "cuDeviceGetCount");
        _errorName = (delegate* unmanaged<int, byte**, int>)NativeLibrary.GetExport(library, "cuGetErrorName");
        _device = (delegate* unmanaged<int*, int, int>)NativeLibrary.GetExport(library, "cuDeviceGet");
        _uuid = (delegate* unmanaged<byte*, int, int>)ExportIfAny(library, "cuDeviceGetUuid_v2");
        _destroyContext = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuCtxDestroy_v2");
        _pointerAttribute = (delegate* unmanaged<void*, int, nint, int>)NativeLibrary.GetExport(library, "cuPointerGetAttribute");
        _openShared = (delegate* unmanaged<nint*, SharedHandle, uint, int>)ExportIfAny(library, "cuIpcOpenMemHandle_v2");
        _closeShared = (delegate* unmanaged<nint, int>)ExportIfAny(library, "cuIpcCloseMemHandle");
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

    /// <summary>The UUID of a device.</summary>
    /// <param name="ordinal">The device's number.</param>
    /// <param name="uuid">Where it goes: <see cref="UuidLength"/> bytes.</param>
    public int Uuid(int ordinal, Span<byte> uuid)
    {
        int device = 0;
        int error = _device(&device, ordinal);
        fixed (byte* target = uuid[..UuidLength])
        {
            return error != 0 ? error : _uuid is not null ? _uuid(target, device) : NotSupported;
        }
    }

    /// <summary>Opens memory that another process shares, in the current context.</summary>
    /// <param name="handle">The handle: 64 bytes.</param>
    /// <param name="pointer">Where the memory begins; 0 unless it was opened.</param>
    public int OpenShared(ReadOnlySpan<byte> handle, out nint pointer)
    {
        SharedHandle value = MemoryMarshal.Read<SharedHandle>(handle);
        nint opened = 0;
        int error = _openShared is not null ? _openShared(&opened, value, OpenLazily) : NotSupported;
        pointer = error == 0 ? opened : 0;
        return error;
    }

    /// <summary>Closes it.</summary>
    public int CloseShared(nint pointer) => _closeShared is not null ? _closeShared(pointer) : NotSupported;

    // What only drivers since CUDA 11.4 have, and only loaded weights need.
    private static nint ExportIfAny(nint library, string name) => NativeLibrary.TryGetExport(library, name, out nint address) ? address : 0;

    // CUipcMemHandle of cuda.h, which is handed over by value.
    [InlineArray(64)]
    private struct SharedHandle
    {
        private byte _first;
    }
}
