using System.CommandLine;
using System.Globalization;
using System.Text;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Files;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Evaluation.Dialogue;

namespace SparseClip.Vlm.Cli.Reports;

/// <summary><c>sparseclip report conversations</c></summary>
internal static class ConversationsCommand
{
    public static Command Create()
    {
        var model = ModelOption.Create();
        var data = CommonPaths.Data();
        var count = NumberOption.Create("--count", "How many conversations, of the seeds from 1 on.", 10, 1, 1000);
        var strength = NumberOption.Create("--strength", "What the other thing is set to, in multiples of its usual level, where it is a concept, else of its features' observed maxima.", 1, 0, 1000.0);
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "The Markdown file to write.", DefaultValueFactory = _ => new FileInfo(Path.Combine("docs", "conversations.md")) };
        var grounding = GroundingOption.Create();
        var command = new Command("conversations", "Talk about pictures that nothing is trained on, drawn by seed, and write down every word.") { model, data, count, strength, output, grounding };
        command.SetAction(async (result, cancellationToken) =>
        {
            var folder = result.GetValue(data)!.FullName;
            using var index = ShardIndex.Open(folder, cancellationToken);
            using var pictures = new UnseenPictures(folder, index, cancellationToken);
            await using var loaded = await ModelOption.LoadAsync(result.GetValue(model), cancellationToken);
            var conversations = new Conversations(loaded, GroundingOption.Of(result, grounding, loaded));
            var page = new StringBuilder(Beginning(result.GetValue(count), result.GetValue(strength)));
            var progress = new CountLine("conversations", result.GetValue(count));
            for (var seed = 1; seed <= result.GetValue(count); seed++)
            {
                var drawn = pictures.Draw(seed);
                Write(page, seed, drawn.Kind, await conversations.HaveAsync(drawn.File, drawn.Labels, drawn.Other, (float)result.GetValue(strength), cancellationToken));
                progress.Report(seed);
            }

            CountLine.End();
            var target = result.GetValue(output)!;
            target.Directory!.Create();
            await WholeFile.WriteAsync(target.FullName, beside => File.WriteAllTextAsync(beside, page.ToString(), cancellationToken));
            Console.WriteLine(target.FullName);
            return 0;
        });
        return command;
    }

    private static string Beginning(int count, double strength) => string.Create(CultureInfo.InvariantCulture, $"""
        # Conversations

        Written by `sparseclip report conversations --data DIR --count {count} --strength {strength}`: pictures that nothing is trained on, drawn by their seeds and not chosen; held-out photographs,
        OpenMoji icons and scenes of two OpenMoji icons in turn. The questions are always the same, asked in one dialogue, greedily. Then what the picture shows is taken out of its code
        (its first label is lowered to zero), something else is set, and a new dialogue begins. "It reads" are the words that the language model is told of the code.


        """);

    private static void Write(StringBuilder page, int seed, string kind, Transcript transcript)
    {
        page.AppendLine(CultureInfo.InvariantCulture, $"## {seed}: {kind} of {SceneCaptions.Join([.. transcript.Labels.Select(Noun.WithArticle)])}").AppendLine();
        Write(page, transcript.Plain);
        page.AppendLine(CultureInfo.InvariantCulture, $"**With {transcript.Labels[0]} taken out and {transcript.Other} set.** ");
        Write(page, transcript.Edited);
    }

    private static void Write(StringBuilder page, Talk talk)
    {
        page.AppendLine(CultureInfo.InvariantCulture, $"It reads: {(talk.Words.Count == 0 ? "nothing" : string.Join("; ", talk.Words.GroupBy(word => word.As).Select(Said)))}.").AppendLine();
        foreach (var turn in talk.Turns)
        {
            page.AppendLine(turn.Speaker == Speaker.User ? $"- *{turn.Text}*" : $"  {turn.Text.ReplaceLineEndings(" ")}");
        }

        page.AppendLine();
    }

    private static string Said(IGrouping<Standing, SeenWord> kind) => $"{kind.Key.Name()} {string.Join(", ", kind.Select(word => string.Join(' ', new[] { word.Count is > 1 and var count ? Noun.Number(count) : null, word.Colour, word.Word, word.Side is { } side ? $"({side.Name()})" : null }.OfType<string>())))}";

    /// <summary>Draws pictures that nothing is trained on.</summary>
    private sealed class UnseenPictures : IDisposable
    {
        private readonly LabelledSet _photographs;
        private readonly LabelledSet _icons;
        private readonly DrawnScenes _scenes;
        private readonly string[] _labels;

        public UnseenPictures(string folder, ShardIndex index, CancellationToken cancellationToken)
        {
            _photographs = LabelledSet.Open(folder, null, picture => picture.Entry is { } entry && PhotographSplit.IsForFinalFigures(entry), cancellationToken);
            _icons = LabelledSet.Open(folder, null, picture => picture.Entry?.IsConcreteOf(EvaluationFamilies.Final) == true, cancellationToken);
            _labels = [.. _icons.Pictures.Select(picture => Noun.Normalize(picture.Label)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            _scenes = new DrawnScenes(index, _labels, DrawnScenes.QuestionedSize, EvaluationFamilies.Final, EvaluationFamilies.Excluded);
        }

        /// <summary>A photograph, an icon or a scene, in turn.</summary>
        public (string Kind, PictureFile File, IReadOnlyList<string> Labels, string Other) Draw(int seed)
        {
            var random = new SeededRandom(seed);
            if (seed % 3 == 0)
            {
                var pixels = new byte[DrawnScenes.QuestionedSize * DrawnScenes.QuestionedSize * 3];
                var labels = _scenes.DrawTwo(seed, pixels).Labels;
                return ("a scene", DrawnPicture.Of(pixels, DrawnScenes.QuestionedSize), labels, Other(labels, random));
            }

            var set = seed % 3 == 1 ? _photographs : _icons;
            var picture = random.Pick(set.Pictures);
            var label = Noun.Normalize(picture.Label);
            return (set == _photographs ? "a photograph" : "an icon", new PictureFile(set.Read(picture)), [label], Other([label], random));
        }

        public void Dispose()
        {
            _photographs.Dispose();
            _icons.Dispose();
        }

        private string Other(IReadOnlyList<string> labels, SeededRandom random)
        {
            var other = random.Pick(_labels);
            while (WordTruth.SharesAWord(other, labels))
            {
                other = random.Pick(_labels);
            }

            return other;
        }
    }
}
