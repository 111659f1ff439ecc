using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Conversations;

/// <summary>Conversations that are kept, over HTTP and on the hub.</summary>
public sealed class ConversationTests(RunningServer server)
{
    private HttpClient Http => server.Http;

    private static object Question(string text, string? image = null, int maxTokens = 6, string? requestId = null, string? parent = null, object? steering = null) => new
    {
        image, requestId, parent, steering, maxTokens, deterministic = true, messages = new[] { new { role = "user", text } },
    };

    private async Task<string> PictureAsync(byte seed)
    {
        using var uploaded = await server.UploadAsync(TestPng.Noise(36, 36, seed));
        return (await uploaded.JsonAsync()).Field("id");
    }

    [Fact]
    public async Task Question_and_answer_are_kept_with_how_it_was_asked_and_what_came_of_it()
    {
        var id = await Http.BeginAsync("Noise");
        var picture = await PictureAsync(101);
        var events = await Http.EventsAsync(id, Question("What is it?", picture, steering: new { edits = new[] { new { feature = 1, op = "set", value = 1.0 } } }));
        Assert.Equal("kept", events[0].Type());
        Assert.Equal("done", events[^1].Type());

        var kept = await Http.ConversationAsync(id);
        Assert.Equal("Noise", kept.Field("title"));
        var (question, answer) = (kept.Messages()[0], kept.Messages()[1]);
        Assert.Equal(("user", "What is it?", picture, events[0].Field("question")), (question.Field("role"), question.Field("text"), question.Field("image"), question.Field("id")));
        Assert.Equal(("assistant", events.Text(), "whole", events[0].Field("answer"), question.Field("id")), (answer.Field("role"), answer.Field("text"), answer.Field("status"), answer.Field("id"), answer.Field("parent")));
        Assert.Equal(answer.Field("id"), kept.Field("head"));
        Assert.Equal(1, answer.GetProperty("asked").GetProperty("steering").GetProperty("edits")[0].GetProperty("feature").GetInt32());
        var outcome = answer.GetProperty("outcome");
        Assert.Equal(TinyBundle.Name, outcome.Field("model"));
        Assert.Equal(64, outcome.Field("tower").Length);
        Assert.NotEmpty(outcome.GetProperty("done").GetProperty("steering").GetProperty("applied").EnumerateArray());
        Assert.True(outcome.GetProperty("done").GetProperty("timings").GetProperty("predicted_n").GetInt32() > 0);
    }

    [Fact]
    public async Task The_dialogue_before_and_its_picture_are_read_again_though_only_the_new_question_is_sent()
    {
        var id = await Http.BeginAsync();
        var picture = await PictureAsync(102);
        var first = await Http.EventsAsync(id, Question("What is it?", picture));
        var second = await Http.EventsAsync(id, Question("And now?"));

        // The same as a question that brings everything along.
        await using var hub = await server.ConnectAsync();
        var whole = await hub.AllAsync(new
        {
            image = picture, maxTokens = 6, deterministic = true,
            messages = new[] { new { role = "user", text = "What is it?" }, new { role = "assistant", text = first.Text() }, new { role = "user", text = "And now?" } },
        });
        Assert.Equal(string.Concat(whole.Select(step => step.Text)), second.Text());
    }

    [Fact]
    public async Task The_hub_keeps_too()
    {
        var id = await Http.BeginAsync();
        await using var hub = await server.ConnectAsync();
        var events = await hub.AllAsync(new { conversation = id, maxTokens = 4, messages = new[] { new { role = "user", text = "Hello" } } });
        Assert.Equal("done", events[^1].Type);
        var kept = (await Http.ConversationAsync(id)).Messages();
        Assert.Equal(["Hello", string.Concat(events.Select(step => step.Text))], kept.Select(message => message.Field("text")));
        var stray = await hub.AllAsync(new { parent = "x", messages = new[] { new { role = "user", text = "Hello" } } });
        Assert.Equal(("error", "missing_required_parameter"), (stray[^1].Type, stray[^1].Code));
    }

    [Fact]
    public async Task The_same_request_again_gives_the_answer_that_was_made()
    {
        var id = await Http.BeginAsync();
        var question = new { requestId = "r-1", maxTokens = 6, temperature = 1.5, messages = new[] { new { role = "user", text = "Draw lots." } } };
        var both = await Task.WhenAll(Http.EventsAsync(id, question), Http.EventsAsync(id, question));
        var again = await Http.EventsAsync(id, question);
        Assert.All(both, events => Assert.Equal(again.Text(), events.Text()));
        Assert.All(both, events => Assert.Equal(again[0].Field("answer"), events[0].Field("answer")));
        Assert.Equal(again[^1].GetProperty("seed").GetUInt32(), both[0][^1].GetProperty("seed").GetUInt32());
        Assert.Equal(2, (await Http.ConversationAsync(id)).Messages().Count);
    }

