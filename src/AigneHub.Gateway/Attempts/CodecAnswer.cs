using System.Net.Mime;

namespace AigneHub.Gateway.Attempts;

/// <summary>What the client gets of a whole answer.</summary>
internal readonly record struct CodecAnswer(ReadOnlyMemory<byte> Bytes, string ContentType = MediaTypeNames.Application.Json);
