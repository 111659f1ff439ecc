using Microsoft.AspNetCore.Http.HttpResults;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Features;

/// <summary>Browse and search the features of the model.</summary>
internal static class FeatureEndpoints
{
    private const int PageSize = 50;

    /// <summary>How deep a search goes; beyond it the fit means nothing.</summary>
    private const int SearchDepth = 500;

    private const int MaxQueryLength = 200;

    public static void MapFeatures(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/features").WithTags("Features");
        group.MapRead("/", ListAsync).RequireAuthorization(ApiScope.Read).WithSummary("Features that fit a text, or all that are alive.");
        group.MapRead("/{id:int}", DetailAsync).RequireAuthorization(ApiScope.Read).WithSummary("All that is known about a feature.");
        group.MapPut("/{id:int}/label", LabelAsync).RequireAuthorization(ApiScope.Teach).Accepts<FeatureLabelRequest>("application/json")
            .WithSummary("Give a feature a name that people are shown; what it was called before is kept.");
        group.MapDelete("/{id:int}/label", UnlabelAsync).RequireAuthorization(ApiScope.Teach).WithSummary("Go back to the model's name of a feature.");
    }

    private static async Task<Ok<FeaturePage>> ListAsync(
        ModelHost host, FeatureLabels labels, CancellationToken cancellationToken, string? query = null, int page = 1, int pageSize = PageSize)
    {
        if (page < 1 || pageSize is < 1 or > 200)
        {
            throw new RefusedException(400, "bad_request", $"page is {page} and pageSize {pageSize}; give a page from 1 and a size of 1 to 200.", "page");
        }

        if (query?.Length > MaxQueryLength)
        {
            throw new RefusedException(400, "bad_request", $"The query has {query.Length} characters; give at most {MaxQueryLength}.", "query");
        }

        var index = host.Require().Features;
        var given = await labels.AllAsync(cancellationToken);
        IReadOnlyList<FeatureSummary> fitting = string.IsNullOrWhiteSpace(query)
            ? [.. index.All.Where(feature => feature.Maximum > 0).Select(feature => feature.ToSummary(given))]
            : [.. (await index.SearchAsync(query, SearchDepth, cancellationToken)).Select(hit => hit.Feature.ToSummary(given, hit.Score))];
        var items = fitting.Skip((int)Math.Min((page - 1L) * pageSize, int.MaxValue)).Take(pageSize);
        return TypedResults.Ok(new FeaturePage(query, page, pageSize, fitting.Count, [.. items]));
    }

    private static async Task<Ok<FeatureDetail>> DetailAsync(int id, ModelHost host, FeatureLabels labels, CancellationToken cancellationToken)
    {
        var model = host.Require();
        _ = model.Features.Require(id);
        return TypedResults.Ok(model.DetailOf(id, await labels.AllAsync(cancellationToken), await labels.OfAsync(id, cancellationToken)));
    }

    private static async Task<Ok<FeatureDetail>> LabelAsync(int id, HttpRequest request, Caller caller, ModelHost host, FeatureLabels labels, CancellationToken cancellationToken)
    {
        var asked = await LabelReader.ReadAsync(request, cancellationToken);
        _ = host.Require().Features.Require(id);
        await labels.SetAsync(id, asked.Label, LabelReader.Giver(asked, caller), cancellationToken);
        return await DetailAsync(id, host, labels, cancellationToken);
    }

    private static async Task<Ok<FeatureDetail>> UnlabelAsync(int id, Caller caller, ModelHost host, FeatureLabels labels, CancellationToken cancellationToken)
    {
        _ = host.Require().Features.Require(id);
        await labels.SetAsync(id, null, caller.Name, cancellationToken);
        return await DetailAsync(id, host, labels, cancellationToken);
    }
}
