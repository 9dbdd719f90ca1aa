namespace AigneHub.Translation;

/// <summary>Bytes of a body to be replaced.</summary>
/// <param name="Start">Where they begin.</param>
/// <param name="Length">How many; 0: something is put in.</param>
/// <param name="By">What stands there instead; empty: nothing.</param>
public readonly record struct BodyEdit(int Start, int Length, ReadOnlyMemory<byte> By);
