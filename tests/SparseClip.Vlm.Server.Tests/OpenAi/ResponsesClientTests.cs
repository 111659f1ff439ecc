#pragma warning disable OPENAI001, SCME0001 // The client calls its part for responses a preview.
using System.ClientModel;
using System.Text.Json;
using OpenAI.Responses;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>OpenAI's own client asks the server through its Responses API.</summary>
public sealed class ResponsesClientTests(RunningServer server)
{
    [Fact]
    public async Task A_dialogue_with_a_picture_whole_and_streamed()
    {
        var whole = (await Client().CreateResponseAsync(Options(), HttpAnswers.Stop)).Value;
        Assert.Contains(whole.Status, (ResponseStatus?[])[ResponseStatus.Completed, ResponseStatus.Incomplete]);
        Assert.Equal((TinyBundle.Name, 8, "b"), (whole.Model, whole.MaxOutputTokenCount, whole.Metadata["a"]));
        Assert.Equal(ResponseTruncationMode.Auto, whole.TruncationMode);
        Assert.Equal(whole.Usage.TotalTokenCount, whole.Usage.InputTokenCount + whole.Usage.OutputTokenCount);
        var part = Assert.Single(Assert.IsType<MessageResponseItem>(Assert.Single(whole.OutputItems), exactMatch: false).Content);
        Assert.NotEmpty(part.OutputTextTokenLogProbabilities);
        Assert.All(part.OutputTextTokenLogProbabilities, token => Assert.Equal(2, token.TopLogProbabilities.Count));

        var text = "";
        var kinds = new List<string>();
        ResponseResult? last = null;
        var options = Options();
        options.StreamingEnabled = true;
        await foreach (var update in await Client().CreateResponseStreamingAsync(options, HttpAnswers.Stop))
        {
            Assert.Equal(kinds.Count, update.SequenceNumber);
            kinds.Add(update.GetType().Name);
            text += (update as StreamingResponseOutputTextDeltaUpdate)?.Delta;
            last = (update as StreamingResponseIncompleteUpdate)?.Response ?? (update as StreamingResponseCompletedUpdate)?.Response;
        }

        Assert.Equal(nameof(StreamingResponseCreatedUpdate), kinds[0]);
        Assert.Equal(whole.GetOutputText(), text);
        Assert.Equal((text, whole.Status), (last!.GetOutputText(), last.Status));
    }

    [Fact]
    public async Task JSON_of_a_schema_and_an_answer_sent_back()
    {
        var options = new CreateResponseOptions(TinyBundle.Name, [ResponseItem.CreateUserMessageItem("Describe a cat.")])
        {
            MaxOutputTokenCount = 100,
            TextOptions = new ResponseTextOptions
            {
                TextFormat = ResponseTextFormat.CreateJsonSchemaFormat(
                    "pet", BinaryData.FromString("{\"type\":\"object\",\"properties\":{\"legs\":{\"enum\":[2,4]}},\"required\":[\"legs\"]}"), "A pet.", jsonSchemaIsStrict: true),
            },
        };
        var answer = (await Client().CreateResponseAsync(options, HttpAnswers.Stop)).Value;
        Assert.Equal(ResponseStatus.Completed, answer.Status);
        Assert.True(JsonElement.Parse(answer.GetOutputText()).TryGetProperty("legs", out _));
        Assert.Equal(ResponseTextFormatKind.JsonSchema, answer.TextOptions.TextFormat.Kind);

        options.MaxOutputTokenCount = 2;
        var cut = (await Client().CreateResponseAsync(options, HttpAnswers.Stop)).Value;
        Assert.Equal((ResponseStatus.Incomplete, ResponseIncompleteStatusReason.MaxOutputTokens), (cut.Status, cut.IncompleteStatusDetails.Reason));

        ResponseItem[] dialogue = [ResponseItem.CreateUserMessageItem("Describe a cat."), .. answer.OutputItems, ResponseItem.CreateUserMessageItem("And a dog?")];
        var next = (await Client().CreateResponseAsync(new CreateResponseOptions(TinyBundle.Name, dialogue) { MaxOutputTokenCount = 4 }, HttpAnswers.Stop)).Value;
        Assert.NotEmpty(next.GetOutputText());
    }

    [Fact]
    public async Task A_refusal_is_told_with_its_reason()
    {
        var options = new CreateResponseOptions(TinyBundle.Name, [ResponseItem.CreateUserMessageItem("Hi")]) { PreviousResponseId = "resp_1" };
        var error = await Assert.ThrowsAsync<ClientResultException>(() => Client().CreateResponseAsync(options, HttpAnswers.Stop));
        Assert.Equal(400, error.Status);
        Assert.Contains("previous_response_id", error.Message, StringComparison.Ordinal);
    }

    private static CreateResponseOptions Options()
    {
        var options = new CreateResponseOptions(TinyBundle.Name,
        [
            ResponseItem.CreateDeveloperMessageItem("Be kind."),
            ResponseItem.CreateUserMessageItem(
            [
                ResponseContentPart.CreateInputTextPart("What is in this picture?"),
                ResponseContentPart.CreateInputImagePart(new Uri($"data:image/png;base64,{Convert.ToBase64String(TestPng.Noise(30, 30, 9))}"), ResponseImageDetailLevel.Low),
            ]),
        ])
        {
            Instructions = "Be brief.",
            MaxOutputTokenCount = 8,
            Temperature = 0,
            TopLogProbabilityCount = 2,
            StoredOutputEnabled = false,
            ParallelToolCallsEnabled = false,
            TruncationMode = ResponseTruncationMode.Auto,
        };
        options.IncludedProperties.Add(IncludedResponseProperty.MessageOutputTextLogProbabilities);
        options.Metadata["a"] = "b";
        return options;
    }

    private ResponsesClient Client() => new(new ApiKeyCredential("none"), new ResponsesClientOptions { Endpoint = new Uri(server.Address, "/v1") });
}
