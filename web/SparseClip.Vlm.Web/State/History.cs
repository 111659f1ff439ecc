using SparseClip.Vlm.Contracts.Conversations;
using SparseClip.Vlm.Web.Api;

namespace SparseClip.Vlm.Web.State;

/// <summary>The conversations that the server keeps.</summary>
public sealed class History(IServerApi server)
{
    /// <summary>The most that are listed; a search finds the others.</summary>
    public const int Most = 100;

    private int _search;

    /// <summary>What was searched for last; empty for all.</summary>
    public string Query { get; private set; } = "";

    /// <summary>Those that were found, the last changed first; null before it was looked.</summary>
    public IReadOnlyList<ConversationEntry>? Found { get; private set; }

    /// <summary>How many there are of those.</summary>
    public int Total { get; private set; }

    /// <summary>Finds those in whose title or text something stands.</summary>
    /// <exception cref="ServerException">The server refuses or cannot be reached.</exception>
    public async Task SearchAsync(string query, CancellationToken cancellationToken)
    {
        var search = ++_search;
        Query = query;
        var found = await server.ConversationsAsync(query, Most, cancellationToken);
        if (search == _search)
        {
            (Found, Total) = (found.Conversations, found.Total);
        }
    }

    /// <summary>Deletes one.</summary>
    /// <exception cref="ServerException">The server refuses or cannot be reached.</exception>
    public async Task DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await server.DeleteAsync(id, cancellationToken);
        await SearchAsync(Query, cancellationToken);
    }

    /// <summary>One as it was on the page, with its picture: the branch that is shown, each question with all its answers.</summary>
    /// <exception cref="ServerException">The server refuses or cannot be reached.</exception>
    public async Task<Scene> OpenAsync(string id, CancellationToken cancellationToken)
    {
        var kept = await server.ConversationAsync(id, cancellationToken);
        var branch = kept.Branch();
        var desk = new SteeringDesk();
        OpenPicture? picture = null;
        if (branch.LastOrDefault(message => message.Image is not null)?.Image is { } image)
        {
            var file = await server.FileAsync($"api/images/{image}", cancellationToken);
            picture = new OpenPicture(kept.Title.Split(": ")[0], file, await server.UploadAsync(file, cancellationToken));
            desk.Show(picture.Seen);
        }

        var scene = new Scene(picture, desk) { Conversation = id };
        foreach (var question in branch.Where(message => message.Role == "user"))
        {
            var turn = new Turn(question.Text) { Message = question.Id };
            // The one that the branch goes on with comes last.
            foreach (var answer in kept.Messages.Where(message => message.Parent == question.Id && message.Role == "assistant").OrderBy(branch.Contains))
            {
                turn.Add(Answer.Of(answer));
            }

            if (turn.Answers.Count > 0)
            {
                scene.Turns.Add(turn);
            }
        }

        return scene;
    }
}
