namespace SparseClip.Vlm.Storage.Tests;

/// <summary>The same promises in a file of SQLite and in PostgreSQL.</summary>
public sealed class ConversationStoreTests(PostgresServer postgres) : IDisposable
{
    private const string Ada = "ada", Bob = "bob";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-store-");
    private readonly Dictionary<string, string> _places = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Databases => ["sqlite", "postgres"];

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>The store of a database that this test has for itself; the second time the same one, opened anew.</summary>
    private async Task<ConversationStore> OpenAsync(string database, TimeProvider? time = null)
    {
        if (!_places.TryGetValue(database, out var place))
        {
            place = _places[database] = database == "sqlite" ? Path.Combine(_folder.FullName, "conversations.db") : await postgres.NewDatabaseAsync();
        }

        return database == "sqlite"
            ? await ConversationStore.OpenSqliteAsync(place, time ?? TimeProvider.System, Stop)
            : await ConversationStore.OpenPostgresAsync(place, time ?? TimeProvider.System, Stop);
    }

    private static async Task<ConversationStoreError> FailsAsync(Func<Task> work) => (await Assert.ThrowsAsync<ConversationStoreException>(work)).Error;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_was_asked_and_answered_is_there_when_it_is_opened_again(string database)
    {
        var store = await OpenAsync(database);
        var id = (await store.CreateAsync(Ada, "A dog?", Stop)).Id;
        var asked = await store.AskAsync(Ada, id, null, [new("system", "Be short."), new("user", "What is it? 🐕 \0", "p1")], """{"maxTokens":5}""", "r1", Stop);
        await store.WriteAsync(asked[^1].Id, "A d", MessageStatus.Writing, null, Stop);
        await store.WriteAsync(asked[^1].Id, "A dog.", MessageStatus.Whole, """{"finishReason":"stop"}""", Stop);

        var kept = await (await OpenAsync(database)).GetAsync(Ada, id, Stop);
        Assert.Equal(["Be short.", "What is it? 🐕 \uFFFD", "A dog."], kept.Messages.Select(message => message.Text));
        Assert.Equal(["system", "user", "assistant"], kept.Messages.Select(message => message.Role));
        Assert.Equal([null, kept.Messages[0].Id, kept.Messages[1].Id], kept.Messages.Select(message => message.Parent));
        var answer = kept.Messages[^1];
        Assert.Equal((MessageStatus.Whole, "r1", """{"maxTokens":5}""", """{"finishReason":"stop"}"""), (answer.Status, answer.RequestId, answer.Asked, answer.Outcome));
        Assert.Equal("p1", kept.Messages[1].Picture);
        Assert.Equal(answer.Id, kept.Head);
        Assert.Equal(kept.Messages, kept.Branch(kept.Head));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task An_answer_that_was_being_written_when_the_process_ended_is_interrupted_with_what_was_kept(string database)
    {
        var store = await OpenAsync(database);
        var id = (await store.CreateAsync(Ada, "", Stop)).Id;
        var answer = (await store.AskAsync(Ada, id, null, [new("user", "Hello")], "{}", null, Stop))[^1];
        await store.WriteAsync(answer.Id, "Good mor", MessageStatus.Writing, null, Stop);

        var again = await OpenAsync(database);
        var kept = (await again.GetAsync(Ada, id, Stop)).Messages[^1];
        Assert.Equal((MessageStatus.Interrupted, "Good mor"), (kept.Status, kept.Text));

        // Gone on with once, and not when it is whole.
        Assert.Equal((true, false), (await again.ReopenAsync(answer.Id, Stop), await again.ReopenAsync(answer.Id, Stop)));
        await again.WriteAsync(answer.Id, "Good morning", MessageStatus.Whole, "{}", Stop);
        Assert.False(await again.ReopenAsync(answer.Id, Stop));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_question_that_is_changed_and_an_answer_that_is_made_again_are_branches(string database)
    {
        var store = await OpenAsync(database);
        var id = (await store.CreateAsync(Ada, "", Stop)).Id;
        var first = await store.AskAsync(Ada, id, null, [new("user", "One")], "{}", null, Stop);
        var again = await store.AskAsync(Ada, id, first[0].Id, [], "{}", null, Stop);
        var changed = await store.AskAsync(Ada, id, null, [new("user", "Two")], "{}", null, Stop);
        var after = await store.AskAsync(Ada, id, again[0].Id, [new("user", "Three")], "{}", null, Stop);

        var kept = await store.GetAsync(Ada, id, Stop);
        Assert.Equal([first[0].Id, again[0].Id, after[0].Id, after[1].Id], kept.Branch(kept.Head)!.Select(message => message.Id));
        Assert.Equal([changed[0].Id, changed[1].Id], kept.Branch(changed[1].Id)!.Select(message => message.Id));
        await store.ChangeAsync(Ada, id, null, changed[1].Id, Stop);
        Assert.Equal(changed[1].Id, (await store.GetAsync(Ada, id, Stop)).Head);
        Assert.Null(kept.Branch("nothing"));
        Assert.Empty(kept.Branch(null)!);
        Assert.Equal(ConversationStoreError.UnknownMessage, await FailsAsync(() => store.ChangeAsync(Ada, id, null, "nothing", Stop)));
        Assert.Equal(ConversationStoreError.UnknownMessage, await FailsAsync(() => store.AskAsync(Ada, id, "nothing", [], "{}", null, Stop)));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Of_requests_of_one_id_that_come_at_once_one_is_kept(string database)
    {
        var store = await OpenAsync(database);
        var id = (await store.CreateAsync(Ada, "", Stop)).Id;
        var other = (await store.CreateAsync(Ada, "", Stop)).Id;
        var tries = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await Record.ExceptionAsync(() => store.AskAsync(Ada, id, null, [new("user", "Hello")], "{}", "same", Stop)))));
        Assert.Single(tries, error => error is null);
        Assert.All(tries.Where(error => error is not null), error => Assert.Equal(ConversationStoreError.RequestExists, Assert.IsType<ConversationStoreException>(error).Error));
        Assert.Equal(2, (await store.GetAsync(Ada, id, Stop)).Messages.Count);
        await store.AskAsync(Ada, other, null, [new("user", "Hello")], "{}", "same", Stop);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Somebodys_conversations_are_there_for_nobody_else(string database)
    {
        var store = await OpenAsync(database);
        var id = (await store.CreateAsync(Ada, "Mine", Stop)).Id;
        Assert.Empty((await store.ListAsync(Bob, null, 0, 10, Stop)).Page);
        Assert.Equal(ConversationStoreError.UnknownConversation, await FailsAsync(() => store.GetAsync(Bob, id, Stop)));
        Assert.Equal(ConversationStoreError.UnknownConversation, await FailsAsync(() => store.ChangeAsync(Bob, id, "Yours", null, Stop)));
        Assert.Equal(ConversationStoreError.UnknownConversation, await FailsAsync(() => store.DeleteAsync(Bob, id, Stop)));
        Assert.Equal(ConversationStoreError.UnknownConversation, await FailsAsync(() => store.AskAsync(Bob, id, null, [], "{}", null, Stop)));
        Assert.Equal("Mine", (await store.GetAsync(Ada, id, Stop)).Title);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task They_are_listed_last_changed_first_and_found_by_title_and_text(string database)
    {
        var store = await OpenAsync(database);
        var birds = (await store.CreateAsync(Ada, "Birds 100%", Stop)).Id;
        var fish = (await store.CreateAsync(Ada, "Fish", Stop)).Id;
        await store.AskAsync(Ada, birds, null, [new("user", "Is there an Ostrich?", "p1"), new("user", "or_this", "p2")], "{}", null, Stop);

        var (all, total) = await store.ListAsync(Ada, " ", 0, 10, Stop);
        Assert.Equal((2, birds, 3, "p1"), (total, all[0].Id, all[0].Messages, all[0].Picture));
        Assert.Equal((fish, 0, null), (all[1].Id, all[1].Messages, all[1].Picture));
        Assert.Equal(fish, Assert.Single((await store.ListAsync(Ada, null, 1, 1, Stop)).Page).Id);
        foreach (var (query, found) in (IEnumerable<(string, int)>)[("ostrich", 1), ("BIRDS", 1), ("100%", 1), ("%", 1), ("r_t", 1), ("o_t", 0), ("whale", 0)])
        {
            Assert.Equal((query, found), (query, (await store.ListAsync(Ada, query, 0, 10, Stop)).Total));
        }

        await store.ChangeAsync(Ada, fish, "Whales", null, Stop);
        Assert.Equal(fish, (await store.ListAsync(Ada, null, 0, 1, Stop)).Page[0].Id);
        Assert.Equal(1, (await store.ListAsync(Ada, "whale", 0, 10, Stop)).Total);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Deleting_tells_which_pictures_nobody_needs_any_more(string database)
    {
        var store = await OpenAsync(database);
        var one = (await store.CreateAsync(Ada, "", Stop)).Id;
        var two = (await store.CreateAsync(Bob, "", Stop)).Id;
        await store.AskAsync(Ada, one, null, [new("user", "a", "shared"), new("user", "b", "own"), new("user", "c", "own")], "{}", null, Stop);
        await store.AskAsync(Bob, two, null, [new("user", "a", "shared")], "{}", null, Stop);

        Assert.Equal(["own"], await store.DeleteAsync(Ada, one, Stop));
        Assert.Equal(ConversationStoreError.UnknownConversation, await FailsAsync(() => store.GetAsync(Ada, one, Stop)));
        Assert.Equal(["shared"], await store.NeededAsync(["shared", "own"], Stop));
        Assert.Equal(["shared"], await store.DeleteAsync(Bob, two, Stop));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_conversation_that_is_brought_elsewhere_is_the_same_under_other_ids(string database)
    {
        var store = await OpenAsync(database);
        var id = (await store.CreateAsync(Ada, "Birds", Stop)).Id;
        var first = await store.AskAsync(Ada, id, null, [new("user", "One", "p1")], """{"seed":1}""", "r1", Stop);
        await store.WriteAsync(first[^1].Id, "An answer.", MessageStatus.Whole, """{"seed":1}""", Stop);
        await store.AskAsync(Ada, id, first[0].Id, [], "{}", null, Stop);
        var kept = await store.GetAsync(Ada, id, Stop);

        var copy = await store.ImportAsync(Bob, kept, Stop);
        Assert.Equal(copy, await store.GetAsync(Bob, copy.Id, Stop), (a, b) => a.Id == b.Id && a.Head == b.Head && a.Messages.SequenceEqual(b.Messages));
        Assert.Equal(kept.Messages.Select(message => (message.Role, message.Text, message.Picture, message.Asked, message.Outcome, message.RequestId, message.Created)),
            copy.Messages.Select(message => (message.Role, message.Text, message.Picture, message.Asked, message.Outcome, message.RequestId, message.Created)));
        Assert.Equal([MessageStatus.Whole, MessageStatus.Whole, MessageStatus.Interrupted], copy.Messages.Select(message => message.Status));
        Assert.Equal(kept.Branch(kept.Head)!.Select(message => message.Text), copy.Branch(copy.Head)!.Select(message => message.Text));
        Assert.Empty(kept.Messages.Select(message => message.Id).Intersect(copy.Messages.Select(message => message.Id)));
        Assert.Equal(ConversationStoreError.UnknownMessage, await FailsAsync(() => store.ImportAsync(Bob, kept with { Head = "nothing" }, Stop)));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_clock_that_jumps_back_leaves_messages_in_their_order(string database)
    {
        var time = new BackwardClock();
        var store = await OpenAsync(database, time);
        var id = (await store.CreateAsync(Ada, "", Stop)).Id;
        string? parent = null;
        for (var turn = 0; turn < 4; turn++)
        {
            parent = (await store.AskAsync(Ada, id, parent, [new("user", $"{turn}")], "{}", null, Stop))[^1].Id;
        }

        Assert.Equal(["0", "1", "2", "3"], (await store.GetAsync(Ada, id, Stop)).Messages.Where(message => message.Role == "user").Select(message => message.Text));
    }

    [Fact]
    public async Task A_file_that_is_none_and_a_server_that_is_not_there_are_told()
    {
        var file = Path.Combine(_folder.FullName, "none.db");
        await File.WriteAllTextAsync(file, new string('x', 5000), Stop);
        var error = await Assert.ThrowsAsync<ConversationStoreException>(() => ConversationStore.OpenSqliteAsync(file, TimeProvider.System, Stop));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConversationStoreException>(() => ConversationStore.OpenSqliteAsync(Path.Combine(_folder.FullName, "no", "folder.db"), TimeProvider.System, Stop));
        await Assert.ThrowsAsync<ConversationStoreException>(() => ConversationStore.OpenPostgresAsync("Host=127.0.0.1;Port=1;Timeout=2", TimeProvider.System, Stop));
        await Assert.ThrowsAsync<ConversationStoreException>(() => ConversationStore.OpenPostgresAsync("Nonsense=1", TimeProvider.System, Stop));
    }

    private sealed class BackwardClock : TimeProvider
    {
        private int _calls;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero) - TimeSpan.FromHours(Interlocked.Increment(ref _calls));
    }
}
