using SparseClip.Vlm.Web.Api;

namespace SparseClip.Vlm.Web.State;

/// <summary>All that the page shows, and what a person can do with it. The components only draw it.</summary>
public sealed class Studio : IDisposable
{
    private readonly IServerApi _server;
    private readonly Answerer _answerer;
    private readonly HeatMaps _heat;
    private Scene _scene = new(null, new SteeringDesk());
    private CancellationTokenSource? _answering;
    private int _pictureVersion;

    public Studio(IServerApi server, IChatApi chat, Connection connection, TimeProvider time)
    {
        _server = server;
        _answerer = new Answerer(server, chat, connection, Tell);
        _heat = new HeatMaps(server);
        Effects = new Effects(server, time);
        Taught = new TaughtWords(server);
        History = new History(server);
        Connection = connection;
        connection.Changed += Notify;
    }

    /// <summary>Raised after every change.</summary>
    public event Action? Changed;

    public Connection Connection { get; }

    public OpenPicture? Picture => _scene.Picture;

    public SteeringDesk Desk => _scene.Desk;

    public IReadOnlyList<Turn> Turns => _scene.Turns;

    /// <summary>Whether the sliders stand elsewhere than they did for the newest answer.</summary>
    public bool HasNewEdits => _scene.HasNewEdits;

    /// <summary>What other pictures and new conversations replaced.</summary>
    public PutAway PutAway { get; } = new();

    public bool IsLooking { get; private set; }

    public bool IsAnswering => _answering is not null;

    /// <summary>The heat map over the picture; null when none is shown.</summary>
    public HeatMap? Heatmap => _heat.Shown;

    /// <summary>What the desk's edits do to the picture's concepts.</summary>
    public Effects Effects { get; }

    /// <summary>The words that were taught on this page.</summary>
    public TaughtWords Taught { get; }

    /// <summary>What went wrong last outside of an answer; null when nothing did.</summary>
    public string? Notice { get; private set; }

    /// <summary>Looks at one of the page's own pictures.</summary>
    public Task OpenSampleAsync(Sample sample) => OpenAsync(sample.Alt, () => _server.FileAsync(sample.File, CancellationToken.None));

    /// <summary>Looks at a picture, as soon as the server is there; what was before is put away.</summary>
    /// <param name="title">What to call it.</param>
    /// <param name="read">Gives its bytes.</param>
    public async Task OpenAsync(string title, Func<Task<byte[]>> read)
    {
        var version = ++_pictureVersion;
        IsLooking = true;
        Notice = null;
        Notify();
        try
        {
            await Connection.WhenReadyAsync(CancellationToken.None);
            var file = await read();
            var picture = new OpenPicture(title, file, await _server.UploadAsync(file, CancellationToken.None));
            if (version == _pictureVersion)
            {
                var desk = new SteeringDesk();
                desk.Show(picture.Seen);
                Replace(new Scene(picture, desk));
            }
        }
        catch (ServerException error) when (version == _pictureVersion)
        {
            Tell(error);
        }
        finally
        {
            if (version == _pictureVersion)
            {
                IsLooking = false;
                Notify();
            }
        }
    }

    /// <summary>Asks a question with the edits of the desk.</summary>
    public Task AskAsync(string question)
    {
        if (IsAnswering || string.IsNullOrWhiteSpace(question))
        {
            return Task.CompletedTask;
        }

        _scene.Turns.Add(new Turn(question.Trim()));
        return AnswerAsync(_scene.Turns[^1]);
    }

    /// <summary>Asks the last question again with the edits of the desk.</summary>
    public Task AskAgainAsync() => IsAnswering || Turns.Count == 0 ? Task.CompletedTask : AnswerAsync(Turns[^1]);

    /// <summary>Goes on with the last answer, which was stopped or broke off.</summary>
    public Task GoOnAsync()
    {
        if (IsAnswering || Turns.Count == 0 || !Turns[^1].Latest.IsBroken)
        {
            return Task.CompletedTask;
        }

        Turns[^1].Latest.GoOn();
        return AnswerAsync(Turns[^1].Latest);
    }

    /// <summary>The id under which the server keeps the conversation; null where it keeps none.</summary>
    public string? Conversation => _scene.Conversation;

    /// <summary>The conversations that the server keeps.</summary>
    public History History { get; }

    /// <summary>Shows a kept conversation with its picture; what was before is put away.</summary>
    public async Task OpenKeptAsync(string id)
    {
        var version = ++_pictureVersion;
        IsLooking = true;
        Notice = null;
        Notify();
        try
        {
            await Connection.WhenReadyAsync(CancellationToken.None);
            var scene = await History.OpenAsync(id, CancellationToken.None);
            if (version == _pictureVersion)
            {
                Replace(scene);
            }
        }
        catch (ServerException error) when (version == _pictureVersion)
        {
            Tell(error);
        }
        finally
        {
            if (version == _pictureVersion)
            {
                IsLooking = false;
                Notify();
            }
        }
    }

