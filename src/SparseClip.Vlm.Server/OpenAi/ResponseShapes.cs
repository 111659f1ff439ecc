using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>An answer in the shapes of OpenAI's Responses API.</summary>
internal static class ResponseShapes
{
    /// <summary>The status of an answer that is being made.</summary>
    public const string InProgress = "in_progress";

    private const string Completed = "completed";
    private const string Incomplete = "incomplete";

    /// <summary>The answer before its first token.</summary>
    public static ModelResponse Begun(string id, long createdAt, AskedResponse asked, AnswerHead answer)
    {
        var sampling = answer.Choices[0].Sampling;
        return new ModelResponse
        {
            Id = id,
            CreatedAt = createdAt,
            Status = InProgress,
            Instructions = asked.Instructions,
            MaxOutputTokens = asked.Body.MaxTokens,
            Model = answer.Model,
            ParallelToolCalls = asked.ParallelToolCalls,
            Temperature = sampling.Temperature,
            Text = new ResponseText(ToFormat(asked.Body.ResponseFormat)),
            ToolChoice = asked.ToolChoice,
            TopLogprobs = sampling.Likeliest ?? 0,
            TopP = sampling.TopP,
            Truncation = Truncation.ModeOf(asked.Body.Truncate),
            Metadata = asked.Metadata,
            Seed = answer.Seed,
            LeftOut = answer.LeftOut,
        };
    }

    /// <summary>The answer after its last.</summary>
    public static ModelResponse Ended(ModelResponse begun, AnswerHead answer, MadeAnswer made, ResponseOutputItem message)
    {
        var usage = AnswerMapping.ToUsage(made.Done.Timings);
        return begun with
        {
            Status = message.Status,
            IncompleteDetails = message.Status == Incomplete ? new IncompleteDetails("max_output_tokens") : null,
            Output = [message],
            Usage = new ResponseUsage(usage.PromptTokens, usage.PromptTokensDetails, usage.CompletionTokens, new OutputTokensDetails(0), usage.TotalTokens),
            Timings = Answers.ToTimings(made.Done.Timings, answer.Picture),
            Steering = SteeringMapping.ToReport(made.Done.Applied, made.Done.Moved),
            Grounding = Answers.ToGrounding(made.Done),
        };
    }

    /// <summary>The message of an answer.</summary>
    public static ResponseOutputItem Message(string id, string status, params ResponseOutputPart[] content) => new(id, "message", status, "assistant", content);

    /// <summary>Its text.</summary>
    public static ResponseOutputPart Text(string text, IReadOnlyList<ChosenToken> tokens) => new("output_text", text, [], AnswerMapping.ToLogprobs(tokens));

    /// <summary>The status of an answer that has ended.</summary>
    public static string StatusOf(AnswerDone done) => done.FinishReason == "length" ? Incomplete : Completed;

    private static ResponseTextFormat ToFormat(ResponseFormat? format) => format?.JsonSchema is { } named
        ? new(format.Type, named.Name, named.Schema, named.Description, named.Strict)
        : new(format?.Type ?? "text");
}
