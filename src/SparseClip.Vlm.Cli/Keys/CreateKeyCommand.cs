using System.CommandLine;
using System.Security.Cryptography;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Server.Access;

namespace SparseClip.Vlm.Cli.Keys;

/// <summary><c>sparseclip keys create</c></summary>
internal static class CreateKeyCommand
{
    private const int MostDays = 36_500;
    private const int IdBytes = 4;

    public static Command Create()
    {
        var name = new Option<string>("--name") { Description = "Whose it is, such as ada or ada@example.org. Keys of one name see the same pictures.", Required = true };
        name.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && ApiKey.NameProblem(token.Value) is { } problem)
            {
                result.AddError($"--name: {problem}.");
            }
        });
        var scope = new Option<string[]>("--scope")
        {
            Description = "What it may do, several times or several words: read (look), ask (upload and ask), teach (name features, teach concepts), admin (all).",
            DefaultValueFactory = _ => [.. ApiScope.Usual],
            AllowMultipleArgumentsPerToken = true,
        };
        scope.AcceptOnlyFromAmong([.. ApiScope.All]);
        var expires = NumberOption.CreateOptional("--expires", "After how many days it holds no more. Default: never.", 1, (int?)MostDays);
        var data = new DataOption();
        var command = new Command("create", "Make a key. It is printed once, and kept as a hash only.") { name, scope, expires, data.Option };
        command.SetAction(result =>
        {
            var (path, now, text) = (data.Path(result), TimeProvider.System.GetUtcNow(), ApiKeyText.Draw());
            var key = new ApiKey(
                Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes)),
                result.GetValue(name)!,
                ApiKeyText.HashOf(text),
                [.. ApiScope.All.Intersect(result.GetValue(scope)!)],
                now,
                result.GetValue(expires) is { } days ? now.AddDays(days) : null);
            var others = 0;
            ApiKeyFile.Change(path, keys =>
            {
                others = keys.Count(other => other.Name == key.Name && other.HoldsAt(now));
                return [.. keys, key];
            });
            Console.Error.WriteLine($"Key {key.Id} of '{key.Name}' may {string.Join(", ", key.Scopes)}. It is shown this once:");
            Console.WriteLine(text);
            if (others > 0)
            {
                Console.Error.WriteLine($"'{key.Name}' has {others} other {(others == 1 ? "key" : "keys")} that hold: they see the same pictures.");
            }

            return 0;
        });
        return command;
    }
}
