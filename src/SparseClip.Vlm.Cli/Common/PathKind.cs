namespace SparseClip.Vlm.Cli.Common;

/// <summary>What a path given as an argument must lead to.</summary>
internal enum PathKind
{
    /// <summary>A file that is read.</summary>
    InputFile,

    /// <summary>A folder that is read.</summary>
    InputFolder,

    /// <summary>A file or a folder that is read.</summary>
    Input,

    /// <summary>A folder that <c>data build</c> wrote.</summary>
    DataFolder,

    /// <summary>A file that is written.</summary>
    OutputFile,

    /// <summary>A folder that is written to.</summary>
    OutputFolder,
}

/// <summary>Checks of paths, made before a command runs.</summary>
internal static class PathKinds
{
    /// <summary>What is wrong with a path, and what to do; null if nothing is.</summary>
    public static string? Problem(this PathKind kind, string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            return $"no path was given; name a {(kind is PathKind.InputFile or PathKind.OutputFile ? "file" : "folder")}";
        }

        return kind switch
        {
            PathKind.OutputFile when Directory.Exists(path) => $"'{path}' is a folder; give the name of a file in it",
            PathKind.OutputFile or PathKind.OutputFolder => Blocked(kind, path),
            PathKind.Input => File.Exists(path) || Directory.Exists(path) ? null : $"'{path}' does not exist",
            PathKind.InputFile => Directory.Exists(path) ? $"'{path}' is a folder; name a file" : File.Exists(path) ? null : $"the file '{path}' does not exist",
            _ when File.Exists(path) => $"'{path}' is a file; name a folder",
            _ when Directory.Exists(path) => null,
            PathKind.DataFolder => $"the folder '{path}' does not exist; make it with 'sparseclip data build --out {path}'",
            _ => $"the folder '{path}' does not exist",
        };
    }

    // A file where a folder of the path should be; everything else that is missing can be made.
    private static string? Blocked(PathKind kind, string path)
    {
        var full = Path.GetFullPath(path);
        for (var at = kind == PathKind.OutputFile ? Path.GetDirectoryName(full) : full; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(at))
            {
                return $"'{at}' is a file; give a folder";
            }
        }

        return null;
    }
}
