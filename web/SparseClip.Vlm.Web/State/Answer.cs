using System.Diagnostics;
using System.Text;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Web.State;

/// <summary>How far an answer is.</summary>
public enum AnswerStatus
{
    Working,
    Done,
    Stopped,
    Failed,
}

/// <summary>One answer to a question, while it is made and afterwards.</summary>
public sealed class Answer(SteeringDto? steering)
{
    /// <summary>The stage before the server is there, beside those that it reports.</summary>
    public const string WaitingStage = "wait";

    private readonly StringBuilder _text = new();
    private Stopwatch? _writing;
    private int _pieces;

    /// <summary>The edits it was asked with.</summary>
    public SteeringDto? Steering { get; } = steering;

    public AnswerStatus Status { get; private set; } = AnswerStatus.Working;

    public string Text => _text.ToString();

    /// <summary>"wait" | "encode" | "steer" | "prefill" | "decode"; null before the server said anything.</summary>
    public string? Stage { get; private set; }

    /// <summary>0..1 within the stage.</summary>
    public double Progress { get; private set; }

    /// <summary>What the edits did, once it is known.</summary>
    public IReadOnlyList<AppliedEditDto> Applied { get; private set; } = [];

    /// <summary>The words that the model read of the picture, once they are known.</summary>
    public IReadOnlyList<GroundingWord> Grounding { get; private set; } = [];

    public TimingsDto? Timings { get; private set; }

    /// <summary>Whether the answer ended because it reached its limit.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What went wrong, for people.</summary>
    public string? Error { get; private set; }

    /// <summary>The same for programs.</summary>
    public string? ErrorCode { get; private set; }

    /// <summary>Tokens a second: measured here while it is written, the server's count afterwards.</summary>
    public double? Speed => Timings is { } timings ? timings.PredictedPerSecond
        : _pieces > 2 && _writing is { Elapsed.TotalSeconds: > 0 } watch ? (_pieces - 1) / watch.Elapsed.TotalSeconds
        : null;

    /// <summary>Takes one event of the server.</summary>
    public void Take(ChatEvent step)
    {
        switch (step.Type)
        {
            case ChatEvent.StageType:
                Stage = step.Stage;
                Progress = step.Progress ?? 0;
                break;
            case ChatEvent.DeltaType:
                _writing ??= Stopwatch.StartNew();
                _pieces++;
                Stage = "decode";
                _text.Append(step.Text);
                break;
            case ChatEvent.DoneType:
                Status = AnswerStatus.Done;
                Applied = step.Steering?.Applied ?? [];
                Grounding = step.Grounding ?? [];
                Timings = step.Timings;
                IsCut = step.FinishReason == "length";
                break;
            case ChatEvent.ErrorType:
                Fail(step.Message ?? "The answer failed.", step.Code);
                break;
        }
    }

    public void Stop() => Status = AnswerStatus.Stopped;

    public void Fail(string message, string? code)
    {
        Status = AnswerStatus.Failed;
        Error = message;
        ErrorCode = code;
    }
}
