using System.Globalization;
using System.Text;
using Xunit.Sdk;

namespace AigneHub.Unit.Tests.Fuzz;

/// <summary>
/// Runs a property over mutated inputs. Every input is made from the seed and its number alone, so a failure names all that
/// is needed to see it again. 100,000 inputs over all targets, or as many as <c>AIGNEHUB_FUZZ_INPUTS</c> says; the seed is
/// fixed, or that of <c>AIGNEHUB_FUZZ_SEED</c>.
/// </summary>
internal static class FuzzRun
{
    private const int DefaultInputs = 100_000;
    private const int DefaultSeed = 1;

    private static readonly int Inputs = Setting("AIGNEHUB_FUZZ_INPUTS", DefaultInputs);
    private static readonly int Seed = Setting("AIGNEHUB_FUZZ_SEED", DefaultSeed);

    /// <param name="percent">The target's share of all inputs.</param>
    /// <param name="make">An input, to be mutated further.</param>
    /// <param name="property">Throws when it does not hold. Returns whether the input was of the kind that is taken.</param>
    public static void Of(string target, int percent, Func<Random, byte[]> make, Mutator mutator, Func<byte[], Random, bool> property)
    {
        var count = (int)(Inputs * (long)percent / 100);
        var taken = 0;
        for (var number = 0; number < count; number++)
        {
            var random = new Random(unchecked((Seed * 1_000_003) + number));
            var input = mutator.Mutate(make(random), random);
            try
            {
                taken += property(input, random) ? 1 : 0;
            }
            catch (Exception e)
            {
                throw new XunitException(
                    $"Fuzzing {target}: seed {Seed}, input {number}, base64 {Convert.ToBase64String(input)}\n"
                    + $"{Encoding.UTF8.GetString(input)}\n{e}");
            }
        }

        // Inputs that are all refused at the door would prove nothing of what lies behind it.
        Assert.InRange(taken, count / 20, count);
    }

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : fallback;
}
