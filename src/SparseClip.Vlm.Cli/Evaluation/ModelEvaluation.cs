using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Inference.Pipeline;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary>What the evaluations of whole models have in common: their pictures, the model, the synonyms.</summary>
internal sealed class ModelEvaluation
{
    private readonly PictureOptions _pictures = new();
    private readonly Option<DirectoryInfo?> _model = ModelOption.Create();
    private readonly Option<DirectoryInfo?> _wordNet = new PathOption<DirectoryInfo?>("--wordnet", PathKind.InputFolder)
    {
        Description = "The folder of WordNet's data.noun and index.noun, for synonyms. Default: wordnet/ of the set where it is a data folder, else of data/; without one only the labels count.",
    };

    private readonly Option<FileInfo?> _details = new PathOption<FileInfo?>("--details", PathKind.OutputFile) { Description = "Write every answer to this file (JSON lines)." };

    private readonly Option<Grounding> _grounding = GroundingOption.Create();

    /// <summary>Whether to print JSON.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON object." };

    /// <summary>Adds the options to a command.</summary>
    public Command AddTo(Command command)
    {
        _pictures.AddTo(command);
        foreach (var option in new Option[] { _model, _wordNet, _grounding, _details, Json })
        {
            command.Add(option);
        }

        return command;
    }

    /// <summary>Whether the model also reads words.</summary>
    public Grounding Grounding(ParseResult result, IVisionLanguageModel model) => GroundingOption.Of(result, _grounding, model);

    /// <summary>Opens what the options name and evaluates.</summary>
    /// <typeparam name="TScore">What comes out.</typeparam>
    /// <typeparam name="TDetail">What is reported of each picture.</typeparam>
    /// <param name="result">The options.</param>
    /// <param name="evaluate">Evaluates pictures with a model; reports as it goes.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    /// <param name="each">How many reports there are of a picture, at most.</param>
    public async Task<TScore> RunAsync<TScore, TDetail>(
        ParseResult result,
        Func<VisionLanguageModel, SubjectMatcher, IReadOnlyList<QuestionedPicture>, Action<TDetail>, Task<TScore>> evaluate,
        CancellationToken cancellationToken,
        int each = 1)
    {
        using var set = _pictures.Open(result, cancellationToken);
        var matcher = Matcher(WordNetFolder(result));
        await using var model = await ModelOption.LoadAsync(result.GetValue(_model), cancellationToken);
        using var details = DetailLog.Open(result.GetValue(_details)?.FullName);
        var progress = new CountLine(each == 1 ? "pictures" : "answers", set.Pictures.Count * each);
        var done = 0;
        var pictures = set.Pictures.Select(picture => new QuestionedPicture(picture.Name, picture.Label, () => set.Read(picture))).ToList();
        var score = await evaluate(model, matcher, pictures, detail =>
        {
            details?.Write(detail);
            progress.Report(++done);
        });
        CountLine.End();
        return score;
    }

    /// <summary>The folder of WordNet's files; null where none is found.</summary>
    public string? WordNetFolder(ParseResult result) =>
        result.GetValue(_wordNet)?.FullName ?? new[] { Path.Combine(_pictures.Path(result), "wordnet"), Path.Combine("data", "wordnet") }.FirstOrDefault(Directory.Exists);

    /// <summary>The path of the pictures.</summary>
    public string Set(ParseResult result) => _pictures.Path(result);

    private static SubjectMatcher Matcher(string? folder)
    {
        if (folder is null)
        {
            Console.Error.WriteLine("No WordNet folder found (--wordnet): answers must use the labels' own words.");
            return new SubjectMatcher(_ => []);
        }

        return Matcher(WordNet.Load(folder));
    }

    /// <summary>Tells whether answers name labels, by the synonyms of WordNet.</summary>
    public static SubjectMatcher Matcher(WordNet wordNet) => new(label => Synonyms(wordNet, label));

    /// <summary>The words of the label's most usual meaning that a picture can show.</summary>
    private static IEnumerable<string> Synonyms(WordNet wordNet, string label) =>
        wordNet.SynsetsOf(label).FirstOrDefault(wordNet.IsPhysical)?.Lemmas ?? [];
}
