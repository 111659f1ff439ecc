using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Concepts;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Requests;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>What the tower decides of a picture, without the language model, and by which features.</summary>
internal static class DecisionEndpoints
{
    private const int MostFeatures = 16;

    public static void MapDecisions(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/decide", DecideAsync).RequireAuthorization(ApiScope.Ask).InGroup(RateGroup.Encodings).WithTags("OpenAI")
        .Accepts<DecisionRequest>("application/json")
        .Produces<OpenAiErrorResponse>(StatusCodes.Status400BadRequest)
        .Produces<OpenAiErrorResponse>(StatusCodes.Status404NotFound)
        .Produces<OpenAiErrorResponse>(StatusCodes.Status422UnprocessableEntity)
        .Produces<OpenAiErrorResponse>(StatusCodes.Status429TooManyRequests)
        .RequireRateLimiting(Limits.Uploads)
        .WithSummary("Which of some choices a picture shows, or whether it shows a concept, with probabilities and the features that say so.");

    private static async Task<Ok<Decision>> DecideAsync(HttpRequest request, Caller caller, SentPictures pictures, ModelHost host, IOptions<ServerOptions> options, CancellationToken cancellationToken)
    {
        var asked = DecisionReader.Read(await JsonBody.ReadAsync(request, (options.Value.MaxImageBytes * 4L / 3) + (1024 * 1024), cancellationToken));
        TextLength.Check(asked.Choices ?? [], options.Value.MaxTextCharacters, "choices");
        var model = host.Require();
        RequestReader.RequireModel(model, asked.Model);
        DecisionReader.CheckLengths(asked.Choices ?? [], model);
        var concept = asked.Concept is { } word ? await model.RequireConceptAsync(word, host.RefusedConcepts, cancellationToken) : null;
        var sent = PictureFile.IsId(asked.Image) ? new SentPicture(asked.Image, null) : pictures.Read(asked.Image, "image");
        var (seen, _) = await pictures.LookAsync(sent, caller, cancellationToken);
        var steered = model.Steer(seen, await model.Features.ToPlanAsync(asked.Steering, seen, cancellationToken));
        var code = steered.Code.Pooled;
        var decision = concept is null ? await ChooseAsync(model, code, asked.Choices!, cancellationToken) : Tell(model, code, concept);
        return TypedResults.Ok(decision with { Image = seen.Id, Steering = SteeringMapping.ToReport(steered.Applied, steered.Moved) });
    }

    private static async Task<Decision> ChooseAsync(IVisionLanguageModel model, SparseCode code, IReadOnlyList<string> choices, CancellationToken cancellationToken)
    {
        var choice = await model.ChooseAsync(code, choices, cancellationToken);
        return Decided(model, choice.Labels[0].Label, choice.Labels[0].Probability, choice.Reasons) with
        {
            Choices = [.. choice.Labels.Select(label => new DecisionChoice(label.Label, label.Probability, label.Cosine))],
            Against = choice.Labels[1].Label,
        };
    }

    private static Decision Tell(IVisionLanguageModel model, SparseCode code, Concept concept)
    {
        var table = model.RequireConcepts();
        var probability = (double)table.In(concept, code).Probability;
        var isThere = probability >= 0.5;
        return Decided(model, isThere ? "yes" : "no", isThere ? probability : 1 - probability, table.Parts(concept, code)) with { Verified = concept.IsVerified };
    }

    private static Decision Decided(IVisionLanguageModel model, string answer, double probability, IReadOnlyList<Carrier> reasons) => new(
        "decision", model.Name, "", answer, probability, null, null,
        [.. reasons.Where(reason => reason.Score > 0).Take(MostFeatures).Select(reason => new ConceptFeature(reason.Feature, model.Features.All[reason.Feature].Name, reason.Score))], null);
}
