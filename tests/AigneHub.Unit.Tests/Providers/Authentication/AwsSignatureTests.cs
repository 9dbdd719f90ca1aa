using System.Text;
using AigneHub.Providers.Authentication;

namespace AigneHub.Unit.Tests.Providers.Authentication;

/// <summary>
/// Against AWS's published test suite for Signature Version 4
/// (https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4).
/// </summary>
public sealed class AwsSignatureTests
{
    private const string SessionToken = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";

    [Theory]
    [InlineData("GET", "/", "", "", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "/", "", "", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "/example space/", "", "", "", "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741")]
    [InlineData("GET", "/ሴ", "", "", "", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85")]
    [InlineData("GET", "/", "ሴ=bar", "", "", "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04")]
    [InlineData(
        "GET", "/", "Param2=value2&Param1=value1", "", "", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    [InlineData(
        "GET", "/", "", "My-Header1: value1|My-Header2: \"a   b   c\"", "",
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")]
    [InlineData(
        "POST", "/", "",
        "Content-Type:application/x-www-form-urlencoded|Content-Length:13"
            + "|x-amz-content-sha256:9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e",
        "Param1=value1", "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b")]
    [InlineData(
        "GET", "/", "", "X-Amz-Security-Token:" + SessionToken, "", "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8")]
    public void Authorization_PublishedRequest_HasThePublishedSignature(
        string method, string path, string query, string headers, string body, string signature)
    {
        var credential = new AwsCredential("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null, null);
        var signer = new AwsSignature(credential, "us-east-1", "service", new DateTimeOffset(2015, 8, 30, 12, 36, 0, TimeSpan.Zero));
        var signed = headers.Split('|', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(':', 2))
            .Select(parts => new KeyValuePair<string, string>(parts[0], parts[1]))
            .Append(new("Host", "example.amazonaws.com"))
            .Append(new("X-Amz-Date", signer.Date));
        var bytes = Encoding.UTF8.GetBytes(body);

        var authorization = signer.Authorization(
            method, path, query, signed, AwsSignature.HashOf([bytes.AsMemory(0, bytes.Length / 2), bytes.AsMemory(bytes.Length / 2)]));

        Assert.StartsWith(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=",
            authorization, StringComparison.Ordinal);
        Assert.EndsWith($"Signature={signature}", authorization, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bedrock-runtime.us-east-1.amazonaws.com", "us-east-1")]
    [InlineData("bedrock-runtime-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1")]
    [InlineData("bedrock-runtime.cn-north-1.amazonaws.com.cn", "cn-north-1")]
    [InlineData("vpce-0123456789abcdef0-abcdefgh.bedrock-runtime.ap-southeast-2.vpce.amazonaws.com", "ap-southeast-2")]
    [InlineData("bedrock-runtime.us-east-1.amazonaws.com.evil.example", null)]
    [InlineData("gateway.example", null)]
    [InlineData("127.0.0.1", null)]
    public void RegionOf_Host_IsInItsName(string host, string? region) => Assert.Equal(region, AwsCredential.RegionOf(host));

    [Theory]
    [InlineData("""{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"s/x+1"}""", null)]
    [InlineData("""{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"s","sessionToken":"t==","region":"eu-central-1"}""", null)]
    [InlineData("AKIAIOSFODNN7EXAMPLE", "JSON")]
    [InlineData("""{"accessKeyId":"AKIAIOSFODNN7EXAMPLE"}""", "secretAccessKey")]
    [InlineData("""{"accessKeyId":"AKIA","secretAccessKey":"s"}""", "accessKeyId")]
    [InlineData("""{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"hidden\r\nx: y"}""", "secretAccessKey")]
    [InlineData("""{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"s","sessionToken":"hidden "}""", "sessionToken")]
    [InlineData("""{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"s","region":"hidden"}""", "region")]
    [InlineData("""{"accessKeyId":"AKIAIOSFODNN7EXAMPLE","secretAccessKey":"s","profile":"hidden"}""", "nothing else")]
    public void Parse_Secret_IsReadOrNamedWithoutItsValue(string secret, string? wrong)
    {
        var (credential, sentence) = AwsCredential.Parse(secret);

        Assert.Equal(wrong is null, credential is not null);
        Assert.Contains(wrong ?? "", sentence ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", sentence ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("s/x+1", credential?.ToString() ?? "", StringComparison.Ordinal);
    }
}
