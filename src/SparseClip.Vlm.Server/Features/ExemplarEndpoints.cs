using Microsoft.AspNetCore.Http.HttpResults;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Features;

/// <summary>Small pictures that show features and concepts.</summary>
internal static class ExemplarEndpoints
{
    private const string Route = "/api/exemplars";

    public static void MapExemplars(this IEndpointRouteBuilder routes) => routes.MapGroup(Route).WithTags("Features")
        .MapRead("/{id}", Get).RequireAuthorization(ApiScope.Read).WithSummary("A small picture (WebP) that shows a feature or a concept.");

    /// <summary>Pictures of a file as they are sent; none without a file.</summary>
    public static IReadOnlyList<ExemplarDto> ToDtos(this ExemplarFile? file, Func<ExemplarFile, IReadOnlyList<int>> numbers) => file is null ? [] :
    [
        .. numbers(file).Select(number => (Id: file.IdOf(number), Exemplar: file[number]))
            .Select(entry => new ExemplarDto($"{Route}/{entry.Id}", entry.Exemplar.Label, entry.Exemplar.Source, entry.Exemplar.Artist, entry.Exemplar.License)),
    ];

    private static FileContentHttpResult Get(string id, ModelHost host, HttpResponse response)
    {
        var file = host.Require().Exemplars;
        if (file is null || file.Find(id) is not { } number)
        {
            throw new RefusedException(404, "unknown_exemplar", $"There is no exemplar '{(id.Length > 64 ? id[..64] + "…" : id)}'; ask a feature or a concept for those that it has.", "id");
        }

        // The id is the content's hash, so the content never changes.
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Bytes(file.Read(number), "image/webp");
    }
}
