using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SparseClip.Vlm.Server.Access;

namespace SparseClip.Vlm.Cli.Keys;

/// <summary><c>sparseclip keys list</c></summary>
internal static class ListKeysCommand
{
    public static Command Create()
    {
        var data = new DataOption();
        var json = new Option<bool>("--json") { Description = "Print a JSON array." };
        var command = new Command("list", "List the keys, those too that hold no more.") { data.Option, json };
        command.SetAction(result =>
        {
            var (path, now) = (data.Path(result), TimeProvider.System.GetUtcNow());
            var keys = ApiKeyFile.Read(path);
            if (result.GetValue(json))
            {
                Console.WriteLine(JsonSerializer.Serialize(keys.Select(key => new
                {
                    id = key.Id,
                    name = key.Name,
                    scopes = key.Scopes,
                    created = key.Created,
                    expires = key.Expires,
                    revoked = key.Revoked,
                    holds = key.HoldsAt(now),
                })));
                return 0;
            }

            if (keys.Count == 0)
            {
                Console.Error.WriteLine($"There is no key in {path}.");
            }

            foreach (var key in keys)
            {
                Console.WriteLine($"{key.Id}  {key.Name,-24} {string.Join(',', key.Scopes),-22} {StateOf(key, now)}");
            }

            return 0;
        });
        return command;
    }

    private static string StateOf(ApiKey key, DateTimeOffset now) => key switch
    {
        { Revoked: { } revoked } => $"revoked {Day(revoked)}",
        { Expires: { } expires } => $"{(key.HoldsAt(now) ? "expires" : "expired")} {Day(expires)}",
        _ => $"since {Day(key.Created)}",
    };

    private static string Day(DateTimeOffset moment) => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
