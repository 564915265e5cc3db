using System.Collections.Immutable;

namespace ModelSigning.Testing.SigstoreInstance;

/// <summary>What the instance can be told to do wrong.</summary>
public enum Fault
{
    // The identity provider.
    TokenOtherAudience,
    TokenExpired,
    TokenMalformed,
    TokenEmailNotVerified,
    TokenOtherNonce,
    OidcOtherIssuer,
    OidcOtherState,
    OidcRefuses,
    OidcNoToken,
    OidcFails,
    DeviceExpires,
    DeviceRefuses,
    DeviceSlowDown,
    AmbientRefuses,
    AmbientMalformed,

    // Fulcio.
    FulcioRefuses,
    FulcioFails,
    FulcioFailsOnce,
    FulcioDrops,
    FulcioMalformed,
    FulcioTooLarge,
    FulcioRedirects,
    CertificateOtherKey,
    CertificateOtherIdentity,
    CertificateOtherIssuer,
    CertificateUnknownAuthority,
    CertificateExpired,
    CertificateNotForCodeSigning,
    SctMissing,
    SctInvalid,
    SctUnknownLog,
    SctDetached,

    // Rekor.
    RekorRefuses,
    RekorFails,
    RekorFailsOnce,
    RekorBusyOnce,
    RekorDrops,

    /// <summary>The entry is added and the answer never arrives, once.</summary>
    RekorDropsAnswerOnce,
    RekorMalformed,
    RekorConflict,
    RekorConflictOtherEntry,
    RekorConflictWithoutEntry,
    RekorOtherEntry,
    RekorOtherLog,
    SetInvalid,
    SetMissing,
    EntryTimeLate,
    CheckpointInvalid,
    CheckpointMissing,
    CheckpointOtherRoot,
    ProofInvalid,
    ProofMissing,

    // The timestamp authority.
    TimestampRejected,
    TimestampFails,
    TimestampDrops,
    TimestampMalformed,
    TimestampOtherImprint,
    TimestampOtherNonce,
    TimestampNoNonce,
    TimestampUnknownAuthority,
    TimestampInvalid,
    TimestampLate,
}

/// <summary>The faults that are switched on; safe to switch while requests are served.</summary>
public sealed class Faults
{
    private ImmutableHashSet<Fault> _faults = [];

    /// <summary>Whether a fault is on.</summary>
    public bool Has(Fault fault) => Volatile.Read(ref _faults).Contains(fault);

    /// <summary>Switches exactly these on.</summary>
    public void Set(params Fault[] faults) => Volatile.Write(ref _faults, [.. faults]);

    /// <summary>Whether a fault is on; switches it off.</summary>
    public bool Take(Fault fault) => ImmutableInterlocked.Update(ref _faults, set => set.Remove(fault));
}
