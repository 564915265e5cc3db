using System.Net;

namespace ModelSigning.Core.Http;

/// <summary>The rules on addresses of services: what may be shown of them, and which of them are used.</summary>
internal static class HttpAddress
{
    /// <summary>An address as messages show it: without user name, password, query and fragment, which may hold secrets.</summary>
    /// <param name="address">Any address, also one that cannot be used.</param>
    public static string Plain(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsAbsoluteUri)
        {
            // Of other schemes only the name is certain to hold no secret.
            return IsHttp(address) ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : address.Scheme + ":";
        }

        string text = address.OriginalString;
        string path = text.IndexOfAny(['?', '#']) is >= 0 and int end ? text[..end] : text;
        return path[(path.LastIndexOf('@') + 1)..];
    }

    /// <summary>
    /// Whether an address is one of this machine by what it says: <c>localhost</c>, 127.0.0.0/8 or ::1. A name that the resolver answers
    /// with a loopback address is not, because the resolver may be asked by someone else tomorrow.
    /// </summary>
    public static bool IsLoopback(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.IsAbsoluteUri && (address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6
            ? IPAddress.TryParse(address.DnsSafeHost, out IPAddress? number) && IPAddress.IsLoopback(number)
            : string.Equals(address.Host, "localhost", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether nobody on the way reads or changes what is sent there: https, or http on this machine.</summary>
    public static bool IsSecure(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && IsLoopback(address)));
    }

    /// <summary>Whether an address is an absolute one of http or https.</summary>
    public static bool IsHttp(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);
    }

    /// <summary>Whether an address has nothing but scheme, host, port and path, so that paths can be added and all of it can be shown and stored.</summary>
    public static bool IsBare(Uri address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return IsHttp(address) && address.UserInfo.Length == 0 && address.Query.Length == 0 && address.Fragment.Length == 0;
    }

    /// <summary>Joins a base address and a path with exactly one <c>/</c>, whatever the base ends with.</summary>
    /// <param name="service">The base address.</param>
    /// <param name="path">The path, without a <c>/</c> in front.</param>
    public static Uri Join(Uri service, string path)
    {
        ArgumentNullException.ThrowIfNull(service);
        return new Uri(Plain(service).TrimEnd('/') + "/" + path);
    }
}
