namespace SparseClip.Vlm.Data.Shards;

/// <summary>Where a picture's bytes lie in a file.</summary>
/// <param name="File">Position in <see cref="ShardReader"/>'s list of files.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct ShardLocation(int File, long Offset, int Length);

/// <summary>One picture of a WebDataset tar: the picture member and the parsed JSON member of the same key.</summary>
/// <param name="Name">Name of the picture member, with extension.</param>
/// <param name="Json">Bytes of the JSON member; null where there is none.</param>
/// <param name="Offset">Bytes from the start of the tar to the picture.</param>
/// <param name="Length">Bytes of the picture.</param>
internal sealed record ShardMember(string Name, byte[]? Json, long Offset, int Length);
