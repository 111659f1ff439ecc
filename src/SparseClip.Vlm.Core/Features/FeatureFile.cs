using System.Text.Json;
using System.Text.Json.Serialization;
using SparseClip.Vlm.Core.Files;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Features;

/// <summary>Reads and writes <c>features.jsonl</c>: one JSON object a feature, by id from 0, none left out.</summary>
public static class FeatureFile
{
    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Reads all features. [D]</summary>
    /// <exception cref="FeatureFileException">The file cannot be read, or a line is no feature or not the one whose turn it is.</exception>
    public static IReadOnlyList<FeatureRecord> Read(string path)
    {
        var records = new List<FeatureRecord>();
        try
        {
            foreach (var text in File.ReadLines(path))
            {
                var line = JsonSerializer.Deserialize<Line>(text, s_options) ?? throw new JsonException("the line is null");
                records.Add(line.Id == records.Count
                    ? line.ToRecord()
                    : throw new JsonException($"it is feature {line.Id}, but {records.Count} is the next one"));
            }
        }
        catch (JsonException error)
        {
            throw new FeatureFileException($"{path}, line {records.Count + 1} is no feature: {JsonFault.Of(error)}. Make the file again with 'sparseclip features name'.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new FeatureFileException($"{path} cannot be read: {error.Message}", error);
        }

        return records.Count > 0 ? records : throw new FeatureFileException($"{path} has no features. Make it again with 'sparseclip features name'.");
    }

    /// <summary>Writes all features, beside the path first and then under its name.</summary>
    public static void Write(string path, IEnumerable<FeatureRecord> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        WholeFile.Write(path, beside =>
        {
            using var writer = new StreamWriter(beside) { NewLine = "\n" };
            foreach (var record in records)
            {
                writer.WriteLine(JsonSerializer.Serialize(Line.From(record), s_options));
            }
        });
    }

    private sealed record Line(
        int Id, string Name, float Maximum, float PatchMaximum, float Density, float SafeMaximum, float WordMean, IReadOnlyList<LineWord> Words,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FeatureEvidenceLine? Evidence = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FeatureStatisticsLine? Statistics = null,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] CausalName? Causal = null)
    {
        public FeatureRecord ToRecord() => IsValid
            ? new(
                new Feature(new FeatureId(Id), Name, [.. Words.Select(word => new FeatureWord(word.Word, word.Activation))], Maximum, Density, SafeMaximum, PatchMaximum)
                {
                    Evidence = Evidence?.ToEvidence(),
                    Statistics = Statistics?.ToStatistics(),
                    Causal = Causal,
                },
                WordMean)
            : throw new JsonException("its numbers must be finite and zero or more, its density at most 1");

        public static Line From(FeatureRecord record) => new(
            record.Feature.Id.Value,
            record.Feature.Name,
            Rounded(record.Feature.Maximum),
            Rounded(record.Feature.PatchMaximum),
            record.Feature.Density,
            record.Feature.SafeMaximum,
            Rounded(record.WordMean),
            [.. record.Feature.TopWords.Select(word => new LineWord(word.Word, Rounded(word.Activation)))],
            record.Feature.Evidence is { } evidence ? FeatureEvidenceLine.From(evidence) : null,
            record.Feature.Statistics is { } statistics ? FeatureStatisticsLine.From(statistics) : null,
            record.Feature.Causal);

        private bool IsValid => float.IsFinite(Maximum) && Maximum >= 0 && float.IsFinite(PatchMaximum) && PatchMaximum >= 0
            && Density is >= 0 and <= 1 && float.IsFinite(SafeMaximum) && SafeMaximum > 0 && float.IsFinite(WordMean) && WordMean >= 0;

        private static float Rounded(float value) => MathF.Round(value, 4);
    }

    private sealed record LineWord(string Word, float Activation);
}

/// <summary>A feature file that cannot be used.</summary>
public sealed class FeatureFileException(string message, Exception? inner = null) : SparseClipException(message, inner);
