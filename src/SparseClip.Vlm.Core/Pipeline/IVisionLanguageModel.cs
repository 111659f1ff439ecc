using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Grammars;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Core.Pipeline;

/// <summary>
/// A whole model: it looks at a picture, lists what it sees, and answers questions about it, steered or not. Thread-safe. Owns its native
/// parts; disposing waits for what is running.
/// </summary>
public interface IVisionLanguageModel : IAsyncDisposable
{
    /// <summary>The model's name.</summary>
    string Name { get; }

    /// <summary>What tells its tower from others, and so what its features are: the SHA-256 of the tower's file.</summary>
    string Tower { get; }

    /// <summary>The features of its sparse head.</summary>
    IFeatureIndex Features { get; }

    /// <summary>How many positions of the language model's context a picture takes.</summary>
    int PictureTokens { get; }

    /// <summary>Positions of the language model for one dialogue, prompt and answer together.</summary>
    int ContextLength { get; }

    /// <summary>How many tokens of a text the text tower reads; what comes after them counts for nothing.</summary>
    int TextTokens { get; }

    /// <summary>Whether what a picture's code says can be put into words for the language model (<see cref="Grounding.Words"/>).</summary>
    bool HasConcepts { get; }

    /// <summary>What pictures show, in words that were tried on pictures, and in those that people taught (<see cref="UseTaught"/>); null where there are none of either.</summary>
    ConceptTable? Concepts { get; }

    /// <summary>Small pictures that show features and concepts; null where the bundle has none.</summary>
    ExemplarFile? Exemplars { get; }

    /// <summary>The concept that a word means: one of <see cref="Concepts"/>, or else one made of the word's text code (<see cref="ConceptOfText"/>), which no picture has confirmed.</summary>
    /// <param name="word">The word or phrase.</param>
    /// <param name="cancellationToken">Stops waiting for the text tower.</param>
    /// <returns>The concept; null where the word means nothing to the tower.</returns>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    Task<Concept?> ConceptAsync(string word, CancellationToken cancellationToken);

    /// <summary>Makes a concept of pictures that show it and a word for it; it counts for nothing before <see cref="UseTaught"/>.</summary>
    /// <param name="word">What it is to be called; it may mean something to the tower or nothing.</param>
    /// <param name="pictures">1 to <see cref="ConceptTeacher.MostPictures"/> pictures that this model looked at.</param>
    /// <param name="when">The time that the concept will bear.</param>
    /// <param name="cancellationToken">Stops waiting for the text tower.</param>
    /// <exception cref="ConceptTeachingException">The pictures have nothing in common that others do not have.</exception>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    Task<Concept> TeachAsync(string word, IReadOnlyList<SeenPicture> pictures, DateTimeOffset when, CancellationToken cancellationToken);

    /// <summary>Uses these of the concepts that people taught from now on, and no others: in lists, heat maps and searches, in steering, and among the words that the language model reads. What began before ends as it began.</summary>
    /// <param name="taught">Concepts of any tower.</param>
    /// <returns>Those that this model cannot use, each with the reason.</returns>
    IReadOnlyList<RefusedConcept> UseTaught(IReadOnlyList<Concept> taught);

    /// <summary>Decodes and encodes a picture file, unless the picture is remembered.</summary>
    /// <param name="file">A file of a kind that is read (Formats/Pictures/PictureFormats).</param>
    /// <param name="cancellationToken">Stops before the next step.</param>
    /// <exception cref="PictureException">The picture is refused; the exception says why.</exception>
    Task<StoredPicture> LookAsync(PictureFile file, CancellationToken cancellationToken);

    /// <summary>A picture that was looked at before; null when it is not (or no longer) remembered.</summary>
    /// <param name="id">The <see cref="PictureFile.Id"/> of its file.</param>
    SeenPicture? Recall(string id);

    /// <summary>Remembers a picture no more. What works on it ends as it began.</summary>
    /// <param name="id">The <see cref="PictureFile.Id"/> of its file; nothing happens when it is not remembered.</param>
    void Forget(string id);

