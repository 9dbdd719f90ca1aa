using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace AigneHub.Core.Keys;

/// <summary>A range of addresses in CIDR notation, https://www.rfc-editor.org/rfc/rfc4632. IPv4 never comes in IPv6 form.</summary>
public sealed record AddressRange
{
    private readonly IPNetwork _network;

    private AddressRange(IPNetwork network) => _network = network;

    /// <summary>
    /// <c>192.0.2.0/24</c>, <c>2001:db8::/32</c>, or one address. Null where it could be read in more ways than one: octal
    /// numbers, bits behind the prefix, IPv4 in IPv6 form, zones.
    /// </summary>
    public static AddressRange? Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? text : text[..slash];
        if (!IPAddress.TryParse(first, out var address) || address.IsIPv4MappedToIPv6
            || (address.AddressFamily == AddressFamily.InterNetwork
                ? address.ToString() != first
                : first.AsSpan().ContainsAny('%', '[', ']')))
        {
            return null;
        }

        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = bits;
        if (slash >= 0
            && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
        {
            return null;
        }

        var network = new IPNetwork(address, prefix);
        return network.BaseAddress.Equals(address) ? new AddressRange(network) : null;
    }

    public bool Contains(IPAddress address) => _network.Contains(address);

    /// <summary>Whether all of <paramref name="other"/> lies in it.</summary>
    public bool Contains(AddressRange other) =>
        other._network.PrefixLength >= _network.PrefixLength && _network.Contains(other._network.BaseAddress);

    /// <summary>With its prefix, as it is stored.</summary>
    public override string ToString() => _network.ToString();
}
