using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>The tower's codes of texts and pictures, in the shape of OpenAI's embeddings.</summary>
internal static class EmbeddingEndpoints
{
    public static void MapEmbeddings(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/embeddings", EmbedAsync).RequireAuthorization(ApiScope.Ask).InGroup(RateGroup.Encodings).WithTags("OpenAI")
        .Accepts<EmbeddingRequest>("application/json")
        .Produces<OpenAiErrorResponse>(StatusCodes.Status400BadRequest)
        .Produces<OpenAiErrorResponse>(StatusCodes.Status429TooManyRequests)
        .RequireRateLimiting(Limits.Uploads)
        .WithSummary("The tower's codes of texts and pictures, dense or sparse; a text and a picture that mean the same lie near each other.");

    private static async Task<Ok<EmbeddingList>> EmbedAsync(HttpRequest request, Caller caller, SentPictures pictures, ModelHost host, IOptions<ServerOptions> options, CancellationToken cancellationToken)
    {
        var json = await JsonBody.ReadAsync(request, (options.Value.MaxImageBytes * 4L / 3) + (1024 * 1024), cancellationToken);
        var asked = EmbeddingReader.Read(json, pictures);
        TextLength.Check(asked.Inputs.Select(input => input.Text), options.Value.MaxTextCharacters, "input");
        var model = host.Require();
        RequestReader.RequireModel(model, asked.Model);
        var tokens = 0;
        foreach (var (text, path) in asked.Inputs.Where(input => input.Text is not null).Select(input => (input.Text!, input.Path)))
        {
            var count = model.Tokenize(text).Count;
            tokens += count is > 0 && count <= model.TextTokens ? count : throw new RefusedException(
                400, ErrorCodes.InvalidValue, $"{path} has {count} tokens; the tower reads 1 to {model.TextTokens}. Shorten it, or embed its parts.", path);
        }

        var ofTexts = new Queue<SparseCode>(await model.EncodeAsync([.. asked.Inputs.Select(input => input.Text).OfType<string>()], cancellationToken));
        var entries = new List<EmbeddingEntry>();
        foreach (var input in asked.Inputs)
        {
            var code = input.Picture is { } picture ? (await pictures.LookAsync(picture, caller, cancellationToken)).Seen.Code.Pooled : ofTexts.Dequeue();
            entries.Add(new EmbeddingEntry("embedding", entries.Count, Written(code, asked)));
        }

        return TypedResults.Ok(new EmbeddingList("list", entries, model.Name, new EmbeddingUsage(tokens, tokens)));
    }

    private static object Written(SparseCode code, EmbeddingReader.Asked asked)
    {
        if (asked.IsSparse)
        {
            return new SparseEmbedding(code.Indices.ToArray(), code.Values.ToArray());
        }

        var dense = new float[code.Dimension];
        code.CopyTo(dense);
        // Little end first, as every machine that this runs on has it.
        return asked.IsBase64 ? Convert.ToBase64String(MemoryMarshal.AsBytes(dense.AsSpan())) : dense;
    }
}