    /// <summary>Where in a picture a feature is: its pre-activations on the patch grid, whose mean is the pre-activation of the pooled code.</summary>
    /// <param name="picture">A picture that this model looked at.</param>
    /// <param name="feature">The feature.</param>
    /// <param name="cancellationToken">Stops waiting for other pictures.</param>
    /// <returns>[GridHeight x GridWidth], row-major; below zero where it is absent.</returns>
    Task<float[]> HeatMapAsync(SeenPicture picture, FeatureId feature, CancellationToken cancellationToken);

    /// <summary>What the model sees of a picture after edits, as <see cref="AnswerAsync"/> would show it to the language model.</summary>
    /// <param name="picture">A picture that this model looked at.</param>
    /// <param name="plan">The edits.</param>
    /// <exception cref="SteeringException">An edit is of a feature that this model does not have, or takes a value out of the range of numbers.</exception>
    EditedPicture Steer(SeenPicture picture, SteeringPlan plan);

    /// <summary>The tokens of a text, as the language model and the text tower read it. Control tokens that are written in it are text.</summary>
    IReadOnlyList<TextToken> Tokenize(string text);

    /// <summary>How many positions of the context the prompt of a question takes, those of its picture and of the words about it among them.</summary>
    /// <exception cref="SteeringException">As for <see cref="AnswerAsync"/>.</exception>
    int PromptLength(AnswerRequest request);

    /// <summary>The text tower's codes of texts, as they are: a bare word means less to it than "a picture of a dog".</summary>
    /// <param name="texts">Texts of at least one token each; of each the first <see cref="TextTokens"/> tokens count.</param>
    /// <param name="cancellationToken">Stops waiting for the text tower.</param>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    Task<IReadOnlyList<SparseCode>> EncodeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken);

    /// <summary>
    /// Which of some labels a picture shows, were it one of them: the softmax of the tower's scale times the cosines of its code and the labels' (Radford and others, Learning Transferable Visual Models From Natural Language
    /// Supervision, 2021, section 3.1.4). Colours and numbers do not count: they say how a picture looks and not what it shows.
    /// </summary>
    /// <param name="code">A pooled code, edited or not.</param>
    /// <param name="labels">Two or more words or phrases, each once.</param>
    /// <param name="cancellationToken">Stops waiting for the text tower.</param>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    Task<LabelChoice> ChooseAsync(SparseCode code, IReadOnlyList<string> labels, CancellationToken cancellationToken);

    /// <summary>Answers a dialogue about a picture, piece by piece.</summary>
    /// <remarks>Cancelling stops prefill and decode within one micro-batch; other conversations go on.</remarks>
    IAsyncEnumerable<AnswerEvent> AnswerAsync(AnswerRequest request, CancellationToken cancellationToken);
}

/// <summary>Who said a turn of the dialogue.</summary>
public enum Speaker
{
    /// <summary>Who runs the dialogue; speaks at its head alone.</summary>
    System,

    /// <summary>Who asks.</summary>
    User,

    /// <summary>The model.</summary>
    Assistant,
}

/// <summary>One turn of the dialogue.</summary>
public sealed record DialogueTurn(Speaker Speaker, string Text);

/// <summary>A question with everything it depends on.</summary>
/// <param name="Picture">The picture that the first user turn shows; null for a dialogue without one.</param>
/// <param name="Dialogue">The turns so far; the last one is the user's.</param>
/// <param name="Steering">Edits of the picture's code; must be empty without a picture.</param>
/// <param name="Sampling">How to choose tokens.</param>
public sealed record AnswerRequest(
    SeenPicture? Picture, IReadOnlyList<DialogueTurn> Dialogue, SteeringPlan Steering, SamplingOptions Sampling)
{
    /// <summary>Whether the model reads in words, too, what the code says. Nothing is read so without a picture or without concepts in the bundle.</summary>
    public Grounding Grounding { get; init; }

    /// <summary>
    /// Whether the answer is the same, bit for bit, whatever was and is computed beside it: true, the default, computes it apart, which is slower among others and for follow-ups. False computes it
    /// together with others from whatever is known already, and the words may differ from one time to the next.
    /// </summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>The beginning of the answer, which is gone on from and not told again; empty for none. An answer that broke off is continued so.</summary>
    public string Begun { get; init; } = "";
}

