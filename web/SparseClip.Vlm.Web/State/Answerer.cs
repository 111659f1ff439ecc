using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Web.Api;

namespace SparseClip.Vlm.Web.State;

/// <summary>Asks the server and takes in what it says.</summary>
public sealed class Answerer(IServerApi server, IChatApi chat, Connection connection)
{
    /// <summary>Fills an answer. A question asked while the server is away waits for it; a picture that the server lost is given to it again.</summary>
    /// <param name="answer">Ends done, stopped or failed; never working.</param>
    /// <param name="picture">What is asked about; null for a dialogue without a picture.</param>
    /// <param name="dialogue">The turns so far; the last one is the question.</param>
    /// <param name="changed">Called after every change of the answer.</param>
    /// <param name="stop">Stops the answer.</param>
    public async Task AnswerAsync(Answer answer, OpenPicture? picture, IReadOnlyList<ChatTurn> dialogue, Action changed, CancellationToken stop)
    {
        try
        {
            if (!connection.IsReady)
            {
                answer.Take(new ChatEvent { Type = ChatEvent.StageType, Stage = Answer.WaitingStage });
                changed();
                await connection.WhenReadyAsync(stop);
            }

            await AskAsync(answer, picture, dialogue, changed, stop);
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

    private async Task AskAsync(Answer answer, OpenPicture? picture, IReadOnlyList<ChatTurn> dialogue, Action changed, CancellationToken stop)
    {
        var isGivenAgain = false;
        while (answer.Status == AnswerStatus.Working)
        {
            var isLost = false;
            // What differs between two answers is what was edited, and not who else was asking.
            var request = new AskRequest(picture?.Seen.Id, dialogue, answer.Steering, Deterministic: true);
            await foreach (var step in chat.AskAsync(request, stop))
            {
                isLost = step is { Type: ChatEvent.ErrorType, Code: OpenPicture.Lost } && picture is not null && !isGivenAgain;
                if (isLost)
                {
                    break;
                }

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
