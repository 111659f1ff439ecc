using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Data.Shards;

/// <summary>A shard, a labelled set or one of its members cannot be read. The message names the file and the member.</summary>
public sealed class ShardException : SparseClipException
{
    public ShardException(string message) : base(message)
    {
    }

    public ShardException(string message, Exception inner) : base(message, inner)
    {
    }
}
