namespace SparseClip.Vlm.Cli.Common;

/// <summary>Finds the folder <c>models</c> with presets, pretrained parts and bundles.</summary>
internal static class ModelsFolder
{
    /// <summary>The environment variable that names it.</summary>
    public const string Variable = "SPARSECLIP_MODELS";

    /// <summary>The folder named by the environment, else the nearest one above the working directory, else above the program.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            return Directory.Exists(named)
                ? Path.GetFullPath(named)
                : throw new DirectoryNotFoundException($"{Variable} names '{named}', which is no folder.");
        }

        return Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory)
            ?? throw new DirectoryNotFoundException(
                $"No folder 'models/presets' above {Environment.CurrentDirectory}. Run inside the repository or set {Variable}.");
    }

    /// <summary>A preset by its file or by its name.</summary>
    /// <exception cref="FileNotFoundException">There is no such preset.</exception>
    public static string Preset(string nameOrFile)
    {
        if (File.Exists(nameOrFile))
        {
            return nameOrFile;
        }

        var presets = Path.Combine(Find(), "presets");
        var file = Path.Combine(presets, nameOrFile + ".json");
        return File.Exists(file)
            ? file
            : throw new FileNotFoundException(
                $"No preset '{nameOrFile}': neither a file nor one of {string.Join(", ", Directory.GetFiles(presets, "*.json").Select(Path.GetFileNameWithoutExtension).Order())}.");
    }

    private static string? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            var models = Path.Combine(folder.FullName, "models");
            if (Directory.Exists(Path.Combine(models, "presets")))
            {
                return models;
            }
        }

        return null;
    }
}
