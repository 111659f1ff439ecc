using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Server.Access;

namespace SparseClip.Vlm.Cli.Keys;

/// <summary><c>sparseclip keys revoke</c></summary>
internal static class RevokeKeyCommand
{
    public static Command Create()
    {
        var id = new Argument<string>("id") { Description = "The key's id (keys list), or a name for all keys of that name." };
        var data = new DataOption();
        var command = new Command("revoke", "Revoke a key, or all keys of a name. It holds no more from the next request on.") { id, data.Option };
        command.SetAction(result =>
        {
            var (path, sought, now) = (data.Path(result), result.GetValue(id)!, TimeProvider.System.GetUtcNow());
            var revoked = new List<ApiKey>();
            bool IsMeant(ApiKey key) => key.Revoked is null && (key.Id == sought || key.Name == sought);
            if (!ApiKeyFile.Read(path).Any(IsMeant))
            {
                throw new UsageException($"No key in {path} has the id or the name '{sought}' and is not revoked; 'sparseclip keys list' shows them.");
            }

            ApiKeyFile.Change(path, keys =>
            {
                revoked.AddRange(keys.Where(IsMeant));
                return [.. keys.Select(key => IsMeant(key) ? key with { Revoked = now } : key)];
            });
            foreach (var key in revoked)
            {
                Console.WriteLine($"Key {key.Id} of '{key.Name}' is revoked.");
            }

            return 0;
        });
        return command;
    }
}
