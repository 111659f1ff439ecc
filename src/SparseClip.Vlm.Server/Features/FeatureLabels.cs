using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Core.Files;
using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Features;

/// <summary>
/// The names that people gave to features, with who and when and what it was before, in one file for each tower in the server's data folder: what is said of the features of a tower holds for every
/// bundle with that tower and for none with another. Thread-safe.
/// </summary>
internal sealed class FeatureLabels(ModelHost host, IOptions<ServerOptions> options, TimeProvider clock) : IDisposable
{
    private const int TowerDigits = 16;

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web) { WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };
    private readonly SemaphoreSlim _turn = new(1);
    private volatile Known? _known;

    /// <summary>The names that a feature got, the last one first; one without a label went back to the model's name.</summary>
    /// <exception cref="RefusedException">500: the file is damaged.</exception>
    public async Task<IReadOnlyList<GivenLabel>> OfAsync(int feature, CancellationToken cancellationToken) =>
        (await KnownAsync(cancellationToken)).Labels.GetValueOrDefault(feature, []);

    /// <summary>The names that hold, by feature.</summary>
    /// <exception cref="RefusedException">500: the file is damaged.</exception>
    public async Task<IReadOnlyDictionary<int, string>> AllAsync(CancellationToken cancellationToken) => (await KnownAsync(cancellationToken)).Held;

    /// <summary>Gives a name, or goes back to the model's.</summary>
    /// <param name="feature">A feature of the model.</param>
    /// <param name="label">The name; null to go back. Nothing happens where there is nothing to go back from.</param>
    /// <param name="by">Who; null where that is not said.</param>
    /// <param name="cancellationToken">Stops waiting for others.</param>
    /// <exception cref="RefusedException">500: the file is damaged; 507: it cannot be written.</exception>
    public async Task SetAsync(int feature, string? label, string? by, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var known = Read();
            var before = known.Labels.GetValueOrDefault(feature, []);
            if (label is null && (before.IsEmpty || before[0].Label is null))
            {
                return;
            }

            var labels = known.Labels.SetItem(feature, before.Insert(0, new GivenLabel(label, by, clock.GetUtcNow())));
            await WriteAsync(known.Path, labels, cancellationToken);
            _known = new Known(known.Path, labels);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task<Known> KnownAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known)
        {
            return known;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            return Read();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Read once: the model does not change while the server runs.</summary>
    private Known Read()
    {
        if (_known is { } known)
        {
            return known;
        }

        var path = Path.Combine(Path.GetFullPath(options.Value.DataDirectory), $"feature-labels-{host.Require().Tower[..TowerDigits]}.json");
        try
        {
            var labels = File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<int, GivenLabel[]>>(File.ReadAllBytes(path), s_options) ?? throw new JsonException("it is empty") : [];
            return _known = new Known(path, labels.ToImmutableDictionary(entry => entry.Key, entry => entry.Value.ToImmutableArray()));
        }
        catch (JsonException error)
        {
            throw new RefusedException(500, "labels_damaged", $"The names that people gave cannot be read: {path} is damaged ({JsonFault.Of(error)}). Whoever runs the server must mend the file or move it away.", "label");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(500, "labels_damaged", $"The names that people gave cannot be read: {error.Message}", "label");
        }
    }

    private static async Task WriteAsync(string path, ImmutableDictionary<int, ImmutableArray<GivenLabel>> labels, CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var sorted = new SortedDictionary<int, GivenLabel[]>(labels.ToDictionary(entry => entry.Key, entry => entry.Value.ToArray()));
            await WholeFile.WriteAsync(path, beside => File.WriteAllBytesAsync(beside, JsonSerializer.SerializeToUtf8Bytes(sorted, s_options), cancellationToken));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(507, "label_not_kept", $"The server cannot keep the name ({error.Message}). Whoever runs it must make room, or name another folder with Server:DataDirectory.", "label");
        }
    }

    private sealed record Known(string Path, ImmutableDictionary<int, ImmutableArray<GivenLabel>> Labels)
    {
        public IReadOnlyDictionary<int, string> Held { get; } = Labels.Where(entry => entry.Value is [{ Label: not null }, ..]).ToDictionary(entry => entry.Key, entry => entry.Value[0].Label!);
    }
}

/// <summary>A name that a person gave.</summary>
/// <param name="Label">The name; null where the person went back to the model's.</param>
/// <param name="By">Who; null where that was not said.</param>
/// <param name="At">When.</param>
internal sealed record GivenLabel(string? Label, string? By, DateTimeOffset At);
