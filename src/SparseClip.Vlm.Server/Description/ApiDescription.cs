using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Features;
using SparseClip.Vlm.Server.OpenAi;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Description;

/// <summary>
/// Puts into /openapi/v1.json what the types of the records do not say: alternatives, ranges, defaults, and the fields that are accepted unread.
/// </summary>
internal sealed class ApiDescription(IOptions<ServerOptions> options) : IOpenApiSchemaTransformer
{
    private static readonly string[] s_roles = ["system", "developer", "user", "assistant"];

    /// <inheritdoc />
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonPropertyInfo is { } property)
        {
            Complete(schema, property, context.JsonTypeInfo);
        }
        else if (context.JsonTypeInfo.Type == typeof(ChatCompletionRequest))
        {
            Complete(schema, CompletionFields.Harmless, CompletionFields.Request);
        }
        else if (context.JsonTypeInfo.Type == typeof(ResponseRequest))
        {
            Complete(schema, ResponseFields.Harmless, ResponseFields.Request);
        }

        return Task.CompletedTask;
    }

    private static void Complete(OpenApiSchema schema, IReadOnlyList<string> harmless, FieldNames fields) =>
        schema.Description += $" Accepted unread: {string.Join(", ", harmless)}. "
            + $"Accepted with a value that asks for nothing, refused with any other: {string.Join(", ", fields.Unsupported.Keys)}.";

    private void Complete(OpenApiSchema schema, JsonPropertyInfo property, JsonTypeInfo type)
    {
        switch (property.DeclaringType.Name, property.Name)
        {
            case (nameof(ChatCompletionRequest), "max_tokens" or "max_completion_tokens") or (nameof(ResponseRequest), "max_output_tokens"):
                var most = options.Value.MaxAnswerTokens;
                Range(schema, 1, most, Math.Min(SamplingReader.DefaultTokens, most));
                break;
            case (nameof(AnswerSettings), "temperature"):
                Range(schema, 0, 2, 0);
                break;
            case (nameof(AnswerSettings), "top_p" or "typical_p"):
                Range(schema, 0, 1, 1);
                (schema.ExclusiveMinimum, schema.Minimum) = ("0", null);
                break;
            case (nameof(AnswerSettings), "repeat_penalty"):
                Range(schema, 1, SamplingReader.MaxRepeatPenalty, Math.Round((double)SamplingOptions.UsualRepeatPenalty, 2));
                break;
            case (nameof(ChatCompletionRequest), "frequency_penalty" or "presence_penalty"):
                Range(schema, -SamplingReader.MaxPenalty, SamplingReader.MaxPenalty, 0);
                break;
            case (nameof(AnswerSettings), "top_k"):
                Range(schema, -1, SamplingReader.MaxTopK, 0);
                break;
            case (nameof(AnswerSettings), "min_p"):
                Range(schema, 0, 1, 0);
                break;
            case (nameof(ChatCompletionRequest), "n"):
                Range(schema, 1, Math.Min(SamplingReader.MostChoices, options.Value.MaxAnswers), 1);
                break;
            case (nameof(AnswerSettings), "top_logprobs"):
                Range(schema, 0, SamplingOptions.MostLikeliest, 0);
                break;
            case (nameof(AnswerSettings), "seed"):
                Range(schema, 0, SamplingReader.MaxSeed, null);
                break;
            case (nameof(AnswerSettings), "stop"):
                OneOrMany(schema, SamplingReader.MaxStops, type);
                break;
            case (nameof(ChatCompletionRequest), "truncate"):
                schema.Enum = Names([.. Truncation.Names]);
                schema.Default = Truncation.Refuse;
                break;
            case (nameof(AnswerSettings), "grounding"):
                schema.Enum = Names([.. Enum.GetValues<Grounding>().Select(grounding => grounding.Name())]);
                schema.Default = Grounding.Words.Name();
                break;
            case (nameof(GroundingWord), "as"):
                schema.Enum = Names([.. Enum.GetValues<Standing>().Select(kind => kind.Name())]);
                break;
            case (nameof(GroundingWord), "side"):
                schema.Enum = Names([.. Enum.GetValues<Side>().Select(side => side.Name())]);
                break;
            case (nameof(GroundingWord), "color"):
                schema.Enum = Names([.. ColourNames.All]);
                break;
            case (nameof(GroundingWord), "count"):
                Range(schema, 1, AttributeFeatures.Numbers.Count, null);
                break;
            case (nameof(ResponseRequest), "truncation"):
                schema.Enum = Names([.. Truncation.Modes.Keys]);
                schema.Default = Truncation.ModeOf(null);
                break;
            case (nameof(ChatMessage) or nameof(ResponseInputItem), "content") or (nameof(ResponseRequest), "input"):
                OneOrMany(schema, null, type);
                break;
            case (nameof(EmbeddingRequest), "input"):
                OneOrMany(schema, EmbeddingReader.MostInputs, type);
                break;
            case (nameof(DecisionRequest), "choices"):
                (schema.MinItems, schema.MaxItems) = (2, DecisionReader.MostChoices);
                break;
            case (nameof(EmbeddingRequest), "encoding_format"):
                schema.Enum = Names("float", "base64");
                schema.Default = "float";
                break;
            case (nameof(ChatMessage) or nameof(ResponseInputItem), "role"):
                schema.Enum = Names(s_roles);
                break;
            case (nameof(ResponseFormat) or nameof(ResponseTextFormat), "type"):
                schema.Enum = Names([.. ResponseFormatReader.Types]);
                break;
            case (nameof(ContentPart), "type"):
                schema.Enum = Names("text", "image_url");
                break;
            case (nameof(ResponseInputPart), "type"):
                schema.Enum = Names("input_text", "output_text", "input_image");
                break;
            case (nameof(SteeringEditDto), "op"):
                schema.Enum = Names([.. Enum.GetValues<SteeringOperation>().Select(operation => operation.Name())]);
                schema.Default = null;
                break;
            case (nameof(TeachRequest), "word"):
                schema.MaxLength = ConceptWords.Longest;
                break;
            case (nameof(TeachRequest), "images"):
                (schema.MinItems, schema.MaxItems) = (1, ConceptTeacher.MostPictures);
                break;
            case (nameof(SteeringEditDto), "region"):
                (schema.MinItems, schema.MaxItems) = (4, 4);
                break;
            case (nameof(FeatureLabelRequest), "label" or "by"):
                (schema.MinLength, schema.MaxLength) = (1, LabelReader.Longest);
                break;
            case (nameof(FeatureDetail) or nameof(FeatureSummary) or nameof(ImageFeature), "standing"):
                schema.Enum = Names([.. Enum.GetValues<NameStanding>().Select(standing => standing.Name())]);
                break;
            case (nameof(FeatureEvidenceDto), "basis"):
                schema.Enum = Names([.. Enum.GetValues<NameBasis>().Select(basis => basis.Name())]);
                break;
            case (nameof(FeatureEvidenceDto), "origin"):
                schema.Enum = Names([.. Enum.GetValues<NameOrigin>().Select(origin => origin.Name())]);
                break;
            case (nameof(FeatureStatisticsDto), "histogram"):
                (schema.MinItems, schema.MaxItems) = (FeatureStatistics.Bins, FeatureStatistics.Bins);
                break;
            case (nameof(SteeringDto), "edits"):
                schema.MaxItems = SteeringRules.MostEdits;
                break;
        }
    }

    private static void Range(OpenApiSchema schema, double least, double most, JsonNode? usual)
    {
        schema.Minimum = least.ToString(CultureInfo.InvariantCulture);
        schema.Maximum = most.ToString(CultureInfo.InvariantCulture);
        schema.Default = usual;
    }

    /// <summary>A string in the place of a list of one.</summary>
    private void OneOrMany(OpenApiSchema schema, int? most, JsonTypeInfo list)
    {
        // The framework goes on with the items of a list, and this is none any more.
        if (list.ElementType is { } item && schema.Items is OpenApiSchema { Properties: { } fields })
        {
            foreach (var property in list.Options.GetTypeInfo(item).Properties)
            {
                if (fields.TryGetValue(property.Name, out var field) && field is OpenApiSchema inner)
                {
                    Complete(inner, property, list.Options.GetTypeInfo(property.PropertyType));
                }
            }
        }

        schema.OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String },
            new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema.Items, MaxItems = most },
        ];
        (schema.Type, schema.Items) = (null, null);
    }

    private static List<JsonNode> Names(params string[] names) => [.. names.Select(name => (JsonNode)JsonValue.Create(name))];
}
