using System.Globalization;

namespace AigneHub.Bench;

/// <summary>One figure, measured in several rounds.</summary>
internal sealed class Series
{
    private readonly List<double> _values = [];

    public double Median
    {
        get
        {
            var sorted = _values.Order().ToArray();
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }

    public void Add(double value) => _values.Add(value);

    /// <summary>Median and range.</summary>
    public string ToString(string format) => _values.Count == 0
        ? "–"
        : string.Create(CultureInfo.InvariantCulture, $"{Text(Median, format)} ({Text(_values.Min(), format)}–{Text(_values.Max(), format)})");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
