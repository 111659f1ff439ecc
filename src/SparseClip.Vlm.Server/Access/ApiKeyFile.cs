using System.Text.Json;
using SparseClip.Vlm.Core.Files;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Server.Access;

/// <summary>The keys of a server, one JSON object a line, in its data folder. Written by the command line, read by the server; only its owner may read it.</summary>
public static class ApiKeyFile
{
    /// <summary>Its name in the data folder.</summary>
    public const string Name = "api-keys.jsonl";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The file of a data folder.</summary>
    public static string In(string dataDirectory) => Path.Combine(Path.GetFullPath(dataDirectory), Name);

    /// <summary>All keys, revoked and expired ones too; none where there is no file.</summary>
    /// <exception cref="ApiKeyFileException">The file cannot be read, or a line is no key.</exception>
    public static IReadOnlyList<ApiKey> Read(string path)
    {
        try
        {
            return File.Exists(path) ? [.. File.ReadAllLines(path).Index().Where(line => line.Item.Length > 0).Select(line => Parse(path, line.Index + 1, line.Item))] : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ApiKeyFileException($"The keys in {path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Changes the keys, whoever else changes them: reads the file, and writes what becomes of it beside it first and then under its name.</summary>
    /// <param name="path">The file; its folder is made where there is none.</param>
    /// <param name="change">The keys there are to those there are to be.</param>
    /// <exception cref="ApiKeyFileException">The file cannot be read or written, or another program is changing it at this moment.</exception>
    public static void Change(string path, Func<IReadOnlyList<ApiKey>, IReadOnlyList<ApiKey>> change)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(change);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var alone = Open(path + ".lock", FileMode.OpenOrCreate, FileOptions.DeleteOnClose);
            var keys = change(Read(path));
            WholeFile.Write(path, beside =>
            {
                using var writer = new StreamWriter(Open(beside, FileMode.Create, FileOptions.WriteThrough));
                foreach (var key in keys)
                {
                    writer.Write(JsonSerializer.Serialize(key, s_options) + "\n");
                }
            });
        }
        catch (IOException error) when (File.Exists(path + ".lock"))
        {
            throw new ApiKeyFileException($"{path} is being changed by another program; try again.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ApiKeyFileException($"{path} cannot be written: {error.Message}", error);
        }
    }

    private static FileStream Open(string path, FileMode mode, FileOptions options)
    {
        var wishes = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, Options = options };
        if (!OperatingSystem.IsWindows())
        {
            wishes.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, wishes);
    }

    private static ApiKey Parse(string path, int number, string line)
    {
        try
        {
            var key = JsonSerializer.Deserialize<ApiKey>(line, s_options) ?? throw new JsonException("it is empty");
            return key.Scopes.Count > 0 && key.Scopes.All(ApiScope.All.Contains) && ApiKey.NameProblem(key.Name) is null && key.Hash.Length == 64 ? key
                : throw new JsonException($"it needs a name, a hash of 64 digits and scopes of {string.Join(", ", ApiScope.All)}");
        }
        catch (JsonException error)
        {
            throw new ApiKeyFileException($"Line {number} of {path} is no key ({JsonFault.Of(error)}). Remove the line, or move the file away and make keys anew.", error);
        }
    }
}
