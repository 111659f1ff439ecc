using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Server.Telemetry;

/// <summary>
/// Metrics for Prometheus at <c>/metrics</c>, and metrics and traces by OpenTelemetry's protocol to where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says. Routes are told as patterns, because addresses hold ids and words.
/// </summary>
internal static class Observation
{
    /// <summary>Where Prometheus reads.</summary>
    public const string Route = "/metrics";

    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddObservation(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServerMetrics>();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("sparseclip", serviceVersion: typeof(Observation).Assembly.GetName().Version?.ToString()))
            .WithMetrics(metrics => metrics
                .AddMeter(ServerMetrics.MeterName, EngineMetrics.MeterName, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddPrometheusExporter());
        if (!string.IsNullOrWhiteSpace(builder.Configuration[Endpoint]))
        {
            telemetry.WithTracing(traces => traces
                .AddSource(AnswerWatch.SourceName)
                .AddAspNetCoreInstrumentation(options => options.EnrichWithHttpResponse = (activity, response) =>
                {
                    activity.SetTag("url.path", (response.HttpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
                    activity.SetTag("url.query", null);
                }));
            telemetry.UseOtlpExporter();
        }
    }

    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder routes) => routes.MapPrometheusScrapingEndpoint(Route);
}
