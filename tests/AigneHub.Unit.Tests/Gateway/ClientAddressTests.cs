using System.Net;
using AigneHub.Gateway;
using AigneHub.Gateway.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AigneHub.Unit.Tests.Gateway;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData(0, "198.51.100.7", "203.0.113.9")] // A header that nobody is trusted to have written.
    [InlineData(1, "198.51.100.7", "198.51.100.7")]
    [InlineData(1, "10.0.0.1, 127.0.0.1, 198.51.100.7", "198.51.100.7")] // What the client had put there stands before.
    [InlineData(2, "10.0.0.1, 198.51.100.7, 192.0.2.1", "198.51.100.7")]
    [InlineData(2, "10.0.0.1|198.51.100.7|192.0.2.1", "198.51.100.7")] // Several headers.
    [InlineData(2, "10.0.0.1,198.51.100.7|192.0.2.1", "198.51.100.7")]
    [InlineData(1, "10.0.0.1, 198.51.100.7:49828", "198.51.100.7")]
    [InlineData(1, "[2001:db8::1]:443", "2001:db8::1")]
    [InlineData(1, "2001:db8::1", "2001:db8::1")]
    [InlineData(1, "::ffff:198.51.100.7", "198.51.100.7")]
    [InlineData(3, "10.0.0.1, 198.51.100.7", null)] // Not come through all of the proxies.
    [InlineData(1, "", null)]
    [InlineData(1, null, null)]
    [InlineData(1, "198.51.100.7, unknown", null)]
    [InlineData(1, "198.51.100.7,", null)]
    public void Of_ForwardedFor_IsTheEntryOfTheFirstTrustedProxy(int proxies, string? header, string? expected)
    {
        var http = Connection("203.0.113.9");
        if (header is not null)
        {
            http.Request.Headers["X-Forwarded-For"] = header.Split('|');
        }

        Assert.Equal(expected, new ClientAddress(new GatewayOptions { TrustedProxies = proxies }).Of(http)?.ToString());
    }

    [Theory]
    [InlineData("198.51.100.7", "198.51.100.7")]
    [InlineData("::ffff:198.51.100.7", "198.51.100.7")]
    [InlineData("198.51.100.7|198.51.100.8", null)]
    [InlineData("198.51.100.7, 198.51.100.8", null)]
    [InlineData("", null)]
    [InlineData(null, null)] // Past the proxy: not the connection's address either.
    public void Of_HeaderOfTheProxy_CountsAlone(string? header, string? expected)
    {
        var http = Connection("203.0.113.9");
        http.Request.Headers["X-Forwarded-For"] = "10.0.0.1";
        if (header is not null)
        {
            http.Request.Headers["X-Azure-SocketIP"] = header.Split('|');
        }

        var options = new GatewayOptions { ClientAddressHeader = "X-Azure-SocketIP", TrustedProxies = 1 };
        Assert.Equal(expected, new ClientAddress(options).Of(http)?.ToString());
    }

    [Fact]
    public void Of_ConnectionAlone_IsItsOtherEndWithoutTheIPv6Form()
    {
        var http = Connection("::ffff:198.51.100.7");
        foreach (var name in (string[])["X-Forwarded-For", "X-Azure-SocketIP", "X-Azure-ClientIP", "X-Real-IP", "CLIENT-IP", "Forwarded"])
        {
            http.Request.Headers[name] = new StringValues("10.0.0.1");
        }

        Assert.Equal("198.51.100.7", new ClientAddress(new GatewayOptions()).Of(http)?.ToString());
        http.Connection.RemoteIpAddress = null;
        Assert.Null(new ClientAddress(new GatewayOptions()).Of(http));
    }

    [Theory]
    [InlineData("X-Azure-SocketIP", true)]
    [InlineData("", true)]
    [InlineData("X-Azure SocketIP", false)]
    [InlineData("X:Y", false)]
    public void WhatIsWrong_NameOfTheHeader_IsChecked(string name, bool isGood) =>
        Assert.Equal(isGood, new GatewayOptions { ClientAddressHeader = name }.WhatIsWrong() is null);

    private static DefaultHttpContext Connection(string address)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        return http;
    }
}
