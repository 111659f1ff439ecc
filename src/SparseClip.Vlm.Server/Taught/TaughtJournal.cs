using System.Text.Json;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Taught;

/// <summary>Who taught and who forgot which concept, one JSON object a line in the data folder. Only where keys are needed: otherwise nobody has a name. Thread-safe.</summary>
public sealed class TaughtJournal(IOptions<ServerOptions> options, TimeProvider time, ILogger<TaughtJournal> log)
{
    /// <summary>Its name in the data folder.</summary>
    public const string FileName = "taught-by.jsonl";

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);
    private readonly Lock _turn = new();

    /// <summary>Notes a change that was made. One that cannot be noted is told by the log: the change itself is kept already.</summary>
    internal void Note(Caller caller, string change, string word, string tower)
    {
        if (caller.Name is not { } by)
        {
            return;
        }

        try
        {
            lock (_turn)
            {
                Directory.CreateDirectory(options.Value.DataDirectory);
                File.AppendAllText(Path.Combine(options.Value.DataDirectory, FileName), JsonSerializer.Serialize(new { word, tower, change, by, at = time.GetUtcNow() }, s_options) + "\n");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("It cannot be noted who changed a taught concept: {Problem}", error.Message);
        }
    }
}
