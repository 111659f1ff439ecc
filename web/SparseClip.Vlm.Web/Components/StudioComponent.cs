using Microsoft.AspNetCore.Components;
using SparseClip.Vlm.Web.State;

namespace SparseClip.Vlm.Web.Components;

/// <summary>A component that is drawn again whenever the studio changes.</summary>
public abstract class StudioComponent : ComponentBase, IDisposable
{
    [Inject]
    protected Studio Studio { get; set; } = null!;

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    protected override void OnInitialized() => Studio.Changed += Redraw;

    protected virtual void Dispose(bool disposing) => Studio.Changed -= Redraw;

    private void Redraw() => InvokeAsync(StateHasChanged);
}
