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

    /// <summary>Comes after all settings of the log, and never makes it say more than they do.</summary>
    public static void AddQuietLogs(this ILoggingBuilder logging) => logging.Services.PostConfigure<LoggerFilterOptions>(filter =>
    {
        foreach (var (category, least) in s_talkative)
        {
            Quieten(filter, category, least);
        }
    });

    private static void Quieten(LoggerFilterOptions filter, string category, LogLevel least)
    {
        var rules = filter.Rules.ToList();
        foreach (var provider in rules.Select(rule => rule.ProviderName).Append(null).Distinct())
        {
            // What holds of the category for this provider, or of all providers where nothing is said of it.
            var told = rules.Where(rule => (rule.ProviderName is null || rule.ProviderName == provider) && category.StartsWith(rule.CategoryName ?? "", StringComparison.OrdinalIgnoreCase))
                .OrderByDescending(rule => rule.ProviderName is not null).ThenByDescending(rule => rule.CategoryName?.Length ?? 0)
                .FirstOrDefault()?.LogLevel ?? filter.MinLevel;
            filter.Rules.Add(new LoggerFilterRule(provider, category, told > least ? told : least, null));
        }

        foreach (var rule in rules.Where(rule => rule.CategoryName?.StartsWith(category, StringComparison.OrdinalIgnoreCase) == true && rule.LogLevel < least))
        {
            filter.Rules.Remove(rule);
            filter.Rules.Add(new LoggerFilterRule(rule.ProviderName, rule.CategoryName, least, rule.Filter));
        }
    }
}
