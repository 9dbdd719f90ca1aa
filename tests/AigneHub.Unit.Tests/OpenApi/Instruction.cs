using System.Reflection;
using System.Reflection.Emit;

namespace AigneHub.Unit.Tests.OpenApi;

/// <summary>One instruction of a compiled method.</summary>
/// <param name="Number">The constant of <c>ldc.i4</c> in any of its forms; null otherwise.</param>
/// <param name="Text">The constant of <c>ldstr</c>; null otherwise.</param>
/// <param name="Method">What is called, made, or taken as a delegate; null otherwise.</param>
internal readonly record struct Instruction(OpCode Code, int? Number, string? Text, MethodBase? Method)
{
    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>The instructions of a method in order, ECMA-335 III; none of one without a body.</summary>
    public static IReadOnlyList<Instruction> Of(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } bytes)
        {
            return [];
        }

        var ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        var list = new List<Instruction>();
        for (var at = 0; at < bytes.Length;)
        {
            var code = bytes[at] == 0xFE ? Codes[(short)(0xFE00 | bytes[at + 1])] : Codes[bytes[at]];
            at += code.Size;
            list.Add(code.OperandType switch
            {
                OperandType.InlineMethod => new Instruction(
                    code, null, null, method.Module.ResolveMethod(BitConverter.ToInt32(bytes, at), ofType, ofMethod)),
                OperandType.InlineString => new Instruction(
                    code, null, method.Module.ResolveString(BitConverter.ToInt32(bytes, at)), null),
                _ => new Instruction(code, NumberOf(code, bytes, at), null, null),
            });
            at += OperandBytes(code.OperandType, bytes, at);
        }

        return list;
    }

    private static int? NumberOf(OpCode code, byte[] bytes, int at) =>
        code == OpCodes.Ldc_I4 ? BitConverter.ToInt32(bytes, at)
        : code == OpCodes.Ldc_I4_S ? (sbyte)bytes[at]
        : code.Value >= OpCodes.Ldc_I4_0.Value && code.Value <= OpCodes.Ldc_I4_8.Value ? code.Value - OpCodes.Ldc_I4_0.Value
        : null;

    private static int OperandBytes(OperandType type, byte[] bytes, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(bytes, at)),
        _ => 4,
    };
}
