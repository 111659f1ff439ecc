using System.ComponentModel.DataAnnotations;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Server.Operations;

/// <summary>
/// The server's settings, from the section <c>Server</c> of the configuration: <c>sparseclip serve --set MaxAnswers=8</c> on the command line or
/// <c>Server__MaxAnswers</c> in the environment. Checked when the server starts. docs/settings.md is their table.
/// </summary>
public sealed class ServerOptions
{
    /// <summary>The section of the configuration that holds them.</summary>
    public const string Section = "Server";

    /// <summary>The bundle's folder.</summary>
    [Required(ErrorMessage = "Server:ModelDirectory is missing: give the folder of a model bundle.")]
    public string ModelDirectory { get; set; } = "models/default";

    /// <summary>Where uploaded pictures are kept between runs.</summary>
    [Required(ErrorMessage = "Server:ImageDirectory is missing: give a folder that the server may write to.")]
    public string ImageDirectory { get; set; } = Path.Combine(OwnFolder(), "images");

    /// <summary>Where is kept between runs what people tell the server: the names that they give to features.</summary>
    [Required(ErrorMessage = "Server:DataDirectory is missing: give a folder that the server may write to.")]
    public string DataDirectory { get; set; } = OwnFolder();

    /// <summary>The connection string of a PostgreSQL database in which conversations are kept. Default empty: the file <c>conversations.db</c> in <see cref="DataDirectory"/>.</summary>
    public string Database { get; set; } = "";

    /// <summary>The file in which concepts that people taught are kept between runs; <c>sparseclip concepts teach</c> writes it too.</summary>
    [Required(ErrorMessage = "Server:TaughtConcepts is missing: give a file that the server may write.")]
    public string TaughtConcepts { get; set; } = TaughtConceptFile.UsualPath;

    /// <summary>The most bytes of one picture file. Default 20 MiB, range 1 KiB to 200 MiB.</summary>
    [Range(1024, ImageLimits.MostBytes)]
    public int MaxImageBytes { get; set; } = 20 * 1024 * 1024;

    /// <summary>The most pixels of one picture, as its header states them; more are refused before any is decoded. Default 50,000,000, range 10,000 to 1,000,000,000.</summary>
    [Range(10_000, 1_000_000_000)]
    public int MaxImagePixels { get; set; } = 50_000_000;

    /// <summary>Whether pictures may be given by http and https URLs, from which the server fetches them; from public addresses only. Default false.</summary>
    public bool RemoteImages { get; set; }

    /// <summary>How long fetching one picture may take. Default 10 seconds, range 1 to 60.</summary>
    [Range(1, 60)]
    public int RemoteImageSeconds { get; set; } = 10;

    /// <summary>Pictures whose codes are kept in memory, the last used. Default 64, range 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int ImagesInMemory { get; set; } = 64;

    /// <summary>Picture files kept in <see cref="ImageDirectory"/>, the last used. Default 500, range 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int ImagesOnDisk { get; set; } = 500;

    /// <summary>The most tokens of one answer. Default 512, range 1 to 8,192.</summary>
    [Range(1, 8192)]
    public int MaxAnswerTokens { get; set; } = 512;

    /// <summary>Threads of the language model. Default 0: one a core; fewer where other programs keep the cores busy. Range 0 to 256.</summary>
    [Range(0, 256)]
    public int Threads { get; set; }

    /// <summary>Conversations whose keys and values the language model's cache holds, running or idle: so many answers are computed at once. Default 8, range 1 to 63.</summary>
    [Range(1, 63)]
    public int Conversations { get; set; } = 8;

    /// <summary>Positions of one conversation, prompt and answer together. Default 0: the model's own, 2,048 at most. Range 0 to 1,048,576, and no more than the model was trained for.</summary>
    [Range(0, 1_048_576)]
    public int ContextLength { get; set; }

    /// <summary>The numbers of that cache: F16, the default, or F32, exact and twice as large.</summary>
    [EnumDataType(typeof(KvCacheType), ErrorMessage = "Server:CacheType must be F16 or F32.")]
    public KvCacheType CacheType { get; set; } = KvCacheType.F16;

