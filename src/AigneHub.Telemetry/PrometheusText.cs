using System.Globalization;
using System.Text;
using AigneHub.Core.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AigneHub.Telemetry;

/// <summary>
/// The measurements in Prometheus' text format. OpenTelemetry's library keeps the sums and bounds their number; its own exporter for
/// Prometheus is a middleware, which a functions app has no place for.
/// </summary>
/// <seealso href="https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format"/>
/// <seealso href="https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/"/>
internal sealed class PrometheusText : IMetricsText, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Exporter _exporter = new();

    public PrometheusText() => Reader = new BaseExportingMetricReader(_exporter)
    {
        TemporalityPreference = MetricReaderTemporalityPreference.Cumulative,
    };

    /// <summary>The library's side.</summary>
    public MetricReader Reader { get; }

    public string ContentType => "text/plain; version=0.0.4; charset=utf-8";

    public string Collect()
    {
        lock (_lock)
        {
            _exporter.Text.Clear();
            _exporter.Collect!(Timeout.Infinite);
            return _exporter.Text.ToString();
        }
    }

    public void Dispose() => Reader.Dispose();

    [ExportModes(ExportModes.Pull)]
    private sealed class Exporter : BaseExporter<Metric>, IPullMetricExporter
    {
        public StringBuilder Text { get; } = new();

        public Func<int, bool>? Collect { get; set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            foreach (var metric in batch)
            {
                Write(metric);
            }

            return ExportResult.Success;
        }

        private static string Name(Metric metric)
        {
            var name = string.Concat(metric.Name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
            name = metric.Unit == "s" ? name + "_seconds" : name;
            return IsCounter(metric.MetricType) ? name + "_total" : name;
        }

        private static bool IsCounter(MetricType type) => type is MetricType.LongSum or MetricType.DoubleSum;

        private static string Label(string value) =>
            value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                .Replace("\n", "\\n", StringComparison.Ordinal);

        private static string Number(double value) =>
            double.IsPositiveInfinity(value) ? "+Inf" : value.ToString(CultureInfo.InvariantCulture);

        private void Write(Metric metric)
        {
            var name = Name(metric);
            var type = metric.MetricType.IsHistogram() ? "histogram" : IsCounter(metric.MetricType) ? "counter" : "gauge";
            Text.Append("# HELP ").Append(name).Append(' ').Append(metric.Description).Append('\n');
            Text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                if (metric.MetricType.IsHistogram())
                {
                    WriteHistogram(name, point);
                    continue;
                }

                var value = metric.MetricType switch
                {
                    MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong().ToString(CultureInfo.InvariantCulture),
                    MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => Number(point.GetSumDouble()),
                    MetricType.LongGauge => point.GetGaugeLastValueLong().ToString(CultureInfo.InvariantCulture),
                    _ => Number(point.GetGaugeLastValueDouble()),
                };
                WriteLine(name, point, null, value);
            }
        }

        private void WriteHistogram(string name, in MetricPoint point)
        {
            long below = 0;
            foreach (var bucket in point.GetHistogramBuckets())
            {
                below += bucket.BucketCount;
                WriteLine(name + "_bucket", point, Number(bucket.ExplicitBound), below.ToString(CultureInfo.InvariantCulture));
            }

            WriteLine(name + "_sum", point, null, Number(point.GetHistogramSum()));
            WriteLine(name + "_count", point, null, point.GetHistogramCount().ToString(CultureInfo.InvariantCulture));
        }

        /// <param name="upTo">The bound of a histogram's bucket; null elsewhere.</param>
        private void WriteLine(string name, in MetricPoint point, string? upTo, string value)
        {
            Text.Append(name);
            var separator = '{';
            foreach (var (key, text) in point.Tags)
            {
                Text.Append(separator).Append(key.Replace('.', '_')).Append("=\"").Append(Label(text?.ToString() ?? "")).Append('"');
                separator = ',';
            }

            if (upTo is not null)
            {
                Text.Append(separator).Append("le=\"").Append(upTo).Append('"');
                separator = ',';
            }

            Text.Append(separator == '{' ? " " : "} ").Append(value).Append('\n');
        }
    }
}
