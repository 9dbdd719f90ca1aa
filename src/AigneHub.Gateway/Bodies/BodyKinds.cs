namespace AigneHub.Gateway.Bodies;

/// <summary>The forms in which an API takes its requests.</summary>
[Flags]
internal enum BodyKinds
{
    None = 0,

    /// <summary><c>application/json</c></summary>
    Json = 1,

    /// <summary><c>multipart/form-data</c> (RFC 7578): fields and files.</summary>
    Form = 2,
}