/// <summary>How tokens are chosen.</summary>
/// <param name="MaxTokens">The most tokens to answer with; 1 or more.</param>
/// <param name="Temperature">0 for greedy decoding, up to 2.</param>
/// <param name="TopP">Nucleus sampling, above 0 to 1.</param>
/// <param name="Seed">The seed of the sampler; the same seed gives the same answer.</param>
/// <param name="Stop">Texts that end the answer; not part of it.</param>
public sealed record SamplingOptions(
    int MaxTokens = 128, float Temperature = 0f, float TopP = 1f, uint Seed = 0, IReadOnlyList<string>? Stop = null)
{
    /// <summary>
    /// What who asks a dialogue gets unless they say otherwise: enough that greedy answers do not go round in circles, too little to keep a word from
    /// being said again.
    /// </summary>
    public const float UsualRepeatPenalty = 1.1f;

    /// <summary>Makes the last 64 tokens of the answer less likely to come again, by so many times of their logit; 1 is off.</summary>
    public float RepeatPenalty { get; init; } = 1f;

    /// <summary>Is taken from a token's logit once for each time that it stands among the last 64 tokens of the answer, -2 to 2; 0 is off.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Is taken once from the logit of each of the last 64 tokens of the answer, -2 to 2; 0 is off.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Tokens are chosen among so many of the likeliest; 0 is off.</summary>
    public int TopK { get; init; }

    /// <summary>Tokens are chosen among those that are at least so many times as likely as the likeliest, 0 to 1; 0 is off.</summary>
    public float MinP { get; init; }

    /// <summary>
    /// Tokens are chosen among those whose surprise is nearest to what is to be expected and that together have this share of the probability, above 0 to 1; 1 is off (Meister and others,
    /// Locally Typical Sampling, arXiv 2202.00666).
    /// </summary>
    public float TypicalP { get; init; } = 1f;

    /// <summary>What the answer keeps to, as far as it comes; null, the default, for free text. An answer that is whole by it and cannot go on ends there.</summary>
    public Grammar? Grammar { get; init; }

    /// <summary>The most tokens that <see cref="Likeliest"/> may be.</summary>
    public const int MostLikeliest = 20;

    /// <summary>How many of the likeliest tokens are told beside each token of the answer (<see cref="AnswerDelta.Tokens"/>), 0 to <see cref="MostLikeliest"/>; null, the default, tells no token.</summary>
    public int? Likeliest { get; init; }
}

/// <summary>What happens while an answer is made.</summary>
public abstract record AnswerEvent;

/// <summary>A stage began: <c>encode</c>, <c>steer</c>, <c>prefill</c>, <c>decode</c>.</summary>
/// <param name="Progress">0..1 within the stage.</param>
public sealed record AnswerStage(string Stage, double Progress) : AnswerEvent;

/// <summary>More of the answer's text.</summary>
public sealed record AnswerDelta(string Text) : AnswerEvent
{
    /// <summary>
    /// The tokens that begin in this text, where <see cref="SamplingOptions.Likeliest"/> asks for them. A token that ends a text which was held back, as parts of characters and of stop texts are, comes with what
    /// was held; those of a stop text are not told.
    /// </summary>
    public IReadOnlyList<ChosenToken> Tokens { get; init; } = [];
}

