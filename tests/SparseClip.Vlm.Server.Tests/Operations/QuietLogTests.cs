using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Operations;

/// <summary>How much parts of the framework may log that would tell what people ask.</summary>
public sealed class QuietLogTests
{
    [Theory]
    [InlineData("Microsoft.AspNetCore.Routing.EndpointMiddleware", "Microsoft.AspNetCore", "Warning", LogLevel.Warning)]
    [InlineData("Microsoft.AspNetCore.Routing.EndpointMiddleware", "Microsoft.AspNetCore", "Trace", LogLevel.Information)]
    [InlineData("Microsoft.AspNetCore.Routing.EndpointMiddleware", "Microsoft.AspNetCore.Routing", "Trace", LogLevel.Information)]
    [InlineData("Microsoft.AspNetCore.SignalR.HubConnectionContext", "Microsoft.AspNetCore.SignalR.HubConnectionContext", "Trace", LogLevel.Information)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", "Default", "Trace", LogLevel.Warning)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", "Default", "Error", LogLevel.Error)]
    [InlineData("SparseClip.Vlm.Server", "Default", "Trace", LogLevel.Trace)]
    public void They_say_what_the_settings_ask_for_and_never_more_than_is_private(string category, string setting, string level, LogLevel least)
    {
        using var kept = new KeptLog();
        using var services = new ServiceCollection().AddLogging(logging =>
        {
            logging.AddQuietLogs();
            logging.AddConfiguration(new ConfigurationBuilder().AddInMemoryCollection([new($"LogLevel:{setting}", level)]).Build());
            logging.AddProvider(kept);
        }).BuildServiceProvider();
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger(category);
        Assert.Equal(least, Enum.GetValues<LogLevel>().First(log.IsEnabled));
    }
}