    /// <summary>Deletes a kept conversation; what is open of it stays and is kept anew with the next question.</summary>
    public async Task DeleteKeptAsync(string id)
    {
        try
        {
            await History.DeleteAsync(id, CancellationToken.None);
            if (_scene.Conversation == id)
            {
                TurnTo(_scene.WithoutTurns());
            }

            Notify();
        }
        catch (ServerException error)
        {
            Tell(error);
        }
    }

    /// <summary>Finds kept conversations.</summary>
    public async Task SearchKeptAsync(string query)
    {
        try
        {
            await History.SearchAsync(query, CancellationToken.None);
            Notify();
        }
        catch (ServerException error)
        {
            Tell(error);
        }
    }

    /// <summary>Stops the answer that is being made.</summary>
    public void Stop() => _answering?.Cancel();

    /// <summary>Puts the conversation away; picture and edits stay.</summary>
    public void StartOver()
    {
        Replace(_scene.WithoutTurns());
        Notify();
    }

    /// <summary>Brings back what was put away last.</summary>
    public void Undo()
    {
        _pictureVersion++;
        IsLooking = false;
        TurnTo(PutAway.Exchange(_scene));
        Notify();
    }

    /// <summary>Teaches a word with the open picture, which is looked at again then.</summary>
    public Task TeachAsync(string word) => Picture is { } picture ? ChangeConceptsAsync(picture, () => Taught.TeachAsync(word, picture)) : Task.CompletedTask;

    /// <summary>Forgets a word that was taught here; edits by it are dropped.</summary>
    public Task ForgetAsync(string word) => Picture is { } picture
        ? ChangeConceptsAsync(picture, async () =>
        {
            await Taught.ForgetAsync(word);
            if (Desk.Of(word) is { IsAdded: true } row)
            {
                Desk.Drop(row);
            }
        })
        : Task.CompletedTask;

    private async Task ChangeConceptsAsync(OpenPicture picture, Func<Task> change)
    {
        try
        {
            await change();
            await picture.UploadAgainAsync(_server, CancellationToken.None);
            Notify();
        }
        catch (ServerException error)
        {
            Tell(error);
        }
    }

    /// <summary>Shows where a feature or a concept is in the picture, or nothing for null.</summary>
    public async Task ShowHeatmapAsync(HeatTarget? target)
    {
        try
        {
            await _heat.PointAtAsync(target);
            Notify();
        }
        catch (ServerException error)
        {
            Tell(error);
        }
    }

    /// <summary>Takes a map away, also one that is on its way: its row is gone, and a row that is gone is never left.</summary>
    public Task HideHeatmapAsync(HeatTarget target) => _heat.IsPointedAt(target) ? ShowHeatmapAsync(null) : Task.CompletedTask;

    /// <summary>Shows a message, or takes it away with null.</summary>
    public void Tell(string? notice)
    {
        Notice = notice;
        Notify();
    }

    /// <summary>Shows why the server refused; that it does not answer is shown by the connection, for as long as it does not.</summary>
    public void Tell(ServerException error)
    {
        if (error.IsNoAnswer)
        {
            Connection.Doubt();
        }
        else if (error.IsKeyNeeded)
        {
            Connection.Lock(error.Message);
        }
        else
        {
            Tell(error.Message);
        }
    }

    /// <summary>Redraws everything, and finds out what the edits do where they moved.</summary>
    public void Notify()
    {
        Changed?.Invoke();
        _ = FollowAsync();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Connection.Changed -= Notify;
        _answering?.Cancel();
    }

    private async Task FollowAsync()
    {
        try
        {
            if (await Effects.FollowAsync(Picture, Picture is null ? null : Desk.Edits))
            {
                Changed?.Invoke();
            }
        }
        catch (ServerException error)
        {
            Tell(error);
        }
    }

    private Task AnswerAsync(Turn turn)
    {
        var answer = new Answer(Picture is null ? null : Desk.Edits);
        turn.Add(answer);
        return AnswerAsync(answer);
    }

    private async Task AnswerAsync(Answer answer)
    {
        using var stop = new CancellationTokenSource();
        _answering = stop;
        Notify();
        var scene = _scene;
        try
        {
            await _answerer.AnswerAsync(answer, scene, Notify, stop.Token);
        }
        finally
        {
            // What was put away may still be stopping while the next answer is being made.
            _answering = _answering == stop ? null : _answering;
            Notify();
        }
    }

    private void Replace(Scene scene)
    {
        PutAway.Add(_scene);
        TurnTo(scene);
    }

    private void TurnTo(Scene scene)
    {
        Stop();
        _answering = null;
        _scene = scene;
        _heat.TurnTo(scene.Picture);
    }
}