/// <summary>The end of the answer.</summary>
/// <param name="FinishReason"><c>stop</c> or <c>length</c>.</param>
public sealed record AnswerDone(string FinishReason, IReadOnlyList<AppliedEdit> Applied, AnswerTimings Timings) : AnswerEvent
{
    /// <summary>The words that stood between the picture and the question; empty for none.</summary>
    public IReadOnlyList<SeenWord> Grounding { get; init; } = [];

    /// <summary>The concepts of the picture that the edits moved, the ones that moved most first; empty for none.</summary>
    public IReadOnlyList<ConceptChange> Moved { get; init; } = [];
}

/// <summary>Counts and times of an answer, named as llama-server names them.</summary>
/// <param name="CacheN">Prompt positions that were taken from the KV cache.</param>
/// <param name="PromptN">Prompt positions that were computed.</param>
/// <param name="PromptMs">Time of prefill in milliseconds.</param>
/// <param name="PredictedN">Tokens generated.</param>
/// <param name="PredictedMs">Time of decode in milliseconds.</param>
public sealed record AnswerTimings(int CacheN, int PromptN, double PromptMs, int PredictedN, double PredictedMs)
{
    /// <summary>Tokens a second of decode; 0 when nothing was decoded.</summary>
    public double PredictedPerSecond => PredictedMs > 0 ? PredictedN * 1000 / PredictedMs : 0;
}

/// <summary>The features of a sparse head: names, search, and the resolution of steering requests. Thread-safe.</summary>
public interface IFeatureIndex
{
    /// <summary>All features by id. [D]</summary>
    IReadOnlyList<Feature> All { get; }

    /// <summary>The strongest features of a picture, strongest first.</summary>
    IReadOnlyList<FeatureActivation> Top(SparseCode code, int count);

    /// <summary>Features whose name or text activation fits a query, best first; none for a word that means nothing to the text tower and is in no name.</summary>
    /// <param name="query">A word or phrase; it also goes through the text tower, so that words no feature is named after find something.</param>
    /// <param name="count">The most to return.</param>
    /// <param name="cancellationToken">Stops waiting for the text tower.</param>
    /// <returns>
    /// Each with its score: up to 1 for its meaning, where 1 is as strong as a clear feature's own word, and 1.5 to 5 more where its name fits.
    /// </returns>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    Task<IReadOnlyList<(Feature Feature, float Score)>> SearchAsync(string query, int count, CancellationToken cancellationToken);

    /// <summary>
    /// The features that carry a concept: those that the word's text code activates most and, where a picture is given, those of the
    /// picture's own that agree with the word most (text value x picture value). Strongest first; empty when the word activates nothing.
    /// </summary>
    /// <param name="word">A word or phrase, with or without an article.</param>
    /// <param name="picture">The pooled code of the picture at hand; null to go by the word alone.</param>
    /// <param name="count">The most features to take from each of the two; 1 or more.</param>
    /// <param name="cancellationToken">Stops waiting for the text tower.</param>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    Task<IReadOnlyList<FeatureId>> FeaturesOfAsync(string word, SparseCode? picture, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Resolves requests to a plan. A word stands for all features that carry the concept, whatever its case, article or number; a numbered name ("dog (2)")
    /// is that one feature, and the name of a concept that people taught stands for the features of that. Of a word that is raised, the feature that carries it most gets the value that is set or added, and the others get less, in proportion to how
    /// strongly they carry it.
    /// </summary>
    /// <param name="requests">In the order in which they apply.</param>
    /// <param name="clamp">Whether the plan holds values within the safe range.</param>
    /// <param name="picture">The pooled code of the picture to be steered: with it, lowering a name also lowers the features that carry the concept in this very picture.</param>
    /// <param name="cancellationToken">Stops waiting for the text tower.</param>
    /// <exception cref="SteeringException">A feature is unknown, a name is not found, a value or region is invalid. Nothing is resolved then.</exception>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    Task<SteeringPlan> ResolveAsync(
        IReadOnlyList<SteeringRequest> requests, bool clamp, SparseCode? picture, CancellationToken cancellationToken);
}
