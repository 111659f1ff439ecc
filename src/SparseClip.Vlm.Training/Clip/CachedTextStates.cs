using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// Remembers the frozen states of captions: what is frozen need not be computed twice. Holds at most a given number of texts in half
/// precision and forgets all of them when it is full (the captions of a batch are drawn at random, so recency says little).
/// </summary>
public sealed class CachedTextStates : IFrozenTextStates
{
    private readonly IFrozenTextStates _inner;
    private readonly int _capacity;
    private readonly ConcurrentDictionary<string, Half[]> _known = new(StringComparer.Ordinal);

    /// <param name="inner">What computes states; not owned.</param>
    /// <param name="capacity">The most texts to remember; each takes 2 x Width bytes.</param>
    public CachedTextStates(IFrozenTextStates inner, int capacity)
    {
        _inner = inner;
        _capacity = capacity;
    }

    /// <inheritdoc />
    public int Width => _inner.Width;

    /// <inheritdoc />
    public Tensor Pool(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var missing = texts.Where(text => !_known.ContainsKey(text)).Distinct().ToArray();
        if (_known.Count + missing.Length > _capacity)
        {
            _known.Clear();
            missing = [.. texts.Distinct()];
        }

        if (missing.Length > 0)
        {
            Remember(missing, cancellationToken);
        }

        using var scope = NewDisposeScope();
        var rows = empty([texts.Count, Width], ScalarType.Float16, CPU);
        var target = MemoryMarshal.Cast<byte, Half>(rows.bytes);
        for (var i = 0; i < texts.Count; i++)
        {
            _known[texts[i]].CopyTo(target.Slice(i * Width, Width));
        }

        return rows.ToDevice().to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private void Remember(string[] missing, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var states = _inner.Pool(missing, cancellationToken).to_type(ScalarType.Float16).contiguous().ToHost();
        var values = MemoryMarshal.Cast<byte, Half>(states.bytes);
        for (var i = 0; i < missing.Length; i++)
        {
            _known[missing[i]] = values.Slice(i * Width, Width).ToArray();
        }
    }
}
