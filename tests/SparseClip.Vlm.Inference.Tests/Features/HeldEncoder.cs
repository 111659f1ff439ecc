using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Inference.Tests.Features;

/// <summary>The table of <see cref="TableEncoder"/>, slow: whoever comes in stays until the gate is opened.</summary>
internal sealed class HeldEncoder : ITextEncoder, IDisposable
{
    private readonly TableEncoder _table = new();
    private readonly ManualResetEventSlim _gate = new();
    private readonly SemaphoreSlim _entered = new(0);

    public int Dimension => _table.Dimension;

    /// <summary>How many texts went through.</summary>
    public int Texts => _table.Texts;

    /// <summary>The threads that worked here.</summary>
    public List<int> Threads { get; } = [];

    public IReadOnlyList<SparseCode> Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        Threads.Add(Environment.CurrentManagedThreadId);
        _entered.Release();
        _gate.Wait(CancellationToken.None);
        return _table.Encode(texts, cancellationToken);
    }

    /// <summary>Waits until someone is in the tower.</summary>
    public Task EnteredAsync() => _entered.WaitAsync(TestContext.Current.CancellationToken);

    public void Open() => _gate.Set();

    public void Dispose()
    {
        _gate.Dispose();
        _entered.Dispose();
    }
}
