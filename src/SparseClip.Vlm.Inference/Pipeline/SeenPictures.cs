using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Inference.Pipeline;

/// <summary>The pictures seen last, by the hash of their file; the one that was not asked for longest goes first. Thread-safe.</summary>
internal sealed class SeenPictures(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<SeenPicture>> _byId = new(StringComparer.Ordinal);
    private readonly LinkedList<SeenPicture> _latestFirst = new();

    /// <summary>The picture, if it is still kept.</summary>
    public SeenPicture? Find(string id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node))
            {
                return null;
            }

            _latestFirst.Remove(node);
            _latestFirst.AddFirst(node);
            return node.Value;
        }
    }

    /// <summary>Keeps a picture.</summary>
    public void Add(SeenPicture picture)
    {
        lock (_lock)
        {
            if (_byId.ContainsKey(picture.Id))
            {
                return;
            }

            _byId[picture.Id] = _latestFirst.AddFirst(picture);
            if (_byId.Count > capacity)
            {
                _byId.Remove(_latestFirst.Last!.Value.Id);
                _latestFirst.RemoveLast();
            }
        }
    }
}
