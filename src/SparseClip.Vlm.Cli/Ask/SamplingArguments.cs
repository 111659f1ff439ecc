using System.CommandLine;
using System.Text.Json;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Grammars;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Cli.Ask;

/// <summary>The options of how an answer's tokens are chosen, named as the API names them.</summary>
internal sealed class SamplingArguments
{
    private const int MostTokens = 100_000;
    private const int MostTopK = 1_000_000;

    private readonly Option<uint> _seed = NumberOption.Create("--seed", "The seed of the sampler.", 0u, 0u, uint.MaxValue - 1);
    private readonly Option<float> _temperature = NumberOption.Create("--temperature", "0 takes the likeliest word each time.", 0f, 0f, 2f);
    private readonly Option<int> _topK = NumberOption.Create("--top-k", "Choose among so many of the likeliest; 0 is off.", 0, 0, MostTopK);
    private readonly Option<float> _topP = NumberOption.Create("--top-p", "Choose among the likeliest that together have this share of the probability; 1 is off.", 1f, 0.0001f, 1f);
    private readonly Option<float> _minP = NumberOption.Create("--min-p", "Choose among what is at least so many times as likely as the likeliest; 0 is off.", 0f, 0f, 1f);
    private readonly Option<float> _typicalP = NumberOption.Create("--typical-p", "Choose among the most typical that together have this share of the probability; 1 is off.", 1f, 0.0001f, 1f);
    private readonly Option<float> _repeat = NumberOption.Create("--repeat-penalty", "Makes what the answer said less likely to be said again; 1 is off.", SamplingOptions.UsualRepeatPenalty, 1f, 2f);
    private readonly Option<float> _frequency = NumberOption.Create("--frequency-penalty", "The same by how often it was said; 0 is off.", 0f, -2f, 2f);
    private readonly Option<float> _presence = NumberOption.Create("--presence-penalty", "The same for whatever was said at all; 0 is off.", 0f, -2f, 2f);
    private readonly Option<int> _tokens = NumberOption.Create("--max-tokens", "The longest answer.", 128, 1, MostTokens);

    private readonly PathOption<FileInfo?> _schema = new("--json-schema", PathKind.InputFile) { Description = "A file with a JSON schema that the answer keeps to; docs/api.md says what it may say." };
    private readonly PathOption<FileInfo?> _grammar = new("--grammar", PathKind.InputFile) { Description = "A file with a grammar in GBNF, llama.cpp's notation, that the answer keeps to." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_seed, _temperature, _topK, _topP, _minP, _typicalP, _repeat, _frequency, _presence, _tokens, _schema, _grammar])
        {
            command.Add(option);
        }
    }

    /// <summary>The options.</summary>
    /// <exception cref="GrammarException">The schema or the grammar cannot be used.</exception>
    /// <exception cref="UsageException">Both are given, or the schema is no JSON.</exception>
    public SamplingOptions Of(ParseResult result) => new(result.GetValue(_tokens), result.GetValue(_temperature), result.GetValue(_topP), result.GetValue(_seed))
    {
        TopK = result.GetValue(_topK),
        MinP = result.GetValue(_minP),
        TypicalP = result.GetValue(_typicalP),
        RepeatPenalty = result.GetValue(_repeat),
        FrequencyPenalty = result.GetValue(_frequency),
        PresencePenalty = result.GetValue(_presence),
        Grammar = GrammarOf(result.GetValue(_schema), result.GetValue(_grammar)),
    };

    private static Grammar? GrammarOf(FileInfo? schema, FileInfo? grammar)
    {
        if (schema is null)
        {
            return grammar is null ? null : Grammar.Parse(File.ReadAllText(grammar.FullName));
        }

        if (grammar is not null)
        {
            throw new UsageException("--json-schema and --grammar are both given; give one.");
        }

        try
        {
            return JsonSchemaGrammar.Of(JsonElement.Parse(File.ReadAllBytes(schema.FullName)));
        }
        catch (JsonException error)
        {
            throw new UsageException($"--json-schema: '{schema.FullName}' is no JSON: it cannot be read from line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1} on.", error);
        }
    }
}
