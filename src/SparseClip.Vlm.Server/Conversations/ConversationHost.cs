using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Storage;

namespace SparseClip.Vlm.Server.Conversations;

/// <summary>
/// Has the database of conversations: PostgreSQL where <see cref="ServerOptions.Database"/> names one, else a file in the data folder. Opened when the server starts; one that cannot be is told in the log, refuses what needs it, and is tried again. Thread-safe.
/// </summary>
public sealed class ConversationHost(IOptions<ServerOptions> options, TimeProvider time, ILogger<ConversationHost> log) : BackgroundService, IPictureNeeds
{
    private const string FileName = "conversations.db";

    private readonly SemaphoreSlim _turn = new(1);
    private ConversationStore? _store;

    /// <summary>The database.</summary>
    /// <exception cref="RefusedException">503: it cannot be opened.</exception>
    public async Task<ConversationStore> StoreAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _store) is { } open)
        {
            return open;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            return _store ??= await OpenAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    async Task<IReadOnlySet<string>> IPictureNeeds.NeededAsync(IReadOnlyCollection<string> pictures, CancellationToken cancellationToken)
    {
        try
        {
            return await (await StoreAsync(cancellationToken)).NeededAsync(pictures, cancellationToken);
        }
        catch (ConversationStoreException error)
        {
            // Better too many pictures than one that a conversation shows no more.
            log.LogError("{Reason}", error.Message);
            return pictures.ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await StoreAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (ConversationStoreException error)
        {
            log.LogError("{Reason}", error.Message);
        }
    }

    private Task<ConversationStore> OpenAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Database.Length > 0)
        {
            return ConversationStore.OpenPostgresAsync(options.Value.Database, time, cancellationToken);
        }

        var folder = Path.GetFullPath(options.Value.DataDirectory);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConversationStoreException(ConversationStoreError.Unavailable, $"Conversations cannot be kept in the folder {folder} ({error.Message.TrimEnd('.')}). Give a folder that the server may write to with Server:DataDirectory.", error);
        }

        return ConversationStore.OpenSqliteAsync(Path.Combine(folder, FileName), time, cancellationToken);
    }
}
