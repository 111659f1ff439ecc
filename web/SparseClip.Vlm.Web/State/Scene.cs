using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Web.State;

/// <summary>A picture with its sliders and the conversation about it: what another picture replaces, and what can be brought back whole.</summary>
public sealed class Scene(OpenPicture? picture, SteeringDesk desk)
{
    /// <summary>The picture; null for a conversation without one.</summary>
    public OpenPicture? Picture { get; } = picture;

    public SteeringDesk Desk { get; } = desk;

    public List<Turn> Turns { get; } = [];

    /// <summary>The id under which the server keeps the conversation; null before anything was asked, and where it is not kept.</summary>
    public string? Conversation { get; set; }

    /// <summary>What is sent for the last turn: where the conversation is kept, what is new; else the whole dialogue.</summary>
    /// <param name="answer">The answer to be made; one that was begun is gone on with.</param>
    public AskRequest Request(Answer answer)
    {
        // What differs between two answers is what was edited, and not who else was asking.
        if (Conversation is null)
        {
            return new AskRequest(Picture?.Seen.Id, Turn.ToDialogue(Turns), answer.Steering, Deterministic: true);
        }

        if (answer.Message is { } begun)
        {
            return new AskRequest(null, []) { Conversation = Conversation, Continue = begun };
        }

        var turn = Turns[^1];
        if (turn.Message is { } again)
        {
            return new AskRequest(null, [], answer.Steering, Deterministic: true) { Conversation = Conversation, Parent = again };
        }

        var before = Turns.SkipLast(1).LastOrDefault(earlier => earlier.Message is not null && earlier.Latest.Text.Length > 0);
        return new AskRequest(before is null ? Picture?.Seen.Id : null, [new ChatTurn("user", turn.Question)], answer.Steering, Deterministic: true) { Conversation = Conversation, Parent = before?.Latest.Message };
    }

    /// <summary>Whether something would be lost with it that a person made.</summary>
    public bool HasWork => Turns.Count > 0 || Desk.EditCount > 0;

    /// <summary>Whether the sliders stand elsewhere than they did for the newest answer.</summary>
    public bool HasNewEdits => Turns.Count > 0 && !SameEdits(Desk.Edits, Turns[^1].Latest.Steering);

    /// <summary>The same picture and the same sliders without the conversation.</summary>
    public Scene WithoutTurns() => new(Picture, Desk.Copy());

    /// <summary>Whether it holds nothing that the other one lacks.</summary>
    public bool AddsNothingTo(Scene other) =>
        !HasWork || (Turns.Count == 0 && Picture == other.Picture && SameEdits(Desk.Edits, other.Desk.Edits));

    /// <summary>What it holds, in words: “A dog”, 2 questions, 1 edit.</summary>
    public string Summary
    {
        get
        {
            List<string> parts = [Picture is null ? "a conversation" : $"“{Picture.Title}”"];
            AddCount(parts, Turns.Count, "question");
            AddCount(parts, Desk.EditCount, "edit");
            return string.Join(", ", parts);
        }
    }

    /// <summary>Whether two stands of the desk ask for the same.</summary>
    public static bool SameEdits(SteeringDto? a, SteeringDto? b) => (a?.Edits ?? []).SequenceEqual(b?.Edits ?? []);

    private static void AddCount(List<string> parts, int count, string what)
    {
        if (count > 0)
        {
            parts.Add($"{count} {what}{(count == 1 ? "" : "s")}");
        }
    }
}
