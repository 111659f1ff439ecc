using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Web.State;

/// <summary>A picture with its sliders and the conversation about it: what another picture replaces, and what can be brought back whole.</summary>
public sealed class Scene(OpenPicture? picture, SteeringDesk desk)
{
    /// <summary>The picture; null for a conversation without one.</summary>
    public OpenPicture? Picture { get; } = picture;

    public SteeringDesk Desk { get; } = desk;

    public List<Turn> Turns { get; } = [];

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
