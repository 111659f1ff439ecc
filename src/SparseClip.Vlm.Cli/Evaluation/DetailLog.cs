using System.Text.Encodings.Web;
using System.Text.Json;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary>Writes what an evaluation says of each picture as JSON lines, as it comes.</summary>
internal sealed class DetailLog : IDisposable
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly StreamWriter _writer;

    private DetailLog(string file) => _writer = new StreamWriter(file) { AutoFlush = true };

    /// <summary>Null for no file.</summary>
    public static DetailLog? Open(string? file) => file is null ? null : new DetailLog(file);

    public void Write<T>(T detail) => _writer.WriteLine(JsonSerializer.Serialize(detail, s_json));

    public void Dispose() => _writer.Dispose();
}
