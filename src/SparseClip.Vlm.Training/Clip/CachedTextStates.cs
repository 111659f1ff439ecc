using System.Runtime.InteropServices;
using BitFaster.Caching.Lru;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// Remembers the frozen states of captions: what is frozen need not be computed twice. Holds at most a given number of texts in half
/// precision, those asked for lately.
/// </summary>
public sealed class CachedTextStates : IFrozenTextStates
{
    private readonly IFrozenTextStates _inner;
    private readonly ConcurrentLru<string, Half[]> _known;

    /// <param name="inner">What computes states; not owned.</param>
    /// <param name="capacity">The most texts to remember, 3 or more; each takes 2 x Width bytes.</param>
    public CachedTextStates(IFrozenTextStates inner, int capacity)
    {
        _inner = inner;
        _known = new ConcurrentLru<string, Half[]>(capacity);
    }

    /// <inheritdoc />
    public int Width => _inner.Width;

    /// <inheritdoc />
    public Tensor Pool(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        // What was found is held here: another thread may make the cache forget it meanwhile.
        var found = new Dictionary<string, Half[]>(texts.Count, StringComparer.Ordinal);
        var missing = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in texts)
        {
            if (_known.TryGet(text, out var known))
            {
                found[text] = known;
            }
            else
            {
                missing.Add(text);
            }
        }

        if (missing.Count > 0)
        {
            Compute([.. missing], found, cancellationToken);
        }

        using var scope = NewDisposeScope();
        var rows = empty([texts.Count, Width], ScalarType.Float16, CPU);
        var target = MemoryMarshal.Cast<byte, Half>(rows.bytes);
        for (var i = 0; i < texts.Count; i++)
        {
            found[texts[i]].CopyTo(target.Slice(i * Width, Width));
        }

        return rows.ToDevice().to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    private void Compute(string[] missing, Dictionary<string, Half[]> found, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var states = _inner.Pool(missing, cancellationToken).to_type(ScalarType.Float16).contiguous().ToHost();
        var values = MemoryMarshal.Cast<byte, Half>(states.bytes);
        for (var i = 0; i < missing.Length; i++)
        {
            found[missing[i]] = values.Slice(i * Width, Width).ToArray();
            _known.AddOrUpdate(missing[i], found[missing[i]]);
        }
    }
}
