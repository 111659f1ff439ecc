using System.Runtime.CompilerServices;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Conversations;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Contracts.Operations;
using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Web.Api;
using SparseClip.Vlm.Web.State;

namespace SparseClip.Vlm.Web.Tests;

/// <summary>The far side of the page's border, played from a script; the real one is in the end-to-end tests.</summary>
internal sealed class ScriptedServer : IServerApi
{
    public static ImageResponse Image { get; } = new(
        new string('a', 64), 40, 20, new SeenAs(128, 17, [0, -0.5, 1, 1.5]), [new ImageFeature(1, "dog", 1, 0.9f, 2), new ImageFeature(2, "red", 1, 0.3f, 2)],
        [new ImageConcept("animal", 0.93f, true, ["creature"], [new ConceptFeature(1, "dog", 4.2f)])]);

    public Func<byte[], ImageResponse> OnUpload { get; set; } = _ => Image;

    public IReadOnlyList<FeatureSummary> Found { get; set; } = [new FeatureSummary(7, "kitten", 0.1f, 1.5f, 1), new FeatureSummary(8, "kitten (2)", 0.1f, 1.5f, 0.5f)];

    /// <summary>What it says of itself; null when it does not answer.</summary>
    public HealthResponse? Health { get; set; } = new("ready", null, "test");

    /// <summary>How often it was given a picture.</summary>
    public int Uploads { get; private set; }

    public Task<HealthResponse> HealthAsync(CancellationToken cancellationToken) =>
        Health is null ? throw ServerException.NotReached() : Task.FromResult(Health);

    public Task<byte[]> FileAsync(string path, CancellationToken cancellationToken) => Task.FromResult(new byte[1]);

    public Task<ImageResponse> UploadAsync(byte[] file, CancellationToken cancellationToken)
    {
        Uploads++;
        return Task.FromResult(OnUpload(file));
    }

    /// <summary>What edits do to the picture.</summary>
    public Func<SteeringDto, Task<IReadOnlyList<MovedConcept>>> OnSteer { get; set; } = _ => Task.FromResult<IReadOnlyList<MovedConcept>>([]);

    public async Task<SteeredImageResponse> SteerAsync(string image, SteeringDto steering, CancellationToken cancellationToken) =>
        new(image, new SteeringReport([], await OnSteer(steering)), [], []);

    /// <summary>What a search for a word waits for.</summary>
    public Func<string, Task> BeforeSearch { get; set; } = _ => Task.CompletedTask;

    public async Task<IReadOnlyList<FeatureSummary>> SearchAsync(string query, int count, CancellationToken cancellationToken)
    {
        await BeforeSearch(query);
        return Found;
    }

    /// <summary>The concepts that any search finds.</summary>
    public IReadOnlyList<ConceptSummary> FoundConcepts { get; set; } = [];

    public Task<IReadOnlyList<ConceptSummary>> SearchConceptsAsync(string query, int count, CancellationToken cancellationToken) => Task.FromResult(FoundConcepts);

    /// <summary>What it was asked to teach.</summary>
    public List<TeachRequest> Taught { get; } = [];

    /// <summary>Why it refuses to teach; null where it does not.</summary>
    public ServerException? TeachRefusal { get; set; }

    public Task<ConceptDetail> TeachAsync(TeachRequest request, CancellationToken cancellationToken)
    {
        Taught.Add(request);
        return TeachRefusal is { } refusal ? throw refusal : Task.FromResult(new ConceptDetail(request.Word, [], [], false, null, 0.01f, [], true, null));
    }

    /// <summary>What it was asked to forget.</summary>
    public List<string> Forgotten { get; } = [];

    public Task ForgetAsync(string word, CancellationToken cancellationToken)
    {
        Forgotten.Add(word);
        return Task.CompletedTask;
    }

    /// <summary>The conversations that it keeps, by their ids; null where it keeps none.</summary>
    public Dictionary<string, ConversationDto>? Kept { get; set; } = [];

    public Task<string> BeginAsync(string title, CancellationToken cancellationToken)
    {
        var kept = Kept ?? throw new ServerException("Nothing can be kept.", "database_unavailable");
        var id = $"c{kept.Count + 1}";
        kept[id] = new ConversationDto(id, title, default, default, null, []);
        return Task.FromResult(id);
    }

    public Task<ConversationList> ConversationsAsync(string query, int count, CancellationToken cancellationToken)
    {
        ConversationEntry[] found = [.. Kept!.Values.Where(one => one.Title.Contains(query, StringComparison.Ordinal)).Select(one => new ConversationEntry(one.Id, one.Title, one.Created, one.Changed, one.Messages.Count, null))];
        return Task.FromResult(new ConversationList(found, found.Length));
    }

    public Task<ConversationDto> ConversationAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(Kept!.TryGetValue(id, out var kept) ? kept : throw new ServerException("There is no such conversation.", "unknown_conversation"));

    public Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        Kept!.Remove(id);
        return Task.CompletedTask;
    }

    /// <summary>What a heat map waits for.</summary>
    public Task BeforeHeatmap { get; set; } = Task.CompletedTask;

    public async Task<HeatmapResponse> HeatmapAsync(string image, int feature, CancellationToken cancellationToken)
    {
        await BeforeHeatmap;
        return new HeatmapResponse(image, feature, "dog", 2, 2, [-0.5f, 1, 0.5f, 0], 0.25f);
    }

    public async Task<ConceptHeatmapResponse> HeatmapAsync(string image, string concept, CancellationToken cancellationToken)
    {
        await BeforeHeatmap;
        return new ConceptHeatmapResponse(image, concept, 0.9f, 2, 2, [-2, 4, 2, 0], 1);
    }
}

/// <summary>Answers from a script, event by event; waits where the script is null.</summary>
internal sealed class ScriptedChat : IChatApi
{
    private TaskCompletionSource _lost = new();

    public List<AskRequest> Asked { get; } = [];

    /// <summary>Loses the connection.</summary>
    public void Lose() => _lost.TrySetResult();

    /// <summary>Whether it asks for a key, or another one.</summary>
    public bool IsLocked { get; set; }

    /// <summary>How often it was asked to connect.</summary>
    public int Connects { get; private set; }

    public Task DisconnectAsync() => Task.CompletedTask;

    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        Connects++;
        if (IsLocked)
        {
            throw new ServerException("A key, please.", ServerException.KeyNeeded);
        }

        _lost = new TaskCompletionSource();
        return Task.CompletedTask;
    }

    public Task WhenLostAsync(CancellationToken cancellationToken) => _lost.Task.WaitAsync(cancellationToken);

    public Queue<ChatEvent?[]> Answers { get; } = new();

    public async IAsyncEnumerable<ChatEvent> AskAsync(AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Asked.Add(request);
        foreach (var step in Answers.Dequeue())
        {
            if (step is null)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            yield return step!;
        }
    }

    public static ChatEvent Lost { get; } = new() { Type = ChatEvent.ErrorType, Code = OpenPicture.Lost, Message = "There is no picture here." };

    public static ChatEvent Kept(string? question, string answer) => new() { Type = ChatEvent.KeptType, Question = question, Answer = answer };

    public static ChatEvent Delta(string text) => new() { Type = ChatEvent.DeltaType, Text = text };

    public static ChatEvent Done { get; } = new()
    {
        Type = ChatEvent.DoneType, FinishReason = "stop", Timings = new TimingsDto(3, 5, 10, 2, 20, 100, 0, true),
    };
}
