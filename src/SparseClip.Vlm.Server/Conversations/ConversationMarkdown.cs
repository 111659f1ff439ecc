using System.Globalization;
using System.Text;
using SparseClip.Vlm.Contracts.Conversations;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Server.Conversations;

/// <summary>Writes the branch of a conversation that is shown, to be read.</summary>
internal static class ConversationMarkdown
{
    public static string Write(ConversationDto conversation)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {(conversation.Title.Length > 0 ? OneLine(conversation.Title) : "Conversation")}\n\nBegun {conversation.Created:yyyy-MM-dd HH:mm} UTC.\n");
        foreach (var message in conversation.Branch())
        {
            text.Append('\n');
            if (message.Image is { } image)
            {
                text.Append(CultureInfo.InvariantCulture, $"Picture `{image}`\n\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"**{Speaker(message.Role)}**{(message.Status == "whole" ? "" : $" ({message.Status})")}\n\n{Quoted(message.Text)}\n");
            if (message.Role == "assistant")
            {
                Describe(message, text);
            }
        }

        return text.ToString();
    }

    private static void Describe(MessageDto answer, StringBuilder text)
    {
        foreach (var edit in answer.Asked?.Steering?.Edits ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"\n- edited: {What(edit)}");
        }

        if (answer.Outcome is { } outcome)
        {
            if (outcome.Done.Grounding is { Count: > 0 } words)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n- read: {string.Join(", ", words.Select(word => $"{word.As} {word.Word} {word.Confidence:0.00}"))}");
            }

            text.Append(CultureInfo.InvariantCulture, $"\n- by {outcome.Model}, tower `{outcome.Tower[..Math.Min(12, outcome.Tower.Length)]}`{(outcome.Done.Seed is { } seed ? $", seed {seed}" : "")}\n");
        }
        else if (answer.Asked?.Steering?.Edits.Count > 0)
        {
            text.Append('\n');
        }
    }

    private static string What(SteeringEditDto edit) =>
        $"{edit.Op} {edit.Name ?? $"feature {edit.Feature}"}{(edit.Value is { } value ? string.Create(CultureInfo.InvariantCulture, $" {value:0.##}") : "")}{(edit.Region is null ? "" : " in a part of the picture")}";

    private static string Speaker(string role) => role switch { "user" => "Question", "assistant" => "Answer", _ => "Instruction" };

    /// <summary>As a quotation, so that nothing that was said becomes a heading or a rule of the page.</summary>
    private static string Quoted(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => $"> {line}".TrimEnd()));

    private static string OneLine(string text) => string.Join(' ', text.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