    [Fact]
    public async Task An_answer_is_made_again_and_a_question_changed_on_branches_of_their_own()
    {
        var id = await Http.BeginAsync();
        var first = await Http.EventsAsync(id, Question("One"));
        var again = await Http.EventsAsync(id, new { parent = first[0].Field("question"), maxTokens = 3, messages = Array.Empty<object>() });
        Assert.Equal(JsonValueKind.Null, again[0].TryGetProperty("question", out var none) ? none.ValueKind : JsonValueKind.Null);
        var changed = await Http.EventsAsync(id, new { parent = first[0].Field("answer"), maxTokens = 3, messages = new[] { new { role = "user", text = "Two" } } });

        var kept = await Http.ConversationAsync(id);
        Assert.Equal(5, kept.Messages().Count);
        Assert.Equal(changed[0].Field("answer"), kept.Field("head"));
        Assert.Equal(first[0].Field("question"), kept.Messages().Single(message => message.Field("id") == again[0].Field("answer")).Field("parent"));
        using var shown = await Http.PatchAsJsonAsync($"/api/conversations/{id}", new { head = again[0].Field("answer"), title = "Other" }, HttpAnswers.Stop);
        var changedNow = await shown.JsonAsync();
        Assert.Equal((again[0].Field("answer"), "Other"), (changedNow.Field("head"), changedNow.Field("title")));
    }

    [Fact]
    public async Task An_answer_that_was_stopped_is_kept_as_far_as_it_came_and_gone_on_with()
    {
        var gated = await GatedModel.LoadAsync(server.Bundle, Task.CompletedTask);
        gated.StallAfter = 3;
        var data = Directory.CreateTempSubdirectory("sparseclip-stopped-");
        var (app, address) = await RunningServer.ListenAsync((_, _, _) => Task.FromResult<IVisionLanguageModel>(gated), $"--Server:DataDirectory={data.FullName}");
        await using (app)
        {
            await app.Services.GetRequiredService<ModelHost>().Settled;
            using var http = new HttpClient { BaseAddress = address };
            var id = await http.BeginAsync();
            var told = await ReadUntilItStallsAsync(http, id);
            JsonElement stopped;
            do
            {
                await Task.Delay(50, HttpAnswers.Stop);
                stopped = (await http.ConversationAsync(id)).Messages()[1];
            }
            while (stopped.Field("status") == "writing");
            Assert.Equal(("stopped", told), (stopped.Field("status"), stopped.Field("text")));

            using (var mixed = await http.AskAsync(id, new { @continue = stopped.Field("id"), messages = new[] { new { role = "user", text = "More" } } }))
            {
                await mixed.RefusedAsync(HttpStatusCode.BadRequest, "invalid_value", "continue");
            }

            gated.StallAfter = null;
            var rest = await http.EventsAsync(id, new { @continue = stopped.Field("id") });
            Assert.Equal("done", rest[^1].Type());
            var kept = (await http.ConversationAsync(id)).Messages();
            Assert.Equal(2, kept.Count);
            Assert.Equal((told + rest.Text(), "whole"), (kept[1].Field("text"), kept[1].Field("status")));
            using var whole = await http.AskAsync(id, new { @continue = stopped.Field("id") });
            await whole.RefusedAsync(HttpStatusCode.Conflict, "answer_not_broken", "continue");
        }

        data.Delete(recursive: true);
    }

