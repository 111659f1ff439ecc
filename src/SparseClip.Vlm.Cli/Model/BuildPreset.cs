using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;

namespace SparseClip.Vlm.Cli.Model;

/// <summary>The stages by which a bundle is made of a tower. Read from models/presets/build-*.json.</summary>
/// <param name="Stages">In the order in which they run; one at least.</param>
internal sealed record BuildPreset(IReadOnlyList<BuildStage> Stages)
{
    /// <summary>A preset by its name, with or without "build-", or by its file.</summary>
    /// <exception cref="ConfigurationException">It is no such preset.</exception>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static BuildPreset Load(string nameOrFile)
    {
        var path = ModelsFolder.Preset(File.Exists(nameOrFile) || nameOrFile.StartsWith("build-", StringComparison.Ordinal) ? nameOrFile : "build-" + nameOrFile);
        var preset = ConfigFile.Load<BuildPreset>(path);
        return preset.Problem() is { } problem ? throw new ConfigurationException($"Preset '{path}': {problem}.") : preset;
    }

    private string? Problem() =>
        Stages.Count == 0 ? "it has no stages"
        : Stages.FirstOrDefault(stage => stage.Name.Length == 0 || stage.Command.Length == 0 || stage.Makes.Length == 0) is { } empty ? $"stage '{empty.Name}' needs 'name', 'command' and 'makes'"
        : Stages.GroupBy(stage => stage.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice ? $"two stages are called '{twice.Key}'"
        : null;
}

/// <summary>A stage.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Command">
/// The command line without the program's name, whose arguments are parted by spaces; <c>{tower}</c>, <c>{data}</c>, <c>{language_model}</c> and <c>{out}</c> stand for paths.
/// </param>
/// <param name="Makes">The file that is there when it is done, below the output folder.</param>
internal sealed record BuildStage(string Name, string Command, string Makes)
{
    /// <summary>The arguments with the paths in them.</summary>
    public string[] Arguments(IReadOnlyDictionary<string, string> paths) =>
        [.. Command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(argument => paths.Aggregate(argument, (text, path) => text.Replace($"{{{path.Key}}}", path.Value, StringComparison.Ordinal)))];
}
