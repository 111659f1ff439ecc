using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Web.Api;
using SparseClip.Vlm.Web.Components.Chat;
using SparseClip.Vlm.Web.Components.Features;
using SparseClip.Vlm.Web.Components.Picture;
using SparseClip.Vlm.Web.Components.Shell;
using SparseClip.Vlm.Web.State;

namespace SparseClip.Vlm.Web.Tests.Components;

/// <summary>Components that do more than draw.</summary>
public sealed class ComponentTests : BunitContext
{
    private readonly ScriptedServer _server = new();
    private readonly ScriptedChat _chat = new();

    public ComponentTests()
    {
        Services.AddSingleton<IServerApi>(_server);
        Services.AddSingleton<IChatApi>(_chat);
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton<Connection>();
        Services.AddSingleton<Studio>();
        Services.AddSingleton<AccessKey>();
        JSInterop.Mode = JSRuntimeMode.Loose;
    }

    private async Task<Studio> OpenAsync()
    {
        var studio = Services.GetRequiredService<Studio>();
        _ = studio.Connection.WatchAsync(Xunit.TestContext.Current.CancellationToken);
        await studio.OpenAsync("a", () => Task.FromResult(new byte[1]));
        return studio;
    }

    [Fact]
    public void A_key_is_asked_for_kept_by_the_browser_and_sent_from_then_on()
    {
        _chat.IsLocked = true;
        var studio = Services.GetRequiredService<Studio>();
        _ = studio.Connection.WatchAsync(Xunit.TestContext.Current.CancellationToken);
        var notices = Render<Notices>();
        notices.WaitForAssertion(() => Assert.Equal("A key, please.", notices.Find("form.key label").TextContent));
        notices.Find("form.key input").Input(" sc-abc ");
        _chat.IsLocked = false;
        notices.Find("form.key").Submit();
        notices.WaitForAssertion(() => Assert.True(studio.Connection.IsReady));
        Assert.Equal("sc-abc", Services.GetRequiredService<AccessKey>().Value);
        Assert.Equal("sc-abc", Assert.Single(JSInterop.Invocations["page.keepKey"]).Arguments[0]);
        Assert.Empty(notices.FindAll("form.key"));
    }

    [Fact]
    public async Task Moving_a_slider_edits_its_feature()
    {
        var studio = await OpenAsync();
        var panel = Render<FeaturePanel>();
        panel.Find("[data-feature=dog] input[type=range]").Input("0");
        Assert.Equal("ablate", studio.Desk.Edits!.Edits[0].Op);
        panel.WaitForAssertion(() => Assert.Equal("1 edit", panel.Find(".count").TextContent));
        panel.Find("[aria-label='Reset dog']").Click();
        Assert.Null(studio.Desk.Edits);
    }

