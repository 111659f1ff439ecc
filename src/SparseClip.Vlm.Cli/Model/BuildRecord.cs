using System.Text.Json;
using SparseClip.Vlm.Core.Files;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Cli.Model;

/// <summary>Which stages of a build are done and from what, kept in a file, so that a build goes on where it was broken off and does again what has another source.</summary>
/// <param name="folder">The build's folder.</param>
internal sealed class BuildRecord(string folder)
{
    private const string FileName = "build.json";
    private readonly Dictionary<string, DoneStage> _done = Read(System.IO.Path.Combine(folder, FileName));

    private string Path => System.IO.Path.Combine(folder, FileName);

    /// <summary>Whether a stage was done by the same command line from the same sources, and what it made is still that.</summary>
    public bool IsDone(BuildStage stage, string[] arguments, IReadOnlyDictionary<string, string> sources) =>
        _done.TryGetValue(stage.Name, out var done) && done.Arguments.SequenceEqual(arguments)
        && done.Sources.Count == sources.Count && done.Sources.All(source => sources.GetValueOrDefault(source.Key) == source.Value)
        && File.Exists(System.IO.Path.Combine(folder, stage.Makes)) && ContentHash.Of(System.IO.Path.Combine(folder, stage.Makes)) == done.Made;

    /// <summary>Notes that a stage is done.</summary>
    public void Done(BuildStage stage, string[] arguments, IReadOnlyDictionary<string, string> sources)
    {
        _done[stage.Name] = new DoneStage(arguments, new Dictionary<string, string>(sources), ContentHash.Of(System.IO.Path.Combine(folder, stage.Makes)));
        WholeFile.Write(Path, beside => File.WriteAllText(beside, JsonSerializer.Serialize(_done, ConfigFile.Options)));
    }

    /// <summary>A record that cannot be read tells nothing: then all stages run.</summary>
    private static Dictionary<string, DoneStage> Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, DoneStage>>(File.ReadAllBytes(path), ConfigFile.Options) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <param name="Arguments">The command line.</param>
    /// <param name="Sources">Hashes of what it was made from, by name.</param>
    /// <param name="Made">The hash of what it made.</param>
    private sealed record DoneStage(string[] Arguments, IReadOnlyDictionary<string, string> Sources, string Made);
}
