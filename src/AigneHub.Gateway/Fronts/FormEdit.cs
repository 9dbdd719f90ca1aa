using System.Security.Cryptography;
using System.Text;
using AigneHub.Gateway.Bodies;
using AigneHub.Providers.Upstream;

namespace AigneHub.Gateway.Fronts;

/// <summary>
/// A form as it goes upstream: the client's parts in their order, with the model's name replaced. The parts' headers are written
/// anew, so that the vendor reads what the hub has read (<see href="https://www.rfc-editor.org/rfc/rfc7578#section-4.2"/>).
/// </summary>
internal static class FormEdit
{
    /// <summary>The payload points into <paramref name="form"/>.</summary>
    public static UpstreamPayload Apply(RequestForm form, string upstreamModel)
    {
        var boundary = $"aignehub-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        var pieces = new List<PayloadPiece>((form.Parts.Count * 2) + 2);
        var hasModel = false;
        foreach (var part in form.Parts)
        {
            var isModel = part is { IsFile: false, Name: "model" };
            hasModel |= isModel;
            Add(pieces, boundary, isModel ? Model(upstreamModel) : part);
        }

        if (!hasModel)
        {
            // The path has named it.
            Add(pieces, boundary, Model(upstreamModel));
        }

        pieces.Add(Bytes($"\r\n--{boundary}--\r\n"));
        return new UpstreamPayload(pieces, $"multipart/form-data; boundary={boundary}");
    }

    private static FormPart Model(string name) => new("model", null, null, Bytes(name));

    private static void Add(List<PayloadPiece> pieces, string boundary, FormPart part)
    {
        var head = new StringBuilder(pieces.Count == 0 ? "" : "\r\n")
            .Append("--").Append(boundary).Append("\r\nContent-Disposition: form-data; name=\"").Append(part.Name).Append('"');
        if (part.FileName is { } fileName)
        {
            head.Append("; filename=\"");
            foreach (var c in fileName)
            {
                // https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
                _ = c is '"' or '\\' || char.IsControl(c) ? head.Append('%').Append(((int)c).ToString("X2")) : head.Append(c);
            }

            head.Append('"');
        }

        if (part.ContentType is { } type)
        {
            head.Append("\r\nContent-Type: ").Append(type);
        }

        pieces.Add(Bytes(head.Append("\r\n\r\n").ToString()));
        pieces.Add(part.Content);
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
