using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SparseClip.Vlm.Server.Tests.Hosting;

/// <summary>Short forms of what tests ask of kept conversations.</summary>
internal static class Conversations
{
    /// <summary>Begins one.</summary>
    /// <returns>Its id.</returns>
    public static async Task<string> BeginAsync(this HttpClient http, string title = "")
    {
        using var created = await http.PostAsJsonAsync("/api/conversations", new { title }, HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        return (await created.JsonAsync()).GetProperty("id").GetString()!;
    }

    /// <summary>Asks in one.</summary>
    public static Task<HttpResponseMessage> AskAsync(this HttpClient http, string conversation, object question) =>
        http.PostAsJsonAsync($"/api/conversations/{conversation}/answers", question, HttpAnswers.Stop);

    /// <summary>Asks in one.</summary>
    /// <returns>The events, of which there are no stages.</returns>
    public static async Task<List<JsonElement>> EventsAsync(this HttpClient http, string conversation, object question)
    {
        using var answer = await http.AskAsync(conversation, question);
        var body = await answer.Content.ReadAsStringAsync(HttpAnswers.Stop);
        Assert.True(answer.IsSuccessStatusCode, body);
        return [.. body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith("data: ", StringComparison.Ordinal))
            .Select(line => JsonElement.Parse(line["data: ".Length..])).Where(step => step.Type() != "stage")];
    }

    public static string Type(this JsonElement step) => step.GetProperty("type").GetString()!;

    public static string Text(this IEnumerable<JsonElement> events) => string.Concat(events.Where(step => step.Type() == "delta").Select(step => step.GetProperty("text").GetString()));

    /// <summary>One with its messages.</summary>
    public static Task<JsonElement> ConversationAsync(this HttpClient http, string id) => http.GetFromJsonAsync<JsonElement>($"/api/conversations/{id}", HttpAnswers.Stop);

    public static List<JsonElement> Messages(this JsonElement conversation) => [.. conversation.GetProperty("messages").EnumerateArray()];

    public static string Field(this JsonElement value, string name) => value.GetProperty(name).GetString()!;
}
