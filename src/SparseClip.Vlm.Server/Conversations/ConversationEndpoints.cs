using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Conversations;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Conversations;

/// <summary>Conversations that are kept: begin, list, search, rename, ask, export, import, delete. Where keys are needed everybody has their own.</summary>
internal static class ConversationEndpoints
{
    private const string Route = "/api/conversations";
    private const int MaxBody = 64 * 1024, MostListed = 200, UsuallyListed = 50;

    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Route).WithTags("Conversations");
        group.MapRead("/", ListAsync).RequireAuthorization(ApiScope.Ask).WithSummary("The kept conversations, the last changed first; with query those in whose title or text it stands.");
        group.MapPost("/", CreateAsync).RequireAuthorization(ApiScope.Ask).Accepts<ConversationChange>("application/json").WithSummary("Begin a conversation that is kept.");
        group.MapRead("/{id}", GetAsync).RequireAuthorization(ApiScope.Ask).WithSummary("A conversation with all its messages.");
        group.MapPatch("/{id}", ChangeAsync).RequireAuthorization(ApiScope.Ask).Accepts<ConversationChange>("application/json").WithSummary("Rename a conversation, or show another branch.");
        group.MapDelete("/{id}", DeleteAsync).RequireAuthorization(ApiScope.Ask).WithSummary("Delete a conversation, and its pictures where nothing else needs them.");
        group.MapPost("/{id}/answers", AskAsync).RequireAuthorization(ApiScope.Ask).InGroup(RateGroup.Answers)
            .Accepts<AskRequest>("application/json").Produces<ChatEvent>(contentType: "text/event-stream")
            .WithSummary("Ask in a conversation: the events of the hub as server-sent events.");
        group.MapRead("/{id}/export", ExportAsync).RequireAuthorization(ApiScope.Ask).WithSummary("A conversation as a file: format=json to be imported again, with its pictures, or format=md to be read.");
        group.MapPost("/import", ImportAsync).RequireAuthorization(ApiScope.Ask).InGroup(RateGroup.Uploads).RequireRateLimiting(Limits.Uploads)
            .Accepts<ConversationFile>("application/json").WithSummary("Keep a conversation that was exported as JSON.");
    }

    private static async Task<Ok<ConversationList>> ListAsync(Caller caller, ConversationHost host, CancellationToken cancellationToken, string? query = null, int skip = 0, int take = UsuallyListed)
    {
        if (skip < 0 || take is < 1 or > MostListed)
        {
            throw new RefusedException(400, ErrorCodes.InvalidValue, $"skip is {skip} and take {take}; give skip from 0 on and take 1 to {MostListed}.", skip < 0 ? "skip" : "take");
        }

        var (page, total) = await (await host.StoreAsync(cancellationToken)).ListAsync(Owner(caller), query, skip, take, cancellationToken);
        return TypedResults.Ok(new ConversationList([.. page.Select(kept => kept.ToEntry())], total));
    }

    private static async Task<Created<ConversationDto>> CreateAsync(HttpRequest request, Caller caller, ConversationHost host, CancellationToken cancellationToken)
    {
        var change = ConversationReader.Change(await JsonBody.ReadAsync(request, MaxBody, cancellationToken), isNew: true);
        var kept = await (await host.StoreAsync(cancellationToken)).CreateAsync(Owner(caller), change.Title ?? "", cancellationToken);
        return TypedResults.Created($"{Route}/{kept.Id}", kept.ToDto());
    }

    private static async Task<Ok<ConversationDto>> GetAsync(string id, Caller caller, ConversationHost host, CancellationToken cancellationToken) =>
        TypedResults.Ok((await (await host.StoreAsync(cancellationToken)).GetAsync(Owner(caller), id, cancellationToken)).ToDto());

    private static async Task<Ok<ConversationDto>> ChangeAsync(string id, HttpRequest request, Caller caller, ConversationHost host, CancellationToken cancellationToken)
    {
        var change = ConversationReader.Change(await JsonBody.ReadAsync(request, MaxBody, cancellationToken), isNew: false);
        var store = await host.StoreAsync(cancellationToken);
        await store.ChangeAsync(Owner(caller), id, change.Title, change.Head, cancellationToken);
        return TypedResults.Ok((await store.GetAsync(Owner(caller), id, cancellationToken)).ToDto());
    }

    private static async Task<NoContent> DeleteAsync(string id, Caller caller, ConversationHost host, PictureStore pictures, CancellationToken cancellationToken)
    {
        var store = await host.StoreAsync(cancellationToken);
        foreach (var picture in await store.DeleteAsync(Owner(caller), id, cancellationToken))
        {
            await pictures.ForgetAsync(picture, caller, CancellationToken.None);
        }

        return TypedResults.NoContent();
    }

    private static async Task AskAsync(string id, HttpContext context, Caller caller, AskReader reader, KeptAnswers answers, ChatEventStream events)
    {
        var stop = context.RequestAborted;
        var body = await JsonBody.ReadAsync(context.Request, AskReader.MaxBytes, stop);
        var request = reader.Read(body.Json);
        if (request.Conversation is { } other && other != id)
        {
            throw new RefusedException(400, ErrorCodes.InvalidValue, "conversation is another one than that of the address; leave it out.", "conversation");
        }

        await events.WriteAsync(context.Response, answers.AskAsync(request with { Conversation = id }, caller, stop), stop);
    }

    private static async Task<IResult> ExportAsync(string id, Caller caller, ConversationHost host, PictureStore pictures, CancellationToken cancellationToken, string format = "json")
    {
        var conversation = (await (await host.StoreAsync(cancellationToken)).GetAsync(Owner(caller), id, cancellationToken)).ToDto();
        return format switch
        {
            "md" => Results.File(Encoding.UTF8.GetBytes(ConversationMarkdown.Write(conversation)), "text/markdown; charset=utf-8", $"conversation-{id}.md"),
            "json" => Results.File(
                Encoding.UTF8.GetBytes(ConversationMapping.Write(await ConversationFiles.WriteAsync(conversation, pictures, caller, cancellationToken))), "application/json", $"conversation-{id}.json"),
            _ => throw new RefusedException(400, ErrorCodes.InvalidValue, $"format is '{format}'; give json or md.", "format"),
        };
    }

    private static async Task<Created<ConversationDto>> ImportAsync(
        HttpRequest request, Caller caller, ConversationHost host, PictureStore pictures, IOptions<ServerOptions> options, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadAsync(request, ConversationFiles.MostBytes(options.Value), cancellationToken);
        var conversation = await ConversationFiles.ReadAsync(body, pictures, caller, options.Value, cancellationToken);
        var kept = await (await host.StoreAsync(cancellationToken)).ImportAsync(Owner(caller), conversation.ToKept(), cancellationToken);
        return TypedResults.Created($"{Route}/{kept.Id}", kept.ToDto());
    }

    private static string Owner(Caller caller) => caller.Name ?? "";
}
