using System.CommandLine;
using System.Net.Http.Json;
using System.Text.Json;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Contracts.Operations;

namespace SparseClip.Vlm.Cli.Serve;

/// <summary><c>sparseclip status</c>: whether a server can answer, for people and for health checks of containers.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var url = new Option<string>("--url")
        {
            Description = "Where the server listens.",
            DefaultValueFactory = _ => "http://localhost:5080",
        };
        url.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !IsAddress(token.Value))
            {
                result.AddError($"--url: '{token.Value}' is no address; write one such as http://localhost:5080.");
            }
        });
        var command = new Command("status", "Tell whether a server can answer; the exit code is 0 only if it can.") { url };
        command.SetAction(async (result, cancellationToken) =>
        {
            var address = result.GetValue(url)!;
            var health = await AskAsync(address, cancellationToken).ConfigureAwait(false);
            var line = health.Status == "ready" ? $"{address}: ready, {health.Model}" : $"{address}: {health.Status}. {health.Reason}";
            await (health.Status == "ready" ? Console.Out : Console.Error).WriteLineAsync(line).ConfigureAwait(false);
            return health.Status == "ready" ? 0 : CommandRunner.Failed;
        });
        return command;
    }

    private static bool IsAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private static async Task<HealthResponse> AskAsync(string address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = s_patience };
        try
        {
            using var response = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken).ConfigureAwait(false);
            return await response.Content.ReadFromJsonAsync<HealthResponse>(JsonSerializerOptions.Web, cancellationToken).ConfigureAwait(false) is { Status.Length: > 0 } health
                ? health
                : throw Unknown(address);
        }
        catch (JsonException)
        {
            throw Unknown(address);
        }
        catch (HttpRequestException error)
        {
            throw new UsageException($"Nothing answers at {address} ({error.Message}). Start a server with 'sparseclip serve', or give its address with --url.", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UsageException($"{address} does not answer within {s_patience.TotalSeconds:0} s.", error);
        }
    }

    private static UsageException Unknown(string address) => new($"What answers at {address} is no server of this program.");
}
