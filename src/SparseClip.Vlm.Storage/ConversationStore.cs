using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SparseClip.Vlm.Storage.Records;

namespace SparseClip.Vlm.Storage;

/// <summary>
/// Conversations in a database: a file of SQLite or PostgreSQL. What a method acknowledges is there after the process was killed. Somebody's conversations are there for nobody else. Thread-safe.
/// </summary>
public sealed class ConversationStore
{
    /// <summary>SQLITE_FULL.</summary>
    private const int SqliteFull = 13;

    private static readonly TimeSpan s_tick = TimeSpan.FromMicroseconds(1);

    private readonly Func<ConversationContext> _open;
    private readonly TimeProvider _time;

    private ConversationStore(Func<ConversationContext> open, TimeProvider time) => (_open, _time) = (open, time);

    /// <summary>Opens a file of SQLite, which is made if there is none, and brings its tables up to date.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">Tells when things are said.</param>
    /// <param name="cancellationToken">Stops between migrations.</param>
    /// <exception cref="ConversationStoreException">It is no such file, of a later version, or cannot be written.</exception>
    public static Task<ConversationStore> OpenSqliteAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var options = new DbContextOptionsBuilder<SqliteConversationContext>().UseSqlite($"Data Source={path}").Options;
        return OpenAsync(() => new SqliteConversationContext(options), time, $"the file {path}", cancellationToken);
    }

    /// <summary>Opens a database of PostgreSQL and brings its tables up to date.</summary>
    /// <param name="connection">The connection string, such as <c>Host=localhost;Database=sparseclip;Username=ada;Password=...</c>.</param>
    /// <param name="time">Tells when things are said.</param>
    /// <param name="cancellationToken">Stops between migrations.</param>
    /// <exception cref="ConversationStoreException">It cannot be reached, is of a later version, or cannot be written.</exception>
    public static Task<ConversationStore> OpenPostgresAsync(string connection, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(connection);
        var options = new DbContextOptionsBuilder<PostgresConversationContext>().UseNpgsql(connection).Options;
        return OpenAsync(() => new PostgresConversationContext(options), time, "the PostgreSQL database", cancellationToken);
    }

    /// <summary>Begins a conversation.</summary>
    /// <param name="owner">Whose it is; empty where everything is everybody's.</param>
    /// <param name="title">Its title.</param>
    /// <param name="cancellationToken">Stops before it is kept.</param>
    public Task<KeptConversation> CreateAsync(string owner, string title, CancellationToken cancellationToken) => RunAsync(async context =>
    {
        var now = Now();
        var row = new ConversationRecord { Id = NewId(), Owner = owner, Title = Storable(title), Created = now, Changed = now };
        context.Conversations.Add(row);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return row.ToConversation();
    });

    /// <summary>Somebody's conversations, the last changed first.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="query">What stands in the title or in a message, whatever its case; null or empty for all.</param>
    /// <param name="skip">How many to pass over.</param>
    /// <param name="take">The most to return.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <returns>Them, and how many there are in all.</returns>
    public Task<(IReadOnlyList<ConversationSummary> Page, int Total)> ListAsync(string owner, string? query, int skip, int take, CancellationToken cancellationToken) => RunAsync(async context =>
    {
        var rows = context.Conversations.AsNoTracking().Where(row => row.Owner == owner);
        if (!string.IsNullOrWhiteSpace(query))
        {
            // In invariant globalization this is what the databases do with letters of ASCII; others are found in their own case.
#pragma warning disable CA1304, CA1311, CA1862 // Translated to the database's lower().
            var sought = Storable(query.Trim()).ToLower();
            rows = rows.Where(row => row.Title.ToLower().Contains(sought) || row.Messages.Any(message => message.Text.ToLower().Contains(sought)));
#pragma warning restore CA1304, CA1311, CA1862
        }

        var total = await rows.CountAsync(cancellationToken).ConfigureAwait(false);
        var page = await rows.OrderByDescending(row => row.Changed).ThenByDescending(row => row.Id).Skip(skip).Take(take)
            .Select(row => new
            {
                row.Id, row.Title, row.Created, row.Changed, row.Messages.Count,
                Picture = row.Messages.Where(message => message.Picture != null).OrderBy(message => message.Created).Select(message => message.Picture).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        return ((IReadOnlyList<ConversationSummary>)[.. page.Select(row => new ConversationSummary(row.Id, row.Title, Rows.Utc(row.Created), Rows.Utc(row.Changed), row.Count, row.Picture))], total);
    });

    /// <summary>A conversation with its messages.</summary>
    /// <exception cref="ConversationStoreException">There is none of that id that is the owner's.</exception>
    public Task<KeptConversation> GetAsync(string owner, string id, CancellationToken cancellationToken) => RunAsync(async context =>
    {
        var row = await context.Conversations.AsNoTracking().Include(conversation => conversation.Messages)
            .FirstOrDefaultAsync(conversation => conversation.Id == id && conversation.Owner == owner, cancellationToken).ConfigureAwait(false);
        return row?.ToConversation() ?? throw Unknown(id);
    });

    /// <summary>Changes a title, or which branch is shown.</summary>
    /// <param name="owner">Whose conversation.</param>
    /// <param name="id">Which.</param>
    /// <param name="title">The new title; null to leave it.</param>
    /// <param name="head">The message at the end of the branch to show; null to leave it.</param>
    /// <param name="cancellationToken">Stops before it is kept.</param>
    /// <exception cref="ConversationStoreException">There is no such conversation, or no such message in it.</exception>
    public Task ChangeAsync(string owner, string id, string? title, string? head, CancellationToken cancellationToken) => RunAsync(async context =>
    {
        var row = await FindAsync(context, owner, id, cancellationToken).ConfigureAwait(false);
        await RequireMessageAsync(context, id, head, cancellationToken).ConfigureAwait(false);
        row.Title = title is null ? row.Title : Storable(title);
        row.Head = head ?? row.Head;
        row.Changed = Now();
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return row;
    });

    /// <summary>Deletes a conversation with its messages.</summary>
    /// <returns>The ids of the pictures that no conversation needs any more.</returns>
    /// <exception cref="ConversationStoreException">There is none of that id that is the owner's.</exception>
    public Task<IReadOnlyList<string>> DeleteAsync(string owner, string id, CancellationToken cancellationToken) => RunAsync(async context =>
    {
        var row = await FindAsync(context, owner, id, cancellationToken).ConfigureAwait(false);
        var pictures = await context.Messages.Where(message => message.ConversationId == id && message.Picture != null).Select(message => message.Picture!).Distinct()
            .ToListAsync(cancellationToken).ConfigureAwait(false);
        context.Conversations.Remove(row);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        var needed = await NeededAsync(context, pictures, cancellationToken).ConfigureAwait(false);
        return (IReadOnlyList<string>)[.. pictures.Where(picture => !needed.Contains(picture))];
    });

    /// <summary>Which of some pictures a conversation needs, whosoever it is.</summary>
    public Task<IReadOnlySet<string>> NeededAsync(IReadOnlyCollection<string> pictures, CancellationToken cancellationToken) =>
        RunAsync(context => NeededAsync(context, pictures, cancellationToken));

    /// <summary>
    /// Keeps what was asked and a place for the answer, which becomes the head. An id of a request is taken once: of two that come at the same time one fails.
    /// </summary>
    /// <param name="owner">Whose conversation.</param>
    /// <param name="id">Which.</param>
    /// <param name="parent">The message that the first of these follows; null for none.</param>
    /// <param name="messages">What was said, in order; none where an answer is made again.</param>
    /// <param name="asked">What was asked for, as JSON.</param>
    /// <param name="requestId">What the client calls the request; null for none.</param>
    /// <param name="cancellationToken">Stops before it is kept.</param>
    /// <returns>What was said and the answer, which is empty yet.</returns>
    /// <exception cref="ConversationStoreException">There is no such conversation or message, or the request is there already.</exception>
    public Task<IReadOnlyList<KeptMessage>> AskAsync(
        string owner, string id, string? parent, IReadOnlyList<NewMessage> messages, string asked, string? requestId, CancellationToken cancellationToken) => RunAsync(async context =>
    {
        var row = await FindAsync(context, owner, id, cancellationToken).ConfigureAwait(false);
        var last = await RequireMessageAsync(context, id, parent, cancellationToken).ConfigureAwait(false);
        if (requestId is not null && await context.Messages.AnyAsync(message => message.ConversationId == id && message.RequestId == requestId, cancellationToken).ConfigureAwait(false))
        {
            throw Exists(requestId);
        }

        var added = new List<MessageRecord>();
        foreach (var message in messages)
        {
            added.Add(Next(message.Role, Storable(message.Text), MessageStatus.Whole, message.Picture));
        }

        added.Add(Next("assistant", "", MessageStatus.Writing, picture: null, requestId, asked));
        context.Messages.AddRange(added);
        (row.Head, row.Changed) = (added[^1].Id, added[^1].Created);
        try
        {
            await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbUpdateException) when (requestId is not null && HasRequest(id, requestId))
        {
            throw Exists(requestId);
        }

        return (IReadOnlyList<KeptMessage>)[.. added.Select(message => message.ToMessage())];

        MessageRecord Next(string role, string text, string status, string? picture, string? request = null, string? wishes = null)
        {
            // After the message before it, whatever the clock says.
            var before = added.Count > 0 ? added[^1].Created : last?.Created ?? DateTime.MinValue;
            var now = Now();
            return new MessageRecord
            {
                Id = NewId(), ConversationId = id, ParentId = added.Count > 0 ? added[^1].Id : parent, Role = role, Text = text, Status = status, Picture = picture,
                Created = now > before ? now : DateTime.SpecifyKind(before, DateTimeKind.Utc) + s_tick, RequestId = request, Asked = wishes is null ? null : Storable(wishes),
            };
        }
    });

    /// <summary>Keeps how far an answer has come.</summary>
    /// <param name="id">The answer.</param>
    /// <param name="text">All of its text.</param>
    /// <param name="status">One of <see cref="MessageStatus"/>.</param>
    /// <param name="outcome">What came of it, as JSON; null to leave what is there.</param>
    /// <param name="cancellationToken">Stops before it is kept.</param>
    public Task WriteAsync(string id, string text, string status, string? outcome, CancellationToken cancellationToken) => RunAsync(context =>
    {
        var (storable, result) = (Storable(text), outcome is null ? null : Storable(outcome));
        return context.Messages.Where(message => message.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(message => message.Text, storable).SetProperty(message => message.Status, status)
                .SetProperty(message => message.Outcome, message => result ?? message.Outcome),
            cancellationToken);
    });

    /// <summary>Takes up an answer that broke off, to be gone on with; of two who try at once one does.</summary>
    /// <param name="id">The answer.</param>
    /// <param name="cancellationToken">Stops before it is kept.</param>
    /// <returns>Whether it was one that broke off.</returns>
    public Task<bool> ReopenAsync(string id, CancellationToken cancellationToken) => RunAsync(async context =>
        await context.Messages.Where(message => message.Id == id && message.Status != MessageStatus.Writing && message.Status != MessageStatus.Whole)
            .ExecuteUpdateAsync(set => set.SetProperty(message => message.Status, MessageStatus.Writing), cancellationToken).ConfigureAwait(false) == 1);

    /// <summary>Keeps a conversation that came from elsewhere, under new ids.</summary>
    /// <param name="owner">Whose it will be.</param>
    /// <param name="conversation">It; each message after its parent.</param>
    /// <param name="cancellationToken">Stops before anything is kept.</param>
    /// <exception cref="ConversationStoreException">A message's parent, or the head, is none of the messages before it.</exception>
    public Task<KeptConversation> ImportAsync(string owner, KeptConversation conversation, CancellationToken cancellationToken) => RunAsync(async context =>
    {
        ArgumentNullException.ThrowIfNull(conversation);
        var ids = new Dictionary<string, string>(StringComparer.Ordinal);
        var row = new ConversationRecord { Id = NewId(), Owner = owner, Title = Storable(conversation.Title), Created = conversation.Created.UtcDateTime, Changed = Now() };
        foreach (var message in conversation.Messages)
        {
            var (parent, id) = (New(message.Parent), NewId());
            ids[message.Id] = id;
            row.Messages.Add(new MessageRecord
            {
                Id = id, ConversationId = row.Id, ParentId = parent, Role = message.Role, Text = Storable(message.Text), Picture = message.Picture,
                Status = message.Status == MessageStatus.Writing ? MessageStatus.Interrupted : message.Status,
                Created = message.Created.UtcDateTime, RequestId = message.RequestId, Asked = message.Asked is null ? null : Storable(message.Asked),
                Outcome = message.Outcome is null ? null : Storable(message.Outcome),
            });
        }

        row.Head = New(conversation.Head);
        context.Conversations.Add(row);
        await context.SaveChangesAsync(cancellationToken).ConfigureAwait(false);
        return row.ToConversation();

        string? New(string? old) => old is null ? null : ids.TryGetValue(old, out var id) ? id : throw UnknownMessage(old);
    });

    private static async Task<ConversationStore> OpenAsync(Func<ConversationContext> open, TimeProvider time, string what, CancellationToken cancellationToken)
    {
        var store = new ConversationStore(open, time);
        try
        {
            await using var context = open();
            var known = context.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
            var later = (await context.Database.GetAppliedMigrationsAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(migration => !known.Contains(migration));
            if (later is not null)
            {
                throw new ConversationStoreException(ConversationStoreError.Unavailable, $"Conversations cannot be kept in {what}: a later version of the program wrote it ({later}). Run that version, or name another place.");
            }

            await context.Database.MigrateAsync(cancellationToken).ConfigureAwait(false);
            await context.Messages.Where(message => message.Status == MessageStatus.Writing)
                .ExecuteUpdateAsync(set => set.SetProperty(message => message.Status, MessageStatus.Interrupted), cancellationToken).ConfigureAwait(false);
            return store;
        }
        catch (Exception error) when (error is DbException or InvalidOperationException or ArgumentException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new ConversationStoreException(ConversationStoreError.Unavailable, $"Conversations cannot be kept in {what} ({error.Message.TrimEnd('.')}). Mend it, or name another place.", error);
        }
    }

    private async Task<T> RunAsync<T>(Func<ConversationContext, Task<T>> work)
    {
        try
        {
            await using var context = _open();
            return await work(context).ConfigureAwait(false);
        }
        catch (Exception error) when (error is DbException or DbUpdateException or TimeoutException)
        {
            throw new ConversationStoreException(
                IsFull(error.InnerException ?? error) ? ConversationStoreError.NoRoom : ConversationStoreError.Unavailable, $"The database of conversations cannot do it ({(error.InnerException ?? error).Message.TrimEnd('.')}). Whoever runs the server must mend it or make room.", error);
        }
    }

    private static async Task<ConversationRecord> FindAsync(ConversationContext context, string owner, string id, CancellationToken cancellationToken) =>
        await context.Conversations.FirstOrDefaultAsync(row => row.Id == id && row.Owner == owner, cancellationToken).ConfigureAwait(false) ?? throw Unknown(id);

    private static async Task<MessageRecord?> RequireMessageAsync(ConversationContext context, string conversation, string? id, CancellationToken cancellationToken) => id is null
        ? null
        : await context.Messages.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id && row.ConversationId == conversation, cancellationToken).ConfigureAwait(false) ?? throw UnknownMessage(id);

    private static async Task<IReadOnlySet<string>> NeededAsync(ConversationContext context, IReadOnlyCollection<string> pictures, CancellationToken cancellationToken) => pictures.Count == 0
        ? new HashSet<string>()
        : (await context.Messages.Where(message => message.Picture != null && pictures.Contains(message.Picture)).Select(message => message.Picture!).Distinct().ToListAsync(cancellationToken).ConfigureAwait(false))
            .ToHashSet(StringComparer.Ordinal);

    // Another context: the one that failed may not be asked any more.
    private bool HasRequest(string conversation, string requestId)
    {
        using var context = _open();
        return context.Messages.Any(message => message.ConversationId == conversation && message.RequestId == requestId);
    }

    private static bool IsFull(Exception error) => error switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode == SqliteFull,
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.DiskFull,
        _ => false,
    };

    private DateTime Now()
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % s_tick.Ticks)); // as exact as PostgreSQL keeps it
    }

    private static string NewId() => Guid.CreateVersion7().ToString("n");

    /// <summary>PostgreSQL keeps no NUL in a text; what stands for what cannot be shown takes its place, in every database.</summary>
    private static string Storable(string text) => text.Replace('\0', '\uFFFD');

    private static ConversationStoreException Unknown(string id) => new(ConversationStoreError.UnknownConversation, $"There is no conversation '{Short(id)}' here (any more).");

    private static ConversationStoreException UnknownMessage(string id) => new(ConversationStoreError.UnknownMessage, $"There is no message '{Short(id)}' in this conversation.");

    private static ConversationStoreException Exists(string requestId) => new(ConversationStoreError.RequestExists, $"The request '{Short(requestId)}' is there already.");

    private static string Short(string id) => id.Length > 64 ? id[..64] + "…" : id;
}
