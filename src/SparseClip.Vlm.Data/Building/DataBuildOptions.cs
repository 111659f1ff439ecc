using SparseClip.Vlm.Data.Sources;

namespace SparseClip.Vlm.Data.Building;

/// <summary>What to build and where.</summary>
/// <param name="Directory">The data folder; made if it is missing. Finished sources in it are left as they are.</param>
public sealed record DataBuildOptions(string Directory)
{
    /// <summary>WebDataset tars of photographs, whose JSON members have a "label".</summary>
    public IReadOnlyList<string> PhotographTars { get; init; } = [];

    /// <summary>Names of the sources to build; null for all of them. WordNet is always copied.</summary>
    public IReadOnlyList<string>? Sources { get; init; }

    /// <summary>Longer side of the icons, in pixels; 16 to 1024.</summary>
    public int Size { get; init; } = 160;

    /// <summary>Pictures that are drawn at the same time; 1 to 64.</summary>
    public int Parallelism { get; init; } = 2;

    /// <summary>Size after which a new shard is begun, in bytes.</summary>
    public long ShardBytes { get; init; } = 64L << 20;

    /// <exception cref="DataBuildException">A value is out of its range.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(Directory))
        {
            throw new DataBuildException("No data folder was named.");
        }

        if (Size is < 16 or > 1024)
        {
            throw new DataBuildException($"The size of the icons is {Size} pixels; it must be 16 to 1024.");
        }

        if (Parallelism is < 1 or > 64)
        {
            throw new DataBuildException($"The parallelism is {Parallelism}; it must be 1 to 64.");
        }

        if (ShardBytes < 1 << 16)
        {
            throw new DataBuildException($"The shard size is {ShardBytes} bytes; it must be at least 65,536.");
        }
    }
}
