using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Server;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Cli.Serve;

/// <summary><c>sparseclip serve</c>: the page and the API over one bundle.</summary>
internal static class ServeCommand
{
    private const string Name = "serve";

    /// <summary>Whether a command line starts the server, which takes signals itself.</summary>
    public static bool IsCalled(ParseResult result) => result.CommandResult.Command.Name == Name;

    public static Command Create()
    {
        var model = new PathOption<DirectoryInfo?>("--model", PathKind.InputFolder) { Description = "The bundle's folder. Default: models/default." };
        var urls = new Option<string>("--urls")
        {
            Description = "Where to listen, several separated by ';'.",
            DefaultValueFactory = _ => "http://localhost:5080",
        };
        var settings = new Option<string[]>("--set")
        {
            Description = "A setting of the server as NAME=VALUE, such as MaxAnswers=8 or ImageDirectory=DIR (docs/settings.md).",
            DefaultValueFactory = _ => [],
        };
        Check(urls, ListenAddresses.Problem);
        Check(settings, SettingArgument.Problem);
        var command = new Command(Name, "Serve the page and the API.") { model, urls, settings };
        command.SetAction(async (result, cancellationToken) =>
        {
            var folder = result.GetValue(model)?.FullName ?? DefaultParts.Bundle();
            string[] args =
            [
                $"--urls={result.GetValue(urls)}",
                $"--Server:ModelDirectory={folder}",
                .. result.GetValue(settings)!.Select(setting => $"--Server:{setting}"),
            ];
            await using var app = Create(args);
            await StartAsync(app, result.GetValue(urls)!, cancellationToken).ConfigureAwait(false);
            await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
            return 0;
        });
        return command;
    }

    private static void Check(Option option, Func<string, string?> problem) => option.Validators.Add(result =>
    {
        foreach (var token in result.Tokens)
        {
            if (problem(token.Value) is { } told)
            {
                result.AddError($"{option.Name}: {told}.");
            }
        }
    });

    private static WebApplication Create(string[] args)
    {
        try
        {
            return ServerHost.Create(args);
        }
        catch (OptionsValidationException error)
        {
            throw new UsageException(error.Message, error);
        }
    }

    private static async Task StartAsync(WebApplication app, string urls, CancellationToken cancellationToken)
    {
        try
        {
            // Looked at here: a host that fails on them while it starts writes a trace of its own code.
            _ = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value;
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OptionsValidationException error)
        {
            throw new UsageException(error.Message, error);
        }
        catch (InvalidOperationException error) when (urls.Contains("https:", StringComparison.OrdinalIgnoreCase))
        {
            // There is no certificate to serve it with.
            throw new UsageException(error.Message, error);
        }
    }
}
