using System.Net;
using System.Net.Sockets;

namespace AigneHub.Providers.Upstream;

/// <summary>Who may connect to an address.</summary>
internal enum AddressReach
{
    /// <summary>On the internet: everybody.</summary>
    Public,

    /// <summary>Loopback and private networks: providers whose operator chose them.</summary>
    Private,

    /// <summary>Link-local, metadata services, multicast, reserved: nobody.</summary>
    Never,
}

/// <summary>
/// Sorts addresses by the registries of special-purpose addresses
/// (<see href="https://www.iana.org/assignments/iana-ipv4-special-registry"/>,
/// <see href="https://www.iana.org/assignments/iana-ipv6-special-registry"/>) and the well-known addresses of clouds'
/// metadata services.
/// </summary>
internal static class OutboundAddress
{
    // The first network that holds the address decides; what none holds is public.
    private static readonly (IPNetwork Network, AddressReach Reach)[] Version4 =
    [
        Never("0.0.0.0/8"),
        Never("168.63.129.16/32"), // Azure's wire server
        Never("100.100.100.200/32"), // Alibaba Cloud's metadata
        Never("169.254.0.0/16"), // link-local, with the metadata of Azure, AWS, Google Cloud and others
        Never("192.0.0.0/24"), // protocol assignments, with Oracle Cloud's metadata
        Never("192.0.2.0/24"),
        Never("198.51.100.0/24"),
        Never("203.0.113.0/24"),
        Never("192.88.99.0/24"),
        Never("224.0.0.0/4"),
        Never("240.0.0.0/4"), // reserved, with broadcast
        Private("10.0.0.0/8"),
        Private("100.64.0.0/10"),
        Private("127.0.0.0/8"),
        Private("172.16.0.0/12"),
        Private("192.168.0.0/16"),
        Private("198.18.0.0/15"),
    ];

    // IPv6 is turned round: only 2000::/3 is in use on the internet, and has its own exceptions.
    private static readonly (IPNetwork Network, AddressReach Reach)[] Version6 =
    [
        Private("::1/128"),
        Never("fd00:ec2::/32"), // AWS's metadata and its kin
        Never("fd20:ce::/32"), // Google Cloud's metadata
        Private("fc00::/7"),
        Never("2001::/23"), // protocol assignments, with Teredo
        Never("2001:db8::/32"),
        Never("2002::/16"), // 6to4
        Never("3fff::/20"),
        (IPNetwork.Parse("2000::/3"), AddressReach.Public),
        Never("::/0"),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    public static AddressReach ReachOf(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return Find(Version4, address, AddressReach.Public);
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return AddressReach.Never;
        }

        // An interface's number says nothing of where the address lies, and would match no network.
        var bytes = address.GetAddressBytes();
        var plain = new IPAddress(bytes);
        return plain.IsIPv4MappedToIPv6 || Nat64.Contains(plain)
            ? ReachOf(new IPAddress(bytes.AsSpan(12)))
            : Find(Version6, plain, AddressReach.Never);
    }

    private static AddressReach Find((IPNetwork Network, AddressReach Reach)[] rules, IPAddress address, AddressReach otherwise)
    {
        foreach (var (network, reach) in rules)
        {
            if (network.Contains(address))
            {
                return reach;
            }
        }

        return otherwise;
    }

    private static (IPNetwork Network, AddressReach Reach) Never(string network) =>
        (IPNetwork.Parse(network), AddressReach.Never);

    private static (IPNetwork Network, AddressReach Reach) Private(string network) =>
        (IPNetwork.Parse(network), AddressReach.Private);
}
