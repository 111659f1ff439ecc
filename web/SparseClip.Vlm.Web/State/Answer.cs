using System.Diagnostics;
using System.Text;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Conversations;
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

    /// <summary>The answer's message in the kept conversation; null before it is kept.</summary>
    public string? Message { get; private set; }

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
            case ChatEvent.KeptType:
                Message = step.Answer;
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

    /// <summary>The answer of a kept conversation.</summary>
    public static Answer Of(MessageDto message)
    {
        var answer = new Answer(message.Asked?.Steering) { Message = message.Id };
        answer._text.Append(message.Text);
        if (message is { Status: "whole", Outcome.Done: { } done })
        {
            answer.Take(done);
        }
        else if (message.Status == "failed")
        {
            answer.Fail("The answer failed.", code: null);
        }
        else
        {
            answer.Stop();
        }

        return answer;
    }

    /// <summary>Whether an answer that was stopped can be gone on with.</summary>
    public bool IsBroken => Status is AnswerStatus.Stopped or AnswerStatus.Failed && Message is not null && Text.Length > 0;

    /// <summary>Goes on with an answer that was stopped.</summary>
    public void GoOn()
    {
        Status = AnswerStatus.Working;
        Stage = null;
        (Error, ErrorCode, _writing, _pieces) = (null, null, null, 0);
    }

    public void Stop() => Status = AnswerStatus.Stopped;

    public void Fail(string message, string? code)
    {
        Status = AnswerStatus.Failed;
        Error = message;
        ErrorCode = code;
    }
}
