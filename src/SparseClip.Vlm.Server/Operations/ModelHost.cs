using Microsoft.Extensions.Options;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>Loads the bundle in a folder; <paramref name="progress"/> gets what is going on, in words for people.</summary>
public delegate Task<IVisionLanguageModel> ModelLoader(
    string modelDirectory, IProgress<string> progress, CancellationToken cancellationToken);

/// <summary>Loads the model in the background, after the server listens, and owns it. Thread-safe.</summary>
public sealed class ModelHost(ModelLoader load, IOptions<ServerOptions> options, ILogger<ModelHost> log)
    : BackgroundService, IAsyncDisposable, IProgress<string>
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IVisionLanguageModel? _model;
    private volatile string? _failure;
    private volatile string? _doing;
    private volatile IReadOnlyList<RefusedConcept> _refused = [];

    /// <summary>The model; null while it loads or when it could not be loaded.</summary>
    public IVisionLanguageModel? Current => _model;

    /// <summary>Why the model could not be loaded; null while it loads and when it is there.</summary>
    public string? Failure => _failure;

    /// <summary>Done when the model is loaded or has failed to.</summary>
    public Task Settled => _settled.Task;

    /// <summary>What the loading is at; null before it began.</summary>
    public string? Doing => _doing;

    /// <summary>The model.</summary>
    /// <exception cref="ModelNotReadyException">It is not there (yet).</exception>
    public IVisionLanguageModel Require() => _model ?? throw new ModelNotReadyException(_failure);

    /// <summary>The concepts that were taught and that this model cannot use, each with the reason.</summary>
    public IReadOnlyList<RefusedConcept> RefusedConcepts => _refused;

    /// <summary>Has the model use concepts that people taught, and no others; logs those that it cannot use.</summary>
    /// <exception cref="ModelNotReadyException">It is not there (yet).</exception>
    public void UseTaught(IReadOnlyList<Concept> taught) => UseTaught(Require(), taught);

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var directory = Path.GetFullPath(options.Value.ModelDirectory);
        log.LogInformation("Loading the model in {Directory}", directory);
        try
        {
            // The loader may compute for seconds before it first awaits.
            var model = await Task.Run(() => load(directory, this, stoppingToken), stoppingToken);
            await TeachAsync(model);
            _model = model;
            log.LogInformation("Ready: {Model}", model.Name);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // Whatever stops the model from loading is shown by /health/ready; the server stays up to say so.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _failure = error.Message;
            log.LogError(error, "The model in {Directory} could not be loaded", directory);
        }
        finally
        {
            _settled.TrySetResult();
        }
    }

    private async Task TeachAsync(IVisionLanguageModel model)
    {
        try
        {
            UseTaught(model, TaughtConceptFile.Read(Path.GetFullPath(options.Value.TaughtConcepts)));
        }
        catch
        {
            await model.DisposeAsync();
            throw;
        }
    }

    private void UseTaught(IVisionLanguageModel model, IReadOnlyList<Concept> taught)
    {
        _refused = model.UseTaught(taught);
        foreach (var refused in _refused)
        {
            log.LogWarning("{Reason}", refused.Reason);
        }
    }

    /// <inheritdoc />
    void IProgress<string>.Report(string value) => _doing = value;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        base.Dispose();
        if (Interlocked.Exchange(ref _model, null) is { } model)
        {
            await model.DisposeAsync();
        }
    }
}
