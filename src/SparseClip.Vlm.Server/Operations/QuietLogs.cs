namespace SparseClip.Vlm.Server.Operations;

/// <summary>
/// Keeps out of the log what people ask and send, however much is asked to be logged: these parts of the framework would write it from Debug or Information on.
/// </summary>
internal static class QuietLogs
{
    private static readonly (string Category, LogLevel Least)[] s_talkative =
    [
        // Arguments of hub methods: the questions.
        ("Microsoft.AspNetCore.SignalR", LogLevel.Information),
        // Addresses with their queries: searches, and the key of the hub.
        ("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning),
        // Addresses: names of concepts, ids of pictures.
        ("Microsoft.AspNetCore.Routing", LogLevel.Information),
        ("Microsoft.AspNetCore.StaticFiles", LogLevel.Information),
        ("Microsoft.AspNetCore.Cors", LogLevel.Information),
    ];

    public static void AddQuietLogs(this ILoggingBuilder logging)
    {
        foreach (var (category, least) in s_talkative)
        {
            logging.AddFilter(category, least);
        }
    }
}