    /// <summary>Asks, reads the first three pieces and goes away.</summary>
    private static async Task<string> ReadUntilItStallsAsync(HttpClient http, string id)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(HttpAnswers.Stop);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/conversations/{id}/answers") { Content = JsonContent.Create(new { maxTokens = 20, messages = new[] { new { role = "user", text = "Tell all." } } }) };
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(leave.Token));
        var text = "";
        for (var told = 0; told < 3;)
        {
            var line = await reader.ReadLineAsync(leave.Token) ?? "";
            if (line.StartsWith("data: ", StringComparison.Ordinal) && JsonElement.Parse(line["data: ".Length..]) is var step && step.Type() == "delta")
            {
                text += step.Field("text");
                told++;
            }
        }

        await leave.CancelAsync();
        return text;
    }

    [Fact]
    public async Task What_is_refused_leaves_nothing()
    {
        var id = await Http.BeginAsync();
        foreach (var (question, status, code) in (IEnumerable<(object, HttpStatusCode, string)>)[
            (new { messages = Array.Empty<object>() }, HttpStatusCode.BadRequest, "no_question"),
            (Question("a", parent: "nothing"), HttpStatusCode.NotFound, "unknown_message"),
            (Question("a", image: new string('0', 64)), HttpStatusCode.NotFound, "unknown_image"),
            (Question("a", steering: new { edits = new[] { new { feature = 1, op = "ablate" } } }), HttpStatusCode.UnprocessableEntity, "steering_without_image"),
            (new { requestId = "", messages = new[] { new { role = "user", text = "a" } } }, HttpStatusCode.BadRequest, "invalid_value"),
            (new { conversation = "another", messages = new[] { new { role = "user", text = "a" } } }, HttpStatusCode.BadRequest, "invalid_value"),
            (new { messages = new[] { new { role = "assistant", text = "a" } } }, HttpStatusCode.BadRequest, "no_question"),
            (new { unheard = 1 }, HttpStatusCode.BadRequest, "unknown_parameter"),
            (Question(string.Concat(Enumerable.Repeat("word ", 3000))), HttpStatusCode.BadRequest, "context_length_exceeded")])
        {
            using var refused = await Http.AskAsync(id, question);
            await refused.RefusedAsync(status, code);
        }

        using var unknown = await Http.AskAsync("nothing", Question("a"));
        await unknown.RefusedAsync(HttpStatusCode.NotFound, "unknown_conversation");
        Assert.Empty((await Http.ConversationAsync(id)).Messages());
    }

    [Fact]
    public async Task They_are_listed_searched_and_renamed()
    {
        var id = await Http.BeginAsync("A wholly unusual title");
        await Http.EventsAsync(id, Question("Is there a capybara?"));
        foreach (var query in (string[])["unusual", "CAPYBARA"])
        {
            var found = await Http.GetFromJsonAsync<JsonElement>($"/api/conversations?query={query}", HttpAnswers.Stop);
            Assert.Equal((id, 2, 1), (found.GetProperty("conversations")[0].Field("id"), found.GetProperty("conversations")[0].GetProperty("messages").GetInt32(), found.GetProperty("total").GetInt32()));
        }

        Assert.Equal(0, (await Http.GetFromJsonAsync<JsonElement>("/api/conversations?query=zzzzqq", HttpAnswers.Stop)).GetProperty("total").GetInt32());
        using var much = await server.GetAsync("/api/conversations?take=1000");
        await much.RefusedAsync(HttpStatusCode.BadRequest, "invalid_value", "take");
        using var nothing = await Http.PatchAsJsonAsync($"/api/conversations/{id}", new { }, HttpAnswers.Stop);
        await nothing.RefusedAsync(HttpStatusCode.BadRequest, "missing_required_parameter");
        using var endless = await Http.PatchAsJsonAsync($"/api/conversations/{id}", new { title = new string('a', 201) }, HttpAnswers.Stop);
        await endless.RefusedAsync(HttpStatusCode.BadRequest, "invalid_value", "title");
    }

    [Fact]
    public async Task Deleting_one_deletes_the_files_that_nothing_else_needs()
    {
        var (shared, own) = (await PictureAsync(103), await PictureAsync(104));
        var (one, two) = (await Http.BeginAsync(), await Http.BeginAsync());
        await Http.EventsAsync(one, Question("a", shared));
        await Http.EventsAsync(one, Question("b", own));
        await Http.EventsAsync(two, Question("c", shared));
        var files = Path.Combine(server.Folder, "images");
        Assert.True(File.Exists(Path.Combine(files, own)));

        using (var deleted = await Http.DeleteAsync(new Uri($"/api/conversations/{one}", UriKind.Relative), HttpAnswers.Stop))
        {
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }

        Assert.Equal((false, true), (File.Exists(Path.Combine(files, own)), File.Exists(Path.Combine(files, shared))));
        using (var gone = await server.GetAsync($"/api/images/{own}/features"))
        {
            await gone.RefusedAsync(HttpStatusCode.NotFound, "unknown_image");
        }

        using var missing = await server.GetAsync($"/api/conversations/{one}");
        await missing.RefusedAsync(HttpStatusCode.NotFound, "unknown_conversation");
    }

    [Fact]
    public async Task One_is_exported_to_be_read_and_brought_elsewhere_with_its_pictures()
    {
        var id = await Http.BeginAsync("# Ducks");
        var picture = await PictureAsync(105);
        var events = await Http.EventsAsync(id, Question("What\n# is it?", picture, steering: new { edits = new[] { new { feature = 2, op = "ablate" } } }));
        var markdown = await Http.GetStringAsync(new Uri($"/api/conversations/{id}/export?format=md", UriKind.Relative), HttpAnswers.Stop);
        Assert.Contains($"# # Ducks\n", markdown, StringComparison.Ordinal);
        Assert.Contains("> What\n> # is it?", markdown, StringComparison.Ordinal);
        Assert.Contains($"Picture `{picture}`", markdown, StringComparison.Ordinal);
        Assert.Contains("- edited: ablate feature 2", markdown, StringComparison.Ordinal);

        var file = await Http.GetStringAsync(new Uri($"/api/conversations/{id}/export", UriKind.Relative), HttpAnswers.Stop);
        await using var other = await KeyedServer.StartAsync(server.Bundle);
        using var ada = other.Client("ada", ApiScope.Read, ApiScope.Ask);
        using var content = new StringContent(file, System.Text.Encoding.UTF8, "application/json");
        using var imported = await ada.PostAsync(new Uri("/api/conversations/import", UriKind.Relative), content, HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.Created, imported.StatusCode);
        var copy = await imported.JsonAsync();
        Assert.Equal(events.Text(), copy.Messages()[1].Field("text"));
        Assert.Equal((await Http.ConversationAsync(id)).Messages()[1].GetProperty("outcome").GetRawText(), copy.Messages()[1].GetProperty("outcome").GetRawText());
        using var seen = await ada.GetAsync(new Uri($"/api/images/{picture}", UriKind.Relative), HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.OK, seen.StatusCode);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"format":"sparseclip-conversation","version":2,"conversation":{"id":"a","title":"","messages":[]},"images":{}}""")]
    [InlineData("""{"format":"sparseclip-conversation","version":1,"conversation":{"id":"a","title":"","messages":[{"id":"b","role":"user","text":"x","status":"whole","parent":"c"}]},"images":{}}""")]
    [InlineData("""{"format":"sparseclip-conversation","version":1,"conversation":{"id":"a","title":"","messages":[{"id":"b","role":"king","text":"x","status":"whole"}]},"images":{}}""")]
    [InlineData("""{"format":"sparseclip-conversation","version":1,"conversation":{"id":"a","title":"","messages":[null]},"images":{}}""")]
    [InlineData("""{"format":"sparseclip-conversation","version":1,"conversation":{"id":"a","title":"","messages":[],"head":"b"},"images":{}}""")]
    [InlineData("""{"format":"sparseclip-conversation","version":1,"conversation":{"id":"a","title":"","messages":[]},"images":{"abc":"AAAA"}}""")]
    [InlineData("""{"format":"sparseclip-conversation","version":1,"conversation":{"id":"a","title":"","messages":"none"},"images":{}}""")]
    public async Task A_file_that_is_none_is_refused(string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var refused = await Http.PostAsync(new Uri("/api/conversations/import", UriKind.Relative), content, HttpAnswers.Stop);
        await refused.RefusedAsync(HttpStatusCode.BadRequest, "invalid_conversation");
    }

    [Fact]
    public async Task Everybody_has_their_own()
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle);
        using var ada = keyed.Client("ada", ApiScope.Ask, ApiScope.Read);
        using var bob = keyed.Client("bob", ApiScope.Ask, ApiScope.Read);
        using var reader = keyed.Client("reader", ApiScope.Read);
        var id = await ada.BeginAsync("Mine");
        await ada.EventsAsync(id, Question("Hello"));
        Assert.Equal(0, (await bob.GetFromJsonAsync<JsonElement>("/api/conversations", HttpAnswers.Stop)).GetProperty("total").GetInt32());
        using (var unknown = await bob.GetAsync(new Uri($"/api/conversations/{id}", UriKind.Relative), HttpAnswers.Stop))
        {
            await unknown.RefusedAsync(HttpStatusCode.NotFound, "unknown_conversation");
        }

        using (var forbidden = await reader.GetAsync(new Uri("/api/conversations", UriKind.Relative), HttpAnswers.Stop))
        {
            await forbidden.RefusedAsync(HttpStatusCode.Forbidden, "insufficient_scope");
        }

        // A picture that both brought stays for the other one.
        using var content = new ByteArrayContent(TestPng.Noise(36, 36, 106));
        using var mine = await ada.PostAsync(new Uri("/api/images", UriKind.Relative), content, HttpAnswers.Stop);
        using var yours = await bob.PostAsync(new Uri("/api/images", UriKind.Relative), content, HttpAnswers.Stop);
        var picture = (await mine.JsonAsync()).Field("id");
        await ada.EventsAsync(id, Question("And this?", picture));
        using (var deleted = await ada.DeleteAsync(new Uri($"/api/conversations/{id}", UriKind.Relative), HttpAnswers.Stop))
        {
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        }

        using var gone = await ada.GetAsync(new Uri($"/api/images/{picture}", UriKind.Relative), HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        using var there = await bob.GetAsync(new Uri($"/api/images/{picture}", UriKind.Relative), HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.OK, there.StatusCode);
    }
}