    /// <summary>Whether attention is computed in one pass, faster and with other last bits: Auto, the default, On or Off.</summary>
    [EnumDataType(typeof(FlashAttention), ErrorMessage = "Server:FlashAttention must be Auto, On or Off.")]
    public FlashAttention FlashAttention { get; set; } = FlashAttention.Auto;

    /// <summary>Answers in the making at once, running and waiting; one more is refused with 429. Default 32, range 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int MaxAnswers { get; set; } = 32;

    /// <summary>Uploads in the making at once; one more is refused with 429. Default 16, range 1 to 10,000.</summary>
    [Range(1, 10_000)]
    public int MaxUploads { get; set; } = 16;

    /// <summary>Reads and searches of one key in a minute, at once or one by one; of one address where no keys are needed, none on the loopback. Default 1,200; 0 for no limit, to 1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int ReadsPerMinute { get; set; } = 1200;

    /// <summary>Uploads of one key in a minute, as for <see cref="ReadsPerMinute"/>. Default 120; 0 for no limit, to 1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int UploadsPerMinute { get; set; } = 120;

    /// <summary>Answers of one key in a minute, on HTTP and on the hub, as for <see cref="ReadsPerMinute"/>. Default 120; 0 for no limit, to 1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int AnswersPerMinute { get; set; } = 120;

    /// <summary>Embeddings, decisions and concepts to teach of one key in a minute, as for <see cref="ReadsPerMinute"/>. Default 600; 0 for no limit, to 1,000,000.</summary>
    [Range(0, 1_000_000)]
    public int EncodingsPerMinute { get; set; } = 600;

    /// <summary>How long answers in the making get to end when the server is told to stop; then they break off and are told so. Default 20 seconds, range 0 to 3,600.</summary>
    [Range(0, 3600)]
    public int DrainSeconds { get; set; } = 20;

    /// <summary>Connections at once; one more is closed. Default 1,000, range 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 1000;

    /// <summary>The least bytes of a request's body in a second, after its first five; a slower one is refused with 408. Default 240; 0 for any, to 1,000,000,000.</summary>
    [Range(0, 1_000_000_000)]
    public int MinBodyBytesPerSecond { get; set; } = 240;

    /// <summary>The most characters of all texts of a request together; more are refused with 413 before anything is computed. Default 262,144, range 1,000 to 10,000,000.</summary>
    [Range(1000, 10_000_000)]
    public int MaxTextCharacters { get; set; } = 256 * 1024;

    /// <summary>
    /// The names, separated by commas, under which the server may be asked for, beside localhost and addresses; <c>*.example.org</c> stands for all below it,
    /// <c>*</c> for all. Default none: over the loopback other names are refused, over the network any is taken.
    /// </summary>
    public string AllowedHosts { get; set; } = "";

    /// <summary>
    /// The origins, separated by commas, whose pages may use the server beside its own page, such as <c>https://example.org</c>; <c>*</c> for all. Default
    /// none: pages of other origins are refused.
    /// </summary>
    [RegularExpression(
        @"\s*((\*|null|[a-zA-Z][a-zA-Z0-9+.-]*://[^/,\s]+)\s*(,\s*(?=\S)|$))*",
        ErrorMessage = "Server:AllowedOrigins must list origins such as https://example.org, without a path and separated by commas; * stands for all.")]
    public string AllowedOrigins { get; set; } = "";

    /// <summary>
    /// Whether requests need a key (<c>sparseclip keys create</c>): <c>true</c>, <c>false</c>, or <c>auto</c>, which needs one as soon as the server listens elsewhere than on the
    /// loopback. Default auto. A server that needs keys and has none does not start.
    /// </summary>
    [RegularExpression("(?i)auto|true|false", ErrorMessage = "Server:RequireKeys must be auto, true or false.")]
    public string RequireKeys { get; set; } = "auto";

    private static string OwnFolder() => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "sparseclip");
}
