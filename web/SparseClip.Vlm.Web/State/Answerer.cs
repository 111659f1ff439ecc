using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Web.Api;

namespace SparseClip.Vlm.Web.State;

/// <summary>Asks the server and takes in what it says.</summary>
/// <param name="server">The server.</param>
/// <param name="chat">Answers.</param>
/// <param name="connection">Tells whether the server is there.</param>
/// <param name="tell">Shows a message outside of the answer.</param>
public sealed class Answerer(IServerApi server, IChatApi chat, Connection connection, Action<string> tell)
{
    /// <summary>Fills an answer. A question asked while the server is away waits for it; a picture that the server lost is given to it again.</summary>
    /// <param name="answer">Ends done, stopped or failed; never working.</param>
    /// <param name="scene">What is asked about; its last turn is the question. It is kept from its first question on.</param>
    /// <param name="changed">Called after every change of the answer.</param>
    /// <param name="stop">Stops the answer.</param>
    public async Task AnswerAsync(Answer answer, Scene scene, Action changed, CancellationToken stop)
    {
        try
        {
            if (!connection.IsReady)
            {
                answer.Take(new ChatEvent { Type = ChatEvent.StageType, Stage = Answer.WaitingStage });
                changed();
                await connection.WhenReadyAsync(stop);
            }

            await KeepAsync(scene, stop);
            await AskAsync(answer, scene, changed, stop);
            if (answer.ErrorCode == ServerException.KeyNeeded)
            {
                connection.Lock(answer.Error!);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            answer.Stop();
        }
        catch (ServerException error)
        {
            answer.Fail(error.Message, error.Code);
            if (error.IsNoAnswer)
            {
                connection.Doubt();
            }
        }
    }

    /// <summary>The most letters of a title that is made of a question.</summary>
    private const int TitleLength = 80;

    private async Task KeepAsync(Scene scene, CancellationToken stop)
    {
        if (scene.Conversation is null && scene.Turns.Count == 1)
        {
            var title = scene.Picture is { } picture ? $"{picture.Title}: {scene.Turns[0].Question}" : scene.Turns[0].Question;
            try
            {
                scene.Conversation = await server.BeginAsync(title.Length > TitleLength ? title[..(TitleLength - 1)] + "…" : title, stop);
            }
            catch (ServerException error) when (error is { IsNoAnswer: false, IsKeyNeeded: false })
            {
                tell($"This conversation is not kept. {error.Message}");
            }
        }
    }

    private async Task AskAsync(Answer answer, Scene scene, Action changed, CancellationToken stop)
    {
        var (turn, picture, isGivenAgain) = (scene.Turns[^1], scene.Picture, false);
        var request = scene.Request(answer);
        while (answer.Status == AnswerStatus.Working)
        {
            var isLost = false;
            await foreach (var step in chat.AskAsync(request, stop))
            {
                isLost = step is { Type: ChatEvent.ErrorType, Code: OpenPicture.Lost } && picture is not null && !isGivenAgain;
                if (isLost)
                {
                    break;
                }

                turn.Message ??= step.Type == ChatEvent.KeptType ? step.Question : null;
                answer.Take(step);
                changed();
            }

            if (isLost)
            {
                await picture!.UploadAgainAsync(server, stop);
                isGivenAgain = true;
            }
            else if (answer.Status == AnswerStatus.Working)
            {
                // A stream that is cancelled may end without a word.
                stop.ThrowIfCancellationRequested();
                throw ServerException.NotReached(ServerException.Broke);
            }
        }
    }
}
