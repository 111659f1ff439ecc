using System.Diagnostics.CodeAnalysis;

namespace SparseClip.Vlm.Server.Images;

/// <summary>A map that keeps only the last used entries. Thread-safe.</summary>
internal sealed class RecentMap<T>(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, T Value)>> _nodes = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, T Value)> _order = new();

    public bool TryGet(string key, [MaybeNullWhen(false)] out T value)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(key, out var node))
            {
                value = default;
                return false;
            }

            _order.Remove(node);
            _order.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    public void Set(string key, T value)
    {
        lock (_gate)
        {
            if (_nodes.Remove(key, out var old))
            {
                _order.Remove(old);
            }
            else if (_nodes.Count == capacity)
            {
                _nodes.Remove(_order.Last!.Value.Key);
                _order.RemoveLast();
            }

            _nodes[key] = _order.AddFirst((key, value));
        }
    }
}
