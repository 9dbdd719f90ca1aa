using System.Net;
using AigneHub.Core.Configuration;
using AigneHub.Providers;
using AigneHub.Providers.Upstream;

namespace AigneHub.Unit.Tests.Providers.Upstream;

/// <summary>What a base URL may be, by its text, and which addresses are whose.</summary>
public class OutboundUrlTests
{
    [Theory]
    [InlineData("https://api.example.org/v1")]
    [InlineData("https://api.example.org:8443/v1/")]
    [InlineData("https://8.8.8.8/v1")]
    [InlineData("https://[2606:4700:4700::1111]/v1")]
    [InlineData("https://bücher.example/v1")]
    public void WhatIsWrong_PublicHttps_IsNothing(string url) => Assert.Null(OutboundGuard.WhatIsWrong(new Uri(url), privateAllowed: false));

    [Theory]
    [InlineData("http://api.example.org/v1")] // plain
    [InlineData("ftp://api.example.org/v1")]
    [InlineData("https://user@api.example.org/v1")] // userinfo
    [InlineData("https://user:secret@api.example.org/v1")]
    [InlineData("https://@api.example.org/v1")]
    [InlineData("https://api.example.org@169.254.169.254/v1")]
    [InlineData("https://api.example.org/v1?x=1")]
    [InlineData("https://api.example.org/v1#x")]
    [InlineData("https://api.example.org./v1")] // trailing dot
    [InlineData("https://api.example.org:22/v1")] // other services' ports
    [InlineData("https://169.254.169.254/v1")] // metadata, in all notations
    [InlineData("https://169.254.169.254./v1")]
    [InlineData("https://2852039166/v1")]
    [InlineData("https://0xA9FEA9FE/v1")]
    [InlineData("https://0xa9.0xfe.0xa9.0xfe/v1")]
    [InlineData("https://025177524776/v1")]
    [InlineData("https://0251.0376.0251.0376/v1")]
    [InlineData("https://169.254.43518/v1")]
    [InlineData("https://169.16689662/v1")]
    [InlineData("https://１６９.２５４.１６９.２５４/v1")] // full-width digits
    [InlineData("https://169。254。169。254/v1")] // ideographic full stops
    [InlineData("https://①⑥⑨.254.169.254/v1")]
    [InlineData("https://[::ffff:169.254.169.254]/v1")] // mapped
    [InlineData("https://[::ffff:a9fe:a9fe]/v1")]
    [InlineData("https://[::169.254.169.254]/v1")] // compatible
    [InlineData("https://[64:ff9b::a9fe:a9fe]/v1")] // NAT64
    [InlineData("https://[64:ff9b:1::a9fe:a9fe]/v1")]
    [InlineData("https://[2002:a9fe:a9fe::1]/v1")] // 6to4
    [InlineData("https://[2001:0:a9fe:a9fe::1]/v1")] // Teredo
    [InlineData("https://[fe80::1]/v1")]
    [InlineData("https://[fe80::1%25eth0]/v1")] // zone
    [InlineData("https://[fe80::1%eth0]/v1")]
    [InlineData("https://[fd00:ec2::254]/v1")]
    [InlineData("https://100.100.100.200/v1")]
    [InlineData("https://168.63.129.16/v1")]
    [InlineData("https://192.0.0.192/v1")]
    [InlineData("https://metadata.google.internal/v1")]
    [InlineData("https://METADATA.google.internal/v1")]
    [InlineData("https://0.0.0.0/v1")]
    [InlineData("https://0/v1")]
    [InlineData("https://255.255.255.255/v1")]
    [InlineData("https://224.0.0.1/v1")]
    [InlineData("https://[::]/v1")]
    [InlineData("https://[ff02::1]/v1")]
    public void WhatIsWrong_Never_IsRefusedWithPrivateNetworksToo(string url)
    {
        // Some notations are no URL at all to .NET; that is a refusal as well.
        if (Uri.TryCreate(url, UriKind.Absolute, out var parsed))
        {
            Assert.NotNull(OutboundGuard.WhatIsWrong(parsed, privateAllowed: false));
            Assert.True(
                OutboundGuard.WhatIsWrong(parsed, privateAllowed: true) is not null
                || url is "http://api.example.org/v1" or "https://api.example.org:22/v1", url);
        }
    }

    [Theory]
    [InlineData("https://127.0.0.1:8443/v1")]
    [InlineData("http://127.0.0.1:8080/v1")]
    [InlineData("https://localhost/v1")]
    [InlineData("http://sub.localhost:8080/v1")]
    [InlineData("https://10.1.2.3/v1")]
    [InlineData("https://172.31.255.255/v1")]
    [InlineData("https://192.168.0.1/v1")]
    [InlineData("https://100.64.0.1/v1")]
    [InlineData("https://[::1]/v1")]
    [InlineData("https://[::ffff:10.0.0.1]/v1")]
    [InlineData("https://[fc00::1]/v1")]
    public void WhatIsWrong_Private_IsTheSettingsChoice(string url)
    {
        Assert.NotNull(OutboundGuard.WhatIsWrong(new Uri(url), privateAllowed: false));
        Assert.Null(OutboundGuard.WhatIsWrong(new Uri(url), privateAllowed: true));
    }

    /// <summary>Loopback has as many notations as metadata; only the plain one is taken even where it is allowed.</summary>
    [Theory]
    [InlineData("https://2130706433/v1")]
    [InlineData("https://0x7f000001/v1")]
    [InlineData("https://0177.0.0.1/v1")]
    [InlineData("https://127.1/v1")]
    [InlineData("https://１２７.0.0.1/v1")]
    public void WhatIsWrong_LoopbackInOtherNotations_IsRefused(string url)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var parsed))
        {
            Assert.NotNull(OutboundGuard.WhatIsWrong(parsed, privateAllowed: true));
        }
    }

    [Theory]
    [InlineData("8.8.8.8", "Public")]
    [InlineData("11.0.0.1", "Public")]
    [InlineData("172.32.0.1", "Public")]
    [InlineData("100.128.0.1", "Public")]
    [InlineData("2606:4700:4700::1111", "Public")]
    [InlineData("::ffff:8.8.8.8", "Public")]
    [InlineData("64:ff9b::808:808", "Public")]
    [InlineData("127.255.255.254", "Private")]
    [InlineData("fd12::1", "Private")]
    [InlineData("64:ff9b::a00:1", "Private")]
    [InlineData("fe80::1%3", "Never")]
    [InlineData("fec0::1", "Never")]
    [InlineData("2002:7f00:1::", "Never")]
    [InlineData("::ffff:169.254.169.254", "Never")]
    [InlineData("fd20:ce::254", "Never")]
    [InlineData("198.51.100.1", "Never")]
    public void ReachOf_Address_IsItsNetworks(string address, string reach) =>
        Assert.Equal(reach, OutboundAddress.ReachOf(IPAddress.Parse(address)).ToString());

    [Fact]
    public void CustomVendors_Rows_AreThoseThatRecordsMayName() =>
        Assert.Equal(ProviderRecord.CustomVendors, CustomVendors.Rows.Select(row => row.Id));
}
