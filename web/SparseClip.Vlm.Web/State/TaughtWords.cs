using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Web.Api;

namespace SparseClip.Vlm.Web.State;

/// <summary>The words that were taught on this page, with the pictures that taught them, so that another picture of the same thing adds to what is known.</summary>
public sealed class TaughtWords(IServerApi server)
{
    private readonly Dictionary<string, IReadOnlyList<string>> _pictures = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Each word with the ids of its pictures.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Words => _pictures;

    /// <summary>The pictures of a word; none for one that was not taught here.</summary>
    public IReadOnlyList<string> Of(string word) => _pictures.GetValueOrDefault(word.Trim()) ?? [];

    /// <summary>Teaches a word with a picture beside those that taught it before. A picture that did already changes nothing.</summary>
    /// <exception cref="ServerException">The server refuses or cannot be reached.</exception>
    public async Task TeachAsync(string word, OpenPicture picture)
    {
        var before = Of(word);
        await picture.AskAsync(server, id => server.TeachAsync(new TeachRequest(word, [.. before.Append(id).Distinct()], Replace: before.Count > 0), CancellationToken.None), CancellationToken.None);
        _pictures[word] = [.. before.Append(picture.Seen.Id).Distinct()];
    }

    /// <summary>Forgets a word.</summary>
    /// <exception cref="ServerException">The server refuses or cannot be reached.</exception>
    public async Task ForgetAsync(string word)
    {
        await server.ForgetAsync(word, CancellationToken.None);
        _pictures.Remove(word);
    }
}
