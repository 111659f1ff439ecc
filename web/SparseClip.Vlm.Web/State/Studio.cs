using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Contracts.Operations;
using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Web.Api;

namespace SparseClip.Vlm.Web.State;

/// <summary>All that the page shows, and what a person can do with it. The components only draw it.</summary>
public sealed class Studio(IServerApi server, IChatApi chat) : IDisposable
{
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(1);

    private readonly List<Turn> _turns = [];
    private readonly Dictionary<int, HeatmapResponse> _heatmaps = [];
    private int? _pointedAt; // the feature whose map is wanted, which may still be on its way
    private CancellationTokenSource? _answering;
    private int _pictureVersion;

    /// <summary>Raised after every change.</summary>
    public event Action? Changed;

    public HealthResponse Health { get; private set; } = new("loading", null, null);

    public bool IsReady => Health.Status == "ready";

    public ImageResponse? Picture { get; private set; }

    /// <summary>Where the browser finds the picture.</summary>
    public string? PictureUrl => Picture is null ? null : $"api/images/{Picture.Id}";

    /// <summary>What the picture shows when it is a sample, else its file's name.</summary>
    public string PictureTitle { get; private set; } = "";

    public bool IsLooking { get; private set; }

    /// <summary>What went wrong last outside of an answer; null when nothing did.</summary>
    public string? Notice { get; private set; }

    public SteeringDesk Desk { get; } = new();

    public IReadOnlyList<Turn> Turns => _turns;

    public bool IsAnswering => _answering is not null;

    /// <summary>The heat map over the picture; null when none is shown.</summary>
    public HeatmapResponse? Heatmap { get; private set; }

    /// <summary>Whether the sliders stand elsewhere than they did for the newest answer.</summary>
    public bool HasNewEdits => _turns.Count > 0 && !SameEdits(Desk.Edits, _turns[^1].Latest.Steering);

    /// <summary>Asks the server until its model is loaded, or cannot be.</summary>
    public async Task WaitForModelAsync(CancellationToken cancellationToken)
    {
        while (!IsReady && Health.Status != "failed")
        {
            try
            {
                Health = await server.HealthAsync(cancellationToken);
            }
            catch (ServerException error)
            {
                Health = new HealthResponse("loading", error.Message, null);
            }

            Notify();
            if (Health.Status == "loading")
            {
                await Task.Delay(s_poll, cancellationToken);
            }
        }
    }

    /// <summary>Looks at one of the page's own pictures.</summary>
    public Task OpenSampleAsync(Sample sample) => OpenAsync(sample.Alt, () => server.FileAsync(sample.File, CancellationToken.None));

    /// <summary>Looks at a picture; the conversation about the old one ends.</summary>
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
            var picture = await server.UploadAsync(await read(), CancellationToken.None);
            if (version != _pictureVersion)
            {
                return;
            }

            Stop();
            Picture = picture;
            PictureTitle = title;
            Heatmap = null;
            _heatmaps.Clear();
            _turns.Clear();
            Desk.Show(picture);
        }
        catch (ServerException error) when (version == _pictureVersion)
        {
            Notice = error.Message;
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

        _turns.Add(new Turn(question.Trim()));
        return AnswerAsync(_turns[^1]);
    }

    /// <summary>Asks the last question again with the edits of the desk.</summary>
    public Task AskAgainAsync() => IsAnswering || _turns.Count == 0 ? Task.CompletedTask : AnswerAsync(_turns[^1]);

    /// <summary>Stops the answer that is being made.</summary>
    public void Stop() => _answering?.Cancel();

    /// <summary>Ends the conversation; picture and edits stay.</summary>
    public void StartOver()
    {
        Stop();
        _turns.Clear();
        Notify();
    }

    /// <summary>Shows where a feature is in the picture, or nothing for null.</summary>
    public async Task ShowHeatmapAsync(int? feature)
    {
        _pointedAt = feature;
        if (feature is not { } id || Picture is not { } picture)
        {
            Heatmap = null;
            Notify();
            return;
        }

        if (!_heatmaps.TryGetValue(id, out var map))
        {
            try
            {
                map = await server.HeatmapAsync(picture.Id, id, CancellationToken.None);
            }
            catch (ServerException error)
            {
                Tell(error.Message);
                return;
            }

            if (picture != Picture)
            {
                return;
            }

            _heatmaps[id] = map;
        }

        if (_pointedAt != id)
        {
            return;
        }

        Heatmap = map;
        Notify();
    }

    /// <summary>Takes a feature's map away, also one that is on its way: its row is gone, and a row that is gone is never left.</summary>
    public Task HideHeatmapAsync(int feature) => _pointedAt == feature ? ShowHeatmapAsync(null) : Task.CompletedTask;

    /// <summary>Shows a message, or takes it away with null.</summary>
    public void Tell(string? notice)
    {
        Notice = notice;
        Notify();
    }

    /// <summary>Redraws everything.</summary>
    public void Notify() => Changed?.Invoke();

    /// <inheritdoc />
    public void Dispose() => _answering?.Cancel();

    private async Task AnswerAsync(Turn turn)
    {
        using var stop = new CancellationTokenSource();
        _answering = stop;
        var answer = new Answer(Picture is null ? null : Desk.Edits);
        turn.Add(answer);
        Notify();
        try
        {
            var request = new AskRequest(Picture?.Id, Turn.ToDialogue(_turns), answer.Steering);
            await foreach (var step in chat.AskAsync(request, stop.Token))
            {
                answer.Take(step);
                Notify();
            }

            if (answer.Status == AnswerStatus.Working)
            {
                // A stream that is cancelled may end without a word.
                stop.Token.ThrowIfCancellationRequested();
                answer.Fail("The connection broke before the answer ended.", null);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            answer.Stop();
        }
#pragma warning disable CA1031 // Whatever goes wrong with the connection belongs to this answer and is shown in its place.
        catch (Exception error)
#pragma warning restore CA1031
        {
            answer.Fail(error is ServerException ? error.Message : $"The connection to the server broke: {error.Message}", (error as ServerException)?.Code);
        }
        finally
        {
            _answering = null;
            Notify();
        }
    }

    private static bool SameEdits(SteeringDto? a, SteeringDto? b) => (a?.Edits ?? []).SequenceEqual(b?.Edits ?? []);
}
