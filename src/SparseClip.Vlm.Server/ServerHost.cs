using System.Text.Json.Serialization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Scalar.AspNetCore;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Concepts;
using SparseClip.Vlm.Server.Conversations;
using SparseClip.Vlm.Server.Description;
using SparseClip.Vlm.Server.Features;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.OpenAi;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Pages;
using SparseClip.Vlm.Server.Remote;
using SparseClip.Vlm.Server.Requests;
using SparseClip.Vlm.Server.Stopping;
using SparseClip.Vlm.Server.Taught;
using SparseClip.Vlm.Server.Telemetry;

namespace SparseClip.Vlm.Server;

/// <summary>Puts the server together. The caller runs it: <c>await ServerHost.Create(args).RunAsync()</c>.</summary>
public static class ServerHost
{
    /// <summary>Builds the server; nothing listens or loads until it is started.</summary>
    /// <param name="args">Command-line configuration, such as <c>--urls=http://localhost:5080</c> and <c>--Server:ModelDirectory=DIR</c>.</param>
    /// <param name="load">How a bundle becomes a model; the default loads the real one.</param>
    /// <param name="configure">Last changes to the builder, for tests and hosts with wishes of their own.</param>
    public static WebApplication Create(string[] args, ModelLoader? load = null, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = Directory.GetCurrentDirectory(),
            WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
        });
        // The first source, so that files, the environment and the command line may ask for more: Logging__LogLevel__Microsoft.AspNetCore=Information.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData = [new("Logging:LogLevel:Default", "Information"), new("Logging:LogLevel:Microsoft.AspNetCore", "Warning")],
        });
        builder.Logging.AddQuietLogs();
        builder.AddObservation();
        configure?.Invoke(builder);
        AddServices(builder.Services, load);

        var app = builder.Build();
        app.UseRequestIds();
        app.UseSecurityHeaders();
        app.UseAudit();
        app.UseResponseCompression();
        app.UseExceptionHandler();
        app.UseStatusAnswers();
        app.UseHostAndOrigin();
        app.UseKeyedAccess();
        app.UseCompressedBodies();
        app.UseQueryCheck();
        app.UseRateLimiter();
        app.MapHealth();
        app.MapMetrics().RequireAuthorization(ApiScope.Read);
        app.MapImages();
        app.MapSteeredImages();
        app.MapFeatures();
        app.MapExemplars();
        app.MapConcepts();
        app.MapTeaching();
        app.MapImageConcepts();
        app.MapConversations();
        app.MapOpenAi();
        app.MapResponses();
        app.MapTokens();
        app.MapEmbeddings();
        app.MapDecisions();
        app.MapHub<ChatHub>(ChatHub.Route, options => options.CloseOnAuthenticationExpiration = true).RequireAuthorization(ApiScope.Ask);
        app.MapOpenApi().AllowAnonymous();
        app.MapScalarApiReference("/scalar", options => options.DisableDefaultFonts().WithTitle("SparseClip.Vlm")).AllowAnonymous();
        app.UsePage();
        return app;
    }

    private static void AddServices(IServiceCollection services, ModelLoader? load)
    {
        services.AddOptions<ServerOptions>().BindConfiguration(ServerOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<ServerOptions>, PictureFolderCheck>();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(provider => load ?? BundleLoader.Create(
            provider.GetRequiredService<IOptions<ServerOptions>>().Value, provider.GetRequiredService<ILoggerFactory>().CreateLogger("llama.cpp")));
        services.AddSingleton<ModelHost>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelHost>());
        services.AddSingleton<Drain>();
        services.AddSingleton<IHostLifetime, DrainingLifetime>();
        services.AddSingleton<PictureStore>();
        services.AddSingleton<ConversationHost>();
        services.AddSingleton<IPictureNeeds>(provider => provider.GetRequiredService<ConversationHost>());
        services.AddHostedService(provider => provider.GetRequiredService<ConversationHost>());
        services.AddSingleton<Asking>();
        services.AddSingleton<KeptAnswers>();
        services.AddSingleton<IAnswerSource, AnswerSource>();
        services.AddTransient<ChatEventStream>();
        services.AddSingleton<FeatureLabels>();
        services.AddSingleton<TaughtJournal>();
        services.AddSingleton<TaughtConceptStore>();
        services.AddSingleton<Answers>();
        services.AddSingleton<SamplingReader>();
        services.AddSingleton<AskReader>();
        services.AddSingleton<CompletionReader>();
        services.TryAddSingleton<RemoteReach>();
        services.AddSingleton<RemotePictures>();
        services.AddSingleton<ResponseReader>();
        services.AddSingleton<SentPictures>();
        services.AddSingleton<RequestReader>();
        services.AddSingleton<AnswerMaker>();
        services.AddTransient<EventStream>();
        services.AddTransient<CompletionWriter>();
        services.AddTransient<ResponseWriter>();
        services.AddProblemDetails();
        services.AddExceptionHandler<RefusalHandler>();
        services.AddLimits();
        services.AddOrigins();
        services.AddKeyedAccess();
        services.AddPage();
        services.AddOpenApi(options => options.AddSchemaTransformer<ApiDescription>());
        services.AddSignalR(options => options.MaximumReceiveMessageSize = ChatHub.MaxMessageBytes);
        services.AddSingleton<IHubProtocol>(provider => new AskProtocol(new JsonHubProtocol(provider.GetRequiredService<IOptions<JsonHubProtocolOptions>>())));
        // A number in a string is refused, and the description says so.
        services.ConfigureHttpJsonOptions(options => options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict);
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
    }
}
