using System.Net;
using AigneHub.Core.Keys;

namespace AigneHub.Unit.Tests.Keys;

public sealed class AddressRangeTests
{
    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.0/24")]
    [InlineData("192.0.2.7", "192.0.2.7/32")]
    [InlineData("2001:DB8::/32", "2001:db8::/32")]
    [InlineData("2001:db8::1", "2001:db8::1/128")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("::/0", "::/0")]
    [InlineData("192.0.2.1/24", null)] // Bits behind the prefix.
    [InlineData("010.0.0.0/8", null)] // Octal to some.
    [InlineData("0xA.0.0.0/8", null)]
    [InlineData("10/8", null)]
    [InlineData("10.0.0.0/33", null)]
    [InlineData("10.0.0.0/-1", null)]
    [InlineData("10.0.0.0/", null)]
    [InlineData("10.0.0.0/8 ", null)]
    [InlineData("::ffff:10.0.0.0/104", null)]
    [InlineData("fe80::%3/64", null)]
    [InlineData("[::1]", null)]
    [InlineData("", null)]
    [InlineData("*", null)]
    public void Parse_Text_IsOneRangeOrNone(string text, string? expected) => Assert.Equal(expected, AddressRange.Parse(text)?.ToString());

    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.255", true)]
    [InlineData("192.0.2.0/24", "192.0.3.0", false)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    [InlineData("2001:db8::/32", "192.0.2.1", false)]
    [InlineData("::/0", "192.0.2.1", false)]
    [InlineData("0.0.0.0/0", "::1", false)]
    public void Contains_Address_IsOfItsFamilyAndPrefix(string range, string address, bool isIn) =>
        Assert.Equal(isIn, AddressRange.Parse(range)!.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.0.0.0/8", "10.1.0.0/16", true)]
    [InlineData("10.1.0.0/16", "10.0.0.0/8", false)]
    [InlineData("10.0.0.0/8", "10.0.0.0/8", true)]
    [InlineData("::/0", "10.0.0.0/8", false)]
    [InlineData("10.0.0.0/8", "a00::/16", false)]
    public void Contains_Range_IsWhollyWithin(string outer, string inner, bool isIn) =>
        Assert.Equal(isIn, AddressRange.Parse(outer)!.Contains(AddressRange.Parse(inner)!));
}
