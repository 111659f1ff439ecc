using System.Net;
using System.Net.Http.Json;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Taught;

/// <summary>Concepts are taught, used everywhere, kept and forgotten: on a server of their own, since what is taught changes answers.</summary>
public sealed class TeachingTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task A_concept_that_was_taught_is_listed_shown_mapped_and_forgotten()
    {
        var (first, second) = (await server.UploadAsync(41), await server.UploadAsync(42));

        using var created = await TeachAsync("The Zork", first.Id, second.Id);

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        Assert.Equal("/api/concepts/zork", created.Headers.Location!.ToString());
        var zork = (await created.Content.ReadFromJsonAsync<ConceptDetail>(HttpAnswers.Stop))!;
        Assert.Equal(("zork", true, false, 2), (zork.Name, zork.Taught, zork.Verified, zork.Teaching!.Pictures));
        Assert.InRange(zork.Features.Count, 1, Concept.MostFeatures);
        Assert.Equal(64, zork.Teaching.Tower.Length);
        var listed = (await ReadAsync<ConceptList>("/api/concepts")).Concepts[0];
        Assert.Equal(("zork", true, zork.Teaching), (listed.Name, listed.Taught, listed.Teaching));
        Assert.Equal("zork", Assert.Single((await ReadAsync<ConceptList>("/api/concepts?query=zor")).Concepts).Name);
        Assert.False((await ReadAsync<ConceptDetail>("/api/concepts/cat")).Taught);
        var shown = (await ReadAsync<ImageConceptsResponse>($"/api/images/{first.Id}/concepts?least=0")).Concepts.Single(concept => concept.Name == "zork");
        Assert.InRange(shown.Probability, 0.5f, 1f);
        var map = await ReadAsync<ConceptHeatmapResponse>($"/api/images/{first.Id}/concepts/zork/heatmap");
        Assert.Equal(shown.Features.Sum(feature => feature.Weight), map.Pooled, 1e-3);

        using (var forgotten = await server.Http.DeleteAsync(new Uri("/api/concepts/zork", UriKind.Relative), HttpAnswers.Stop))
        {
            Assert.Equal(HttpStatusCode.NoContent, forgotten.StatusCode);
        }

        // What is left is what the word itself says.
        var gone = await ReadAsync<ConceptDetail>("/api/concepts/zork");
        Assert.Equal((true, false), (gone.Made, gone.Taught));
    }

    [Fact]
    public async Task The_language_model_reads_the_name_where_the_code_shows_it_and_no_more_where_it_is_taken_out()
    {
        var image = await server.UploadAsync(43);
        using (var taught = await TeachAsync("my gizmo", image.Id))
        {
            taught.EnsureSuccessStatusCode();
        }

        Assert.Contains("my gizmo", await GroundingAsync(Ask.About(image.Id)));
        Assert.DoesNotContain("my gizmo", await GroundingAsync(Ask.About(image.Id, steering: new { edits = new[] { new { name = "my gizmo", op = "ablate" } } })));
        await ForgetAsync("my gizmo");
        Assert.DoesNotContain("my gizmo", await GroundingAsync(Ask.About(image.Id)));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_unless_a_taught_one_is_to_be_replaced()
    {
        var (first, second) = (await server.UploadAsync(44), await server.UploadAsync(45));
        using (var taught = await TeachAsync("blorb", first.Id))
        {
            taught.EnsureSuccessStatusCode();
        }

        using (var again = await TeachAsync("blorb", second.Id))
        {
            Assert.Contains("replaced", await again.RefusedAsync(HttpStatusCode.Conflict, "concept_exists", "word"), StringComparison.Ordinal);
        }

        using (var replaced = await server.PostAsync("/api/concepts", new { word = "blorb", images = new[] { first.Id, second.Id }, replace = true }))
        {
            Assert.Equal(2, (await replaced.Content.ReadFromJsonAsync<ConceptDetail>(HttpAnswers.Stop))!.Teaching!.Pictures);
        }

        using (var own = await server.PostAsync("/api/concepts", new { word = "Stuff", images = new[] { first.Id }, replace = true }))
        {
            Assert.Contains($"'{TinyBundle.Everywhere}' itself", await own.RefusedAsync(HttpStatusCode.Conflict, "concept_exists", "word"), StringComparison.Ordinal);
        }

        using (var kept = await server.Http.DeleteAsync(new Uri("/api/concepts/cat", UriKind.Relative), HttpAnswers.Stop))
        {
            await kept.RefusedAsync(HttpStatusCode.Conflict, "concept_not_taught");
        }

        await ForgetAsync("blorb");
    }

    [Theory]
    [InlineData("{\"images\":[\"ID\"]}", HttpStatusCode.BadRequest, "missing_required_parameter", "word")]
    [InlineData("{\"word\":\"x\"}", HttpStatusCode.BadRequest, "missing_required_parameter", "images")]
    [InlineData("{\"word\":\"\",\"images\":[\"ID\"]}", HttpStatusCode.BadRequest, "invalid_value", "word")]
    [InlineData("{\"word\":\"12\",\"images\":[\"ID\"]}", HttpStatusCode.BadRequest, "invalid_value", "word")]
    [InlineData("{\"word\":\"dog (2)\",\"images\":[\"ID\"]}", HttpStatusCode.BadRequest, "invalid_value", "word")]
    [InlineData("{\"word\":5,\"images\":[\"ID\"]}", HttpStatusCode.BadRequest, "invalid_type", "word")]
    [InlineData("{\"word\":\"x\",\"images\":[]}", HttpStatusCode.BadRequest, "invalid_value", "images")]
    [InlineData("{\"word\":\"x\",\"images\":\"ID\"}", HttpStatusCode.BadRequest, "invalid_type", "images")]
    [InlineData("{\"word\":\"x\",\"images\":[\"../../etc/passwd\"]}", HttpStatusCode.BadRequest, "invalid_value", "images[0]")]
    [InlineData("{\"word\":\"x\",\"images\":[\"ID\",\"ID\"]}", HttpStatusCode.BadRequest, "invalid_value", "images[1]")]
    [InlineData("{\"word\":\"x\",\"images\":[\"ID\"],\"replace\":1}", HttpStatusCode.BadRequest, "invalid_type", "replace")]
    [InlineData("{\"name\":\"x\",\"images\":[\"ID\"]}", HttpStatusCode.BadRequest, "unknown_parameter", "name")]
    [InlineData("{\"word\":\"x\",\"images\":[\"0000000000000000000000000000000000000000000000000000000000000000\"]}", HttpStatusCode.NotFound, "unknown_image", "image")]
    public async Task What_cannot_be_taught_is_refused_by_its_place(string body, HttpStatusCode status, string code, string param)
    {
        var image = await server.UploadAsync(46);
        using var content = new StringContent(body.Replace("ID", image.Id, StringComparison.Ordinal), System.Text.Encoding.UTF8, "application/json");

        using var response = await server.Http.PostAsync(new Uri("/api/concepts", UriKind.Relative), content, HttpAnswers.Stop);

        await response.RefusedAsync(status, code, param);
        Assert.DoesNotContain((await ReadAsync<ConceptList>("/api/concepts")).Concepts, concept => concept.Name == "x");
    }

    [Fact]
    public async Task What_many_teach_at_once_is_all_there_and_of_one_word_one_wins()
    {
        var image = await server.UploadAsync(47);
        string[] words = ["qa", "qb", "qc", "qd", "qe", "qsame", "qsame", "qsame"];

        var statuses = await Task.WhenAll(words.Select(async word =>
        {
            using var response = await TeachAsync(word, image.Id);
            return response.StatusCode;
        }));

        Assert.Equal(6, statuses.Count(status => status == HttpStatusCode.Created));
        Assert.Equal(2, statuses.Count(status => status == HttpStatusCode.Conflict));
        Assert.Equal(["qa", "qb", "qc", "qd", "qe", "qsame"], (await ReadAsync<ConceptList>("/api/concepts?query=q")).Concepts.Select(concept => concept.Name).Order());
        await Task.WhenAll(words.Distinct().Select(ForgetAsync));
        Assert.DoesNotContain((await ReadAsync<ConceptList>("/api/concepts?query=q")).Concepts, concept => concept.Taught);
    }

    [Fact]
    public async Task A_restart_keeps_what_was_taught_and_says_what_is_of_another_tower()
    {
        var folder = Directory.CreateTempSubdirectory("sparseclip-restart-");
        var file = Path.Combine(folder.FullName, "taught.jsonl");
        string[] settings = [$"--Server:ModelDirectory={server.Bundle}", $"--Server:ImageDirectory={folder.FullName}/images", $"--Server:TaughtConcepts={file}"];
        var image = await server.UploadAsync(48);
        using (var taught = await TeachAsync("wibble", image.Id))
        {
            taught.EnsureSuccessStatusCode();
        }

        // What another server of the same bundle kept, beside the same of another tower.
        var kept = TaughtConceptFile.Read(Path.Combine(server.Folder, "taught.jsonl")).Single(concept => concept.Word == "wibble");
        TaughtConceptFile.Change(file, all => all.With(kept).With(kept with { Word = "wobble", Teaching = kept.Teaching! with { Tower = new string('b', 64) } }));
        await ForgetAsync("wibble");
        var (app, address) = await RunningServer.StartAsync(settings);
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            var list = (await http.GetFromJsonAsync<ConceptList>(new Uri("/api/concepts", UriKind.Relative), HttpAnswers.Stop))!;
            Assert.Equal(["wibble"], list.Concepts.Where(concept => concept.Taught).Select(concept => concept.Name));
            using var other = await http.GetAsync(new Uri("/api/concepts/wobble", UriKind.Relative), HttpAnswers.Stop);
            Assert.Contains("another tower", await other.RefusedAsync(HttpStatusCode.NotFound, "unknown_concept"), StringComparison.Ordinal);
            using var forgotten = await http.DeleteAsync(new Uri("/api/concepts/wibble", UriKind.Relative), HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.NoContent, forgotten.StatusCode);
        }

        Assert.Equal("wobble", Assert.Single(TaughtConceptFile.Read(file)).Word);
        await File.WriteAllTextAsync(file, "{", HttpAnswers.Stop);
        var (damaged, where) = await RunningServer.StartAsync(settings);
        await using (damaged)
        {
            using var http = new HttpClient { BaseAddress = where };
            using var answer = await http.GetAsync(new Uri("/api/concepts", UriKind.Relative), HttpAnswers.Stop);
            Assert.Contains("line 1", await answer.RefusedAsync(HttpStatusCode.ServiceUnavailable, "model_failed"), StringComparison.Ordinal);
        }

        folder.Delete(recursive: true);
    }

    private Task<HttpResponseMessage> TeachAsync(string word, params string[] images) => server.PostAsync("/api/concepts", new { word, images });

    private async Task ForgetAsync(string word)
    {
        using var response = await server.Http.DeleteAsync(new Uri($"/api/concepts/{Uri.EscapeDataString(word)}", UriKind.Relative), HttpAnswers.Stop);
        response.EnsureSuccessStatusCode();
    }

    private async Task<IReadOnlyList<string>> GroundingAsync(object question)
    {
        using var response = await server.PostAsync("/v1/chat/completions", question);
        var answer = await response.EnsureSuccessStatusCode().JsonAsync();
        return answer.TryGetProperty("grounding", out var words) && words.ValueKind == System.Text.Json.JsonValueKind.Array ? [.. words.EnumerateArray().Select(word => word.GetProperty("word").GetString()!)] : [];
    }

    private async Task<T> ReadAsync<T>(string path)
    {
        using var response = await server.GetAsync(path);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<T>(HttpAnswers.Stop))!;
    }
}