    [Fact]
    public void What_the_model_read_is_told_in_its_order()
    {
        var words = Render<ReadWords>(parameters => parameters.Add(
            component => component.Words, [new("dog", 0.57, "seen", "left", "red", 2), new("cat", 0.54, "seen", "right"), new("sofa", 0.38, "part"), new("wolf", 0.41, "maybe"), new("fox", 0.3, "maybe")]));
        Assert.Equal(
            "It reads dog 57 (red, 2 of it, left), cat 54 (right), in a part sofa 38; or perhaps wolf 41, fox 30", string.Join(' ', words.Find(".reads").TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
    }

    [Fact]
    public async Task Enter_adds_what_was_typed_last_even_while_it_is_still_being_searched()
    {
        var studio = await OpenAsync();
        var panel = Render<FeaturePanel>();
        var cat = new TaskCompletionSource();
        _server.BeforeSearch = query => query == "cat" ? cat.Task : Task.CompletedTask;
        await panel.Find("input[type=search]").InputAsync(new() { Value = "horse" });
        var typing = panel.Find("input[type=search]").InputAsync(new() { Value = "cat" });

        var entering = panel.Find("form.search").SubmitAsync();
        Assert.Null(studio.Desk.Edits);
        cat.SetResult();
        await typing;
        await entering;

        Assert.Equal("cat", Assert.Single(studio.Desk.Edits!.Edits).Name);
    }

    [Fact]
    public async Task A_word_that_no_feature_is_called_by_can_be_added_by_its_meaning()
    {
        var studio = await OpenAsync();
        var panel = Render<FeaturePanel>();
        await panel.Find("input[type=search]").InputAsync(new() { Value = "cat" });
        Assert.Equal(["cat", "kitten"], panel.FindAll(".hits b").Select(hit => hit.TextContent));
        panel.FindAll(".hits button")[0].Click();
        Assert.Equal(("cat", "set"), (studio.Desk.Edits!.Edits[0].Name, studio.Desk.Edits.Edits[0].Op));
        Assert.Empty(panel.FindAll(".hits"));
    }

    [Fact]
    public async Task Concepts_are_found_before_features_and_say_whether_answers_follow_them()
    {
        _server.FoundConcepts = [new ConceptSummary("kitty", true, 0.99f, false, null) { Feature = 7, HasUsual = true, SafeMaximum = 3, Badge = "weak" }];
        var studio = await OpenAsync();
        var panel = Render<FeaturePanel>();
        await panel.Find("input[type=search]").InputAsync(new() { Value = "kitty" });
        Assert.Equal([("kitty", "answers follow sometimes"), ("kitten", "in 10 % of pictures")], panel.FindAll(".hits button").Select(hit => (hit.QuerySelector("b")!.TextContent, hit.QuerySelector("span")!.TextContent)));
        panel.FindAll(".hits button")[0].Click();
        Assert.Equal(("kitty", 1f, true), (studio.Desk.Rows[0].Name, studio.Desk.Rows[0].Value, studio.Desk.Rows[0].CountsInUsual));
    }

    [Fact]
    public async Task A_word_is_taught_with_the_open_picture_surer_with_another_one_and_forgotten()
    {
        var studio = await OpenAsync();
        var panel = Render<FeaturePanel>();
        Assert.True(panel.Find(".teach button").HasAttribute("disabled"));
        await panel.Find(".teach input").InputAsync(new() { Value = "my mug" });
        await panel.Find(".teach form").SubmitAsync();
        Assert.Equal(("my mug", false), (_server.Taught[0].Word, _server.Taught[0].Replace));
        Assert.Equal(2, _server.Uploads); // looked at again, with the new word
        Assert.Contains("by 1 picture", panel.Find(".teach p").TextContent, StringComparison.Ordinal);

        _server.OnUpload = _ => ScriptedServer.Image with { Id = new string('b', 64) };
        await studio.OpenAsync("b", () => Task.FromResult(new byte[2]));
        await panel.Find(".teach form").SubmitAsync();
        Assert.Equal((2, true), (_server.Taught[1].Images.Count, _server.Taught[1].Replace));

        await panel.Find("[aria-label='Forget my mug']").ClickAsync(new());
        Assert.Equal(["my mug"], _server.Forgotten);
        Assert.Empty(panel.FindAll(".teach p"));
    }

    [Fact]
    public async Task A_word_that_cannot_be_taught_is_told_and_not_listed()
    {
        _server.TeachRefusal = new ServerException("'cat' is a concept of the model already; say \"my cat\".", "concept_exists");
        var studio = await OpenAsync();
        var panel = Render<FeaturePanel>();
        await panel.Find(".teach input").InputAsync(new() { Value = "cat" });
        await panel.Find(".teach form").SubmitAsync();
        Assert.Contains("my cat", studio.Notice, StringComparison.Ordinal);
        Assert.Empty(panel.FindAll(".teach p"));
    }

    [Fact]
    public async Task Pointing_at_a_feature_shows_where_it_is()
    {
        var studio = await OpenAsync();
        var panel = Render<FeaturePanel>();
        await panel.Find("[data-feature=dog]").MouseEnterAsync(new());
        Assert.NotNull(studio.Heatmap);
        await panel.Find("[data-feature=dog]").MouseLeaveAsync(new());
        Assert.Null(studio.Heatmap);
    }

    [Fact]
    public async Task Pressing_a_concept_takes_it_out_and_pressing_it_again_puts_it_back()
    {
        var studio = await OpenAsync();
        var panel = Render<FeaturePanel>();
        var concept = panel.Find("[data-concept=animal]");
        Assert.Contains("93 %", concept.TextContent, StringComparison.Ordinal);

        await concept.MouseEnterAsync(new());
        Assert.Equal(HeatTarget.Of("animal"), studio.Heatmap!.Target);
        await concept.ClickAsync(new());
        Assert.Equal(("animal", "ablate"), (studio.Desk.Edits!.Edits[0].Name, studio.Desk.Edits.Edits[0].Op));
        Assert.Equal("true", panel.Find("[data-concept=animal]").GetAttribute("aria-pressed"));

        await panel.Find("[data-concept=animal]").ClickAsync(new());
        Assert.Null(studio.Desk.Edits);
        Assert.Equal("false", panel.Find("[data-concept=animal]").GetAttribute("aria-pressed"));
    }

    [Fact]
    public async Task A_sample_whose_picture_does_not_come_is_its_words_until_the_server_is_back()
    {
        await OpenAsync();
        var strip = Render<SampleStrip>();
        await strip.Find(".samples img").TriggerEventAsync("onerror", new Microsoft.AspNetCore.Components.Web.ErrorEventArgs());
        var missing = strip.Find(".samples button");
        Assert.Equal(Sample.All[0].Alt, missing.TextContent.Trim());
        Assert.Empty(missing.QuerySelectorAll("img"));
        Assert.Equal(Sample.All.Count - 1, strip.FindAll(".samples img").Count);

        _chat.Lose();
        strip.WaitForAssertion(() => Assert.Equal(Sample.All.Count, strip.FindAll(".samples img").Count));
    }

    [Fact]
    public async Task A_sample_whose_picture_did_not_come_is_tried_again_when_it_is_pressed()
    {
        var studio = await OpenAsync();
        var strip = Render<SampleStrip>();
        await strip.Find(".samples img").TriggerEventAsync("onerror", new Microsoft.AspNetCore.Components.Web.ErrorEventArgs());
        await strip.Find(".samples button").ClickAsync(new());
        Assert.Equal(Sample.All[0].Alt, studio.Picture!.Title);
        Assert.Equal(Sample.All.Count, strip.FindAll(".samples img").Count);
    }

    [Fact]
    public async Task The_samples_are_one_stop_of_the_tab_key_which_is_the_one_that_was_reached()
    {
        await OpenAsync();
        var strip = Render<SampleStrip>();
        Assert.Equal([0], Stops());
        await strip.FindAll(".samples button")[3].FocusAsync(new());
        Assert.Equal([3], Stops());

        int[] Stops() => [.. strip.FindAll(".samples button").Index().Where(button => button.Item.GetAttribute("tabindex") == "0").Select(button => button.Index)];
    }

    [Fact]
    public void A_heat_map_covers_the_square_that_the_tower_sees()
    {
        var overlay = Render<HeatOverlay>(parameters => parameters
            .Add(component => component.Map, new HeatMap(HeatTarget.Of(1), "dog", 2, 2, [-0.5f, 1, 0.5f, 0], 0.2f))
            .Add(component => component.Square, [0, -0.5, 1, 1.5]));
        Assert.Equal("left:0%;top:-50%;width:100%;height:200%", overlay.Find("svg").GetAttribute("style"));
        Assert.Equal(["0", "0.82", "0.41", "0"], overlay.FindAll("rect.hot").Select(rect => rect.GetAttribute("fill-opacity")));
    }

    [Fact]
    public async Task The_composer_asks_and_offers_to_stop()
    {
        var studio = await OpenAsync();
        _chat.Answers.Enqueue([ScriptedChat.Delta("A dog"), null]);
        var composer = Render<Composer>();
        Assert.Equal("true", composer.Find("button[aria-label=Ask]").GetAttribute("aria-disabled"));
        composer.Find("textarea").Input("What?");
        var asking = composer.Find("form").SubmitAsync();
        composer.WaitForElement("[aria-label='Stop the answer']").Click();
        await asking;
        Assert.Equal(AnswerStatus.Stopped, studio.Turns[0].Latest.Status);
    }

    [Fact]
    public async Task A_changed_answer_marks_its_new_words()
    {
        var studio = await OpenAsync();
        _chat.Answers.Enqueue([ScriptedChat.Delta("This is a dog."), ScriptedChat.Done]);
        _chat.Answers.Enqueue([ScriptedChat.Delta("This is a cat."), ScriptedChat.Done]);
        await studio.AskAsync("What?");
        studio.Desk.Rows[0].Remove();
        await studio.AskAgainAsync();
        var view = Render<TurnView>(parameters => parameters.Add(component => component.Turn, studio.Turns[0]).Add(component => component.IsLast, true));
        Assert.Equal("cat.", Assert.Single(view.FindAll("mark")).TextContent);
        Assert.Equal("dog", view.Find(".chips .less b").TextContent);
        Assert.Empty(view.FindAll(".again"));
    }
}
