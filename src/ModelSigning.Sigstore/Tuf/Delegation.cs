using System.Security.Cryptography;
using System.Text;
using ModelSigning.Core.Input;

namespace ModelSigning.Sigstore.Tuf;

/// <summary>A role that another one delegates targets to (TUF, section 4.5): by patterns of their paths, or by the beginning of their paths' SHA-256.</summary>
internal sealed class Delegation
{
    private static readonly string[] TopLevel = ["root", "timestamp", "snapshot", "targets", "mirrors"];

    private readonly IReadOnlyList<string>? _paths;
    private readonly IReadOnlyList<string>? _prefixes;

    private Delegation(MetadataObject role, IReadOnlyDictionary<string, TufKey> keys)
    {
        Name = role.Text("name");
        if (TopLevel.Contains(Name, StringComparer.OrdinalIgnoreCase))
        {
            // Its file would take the place of the top-level role's, on some systems under any case.
            throw role.Refuse($"a delegated role is called '{Name}', which is the name of a top-level role");
        }

        Role = Role.Read(Name, role, keys);
        Terminating = role.Boolean("terminating", absent: false);
        _paths = role.OptionalTexts("paths");
        _prefixes = role.OptionalTexts("path_hash_prefixes");
        if (_paths is null == _prefixes is null)
        {
            throw role.Refuse($"the delegated role '{Name}' must have exactly one of 'paths' and 'path_hash_prefixes'");
        }
    }

    private Delegation(string name, MetadataObject succinct, IReadOnlyDictionary<string, TufKey> keys)
    {
        Name = name;
        Role = Role.Read(name, succinct, keys);
        Terminating = true;
        _paths = ["*"];
    }

    internal string Name { get; }

    internal Role Role { get; }

    /// <summary>Whether the search ends here, found or not.</summary>
    internal bool Terminating { get; }

    /// <summary>The delegations of a targets file that concern a target, in their order.</summary>
    internal static IReadOnlyList<Delegation> For(string target, MetadataObject targets)
    {
        if (targets.OptionalObject("delegations") is not { } delegations)
        {
            return [];
        }

        Dictionary<string, TufKey> keys = Role.ReadKeys(delegations.Object("keys"));
        if (delegations.OptionalObject("succinct_roles") is { } succinct)
        {
            return [new Delegation(BinOf(target, succinct), succinct, keys)];
        }

        string digest = HashOf(target);
        return [.. delegations.Objects("roles").Select(role => new Delegation(role, keys)).Where(role => role.Concerns(target, digest))];
    }

    private static string HashOf(string target) => Hexadecimal.Write(SHA256.HashData(Encoding.UTF8.GetBytes(target)));

    /// <summary>The bin among 2^bit_length that a target falls into (TAP 15).</summary>
    private static string BinOf(string target, MetadataObject succinct)
    {
        long bits = succinct.Positive("bit_length");
        if (bits > 32)
        {
            throw succinct.Refuse("'bit_length' is larger than 32");
        }

        uint number = Convert.ToUInt32(HashOf(target)[..8], 16) >> (32 - (int)bits);
        int digits = (int)((bits + 3) / 4);
        return $"{succinct.Text("name_prefix")}-{number.ToString($"x{digits}", System.Globalization.CultureInfo.InvariantCulture)}";
    }

    private bool Concerns(string target, string digest) => _prefixes is not null
        ? _prefixes.Any(prefix => prefix.Length > 0 && digest.StartsWith(prefix, StringComparison.Ordinal))
        : _paths!.Any(pattern => PathPattern.Matches(pattern, target));
}
