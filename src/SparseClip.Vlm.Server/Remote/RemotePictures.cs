using System.Net;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Remote;

/// <summary>
/// Fetches pictures from elsewhere, in bounded time and bytes. Whatever goes wrong on the way to a host is told in the same words, so that nobody learns by it
/// what lies near the server. Thread-safe.
/// </summary>
internal sealed class RemotePictures(RemoteReach reach, Drain drain, TimeProvider time, IOptions<ServerOptions> options) : IDisposable
{
    private const int MostRedirects = 3;

    private readonly TimeSpan _limit = TimeSpan.FromSeconds(options.Value.RemoteImageSeconds);
    private readonly HttpMessageInvoker _http = CheckedConnections.Create(reach, TimeSpan.FromSeconds(options.Value.RemoteImageSeconds));

    /// <summary>Whether a text is meant as a picture elsewhere.</summary>
    public static bool IsRemote(string url) =>
        url.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || url.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    /// <summary>Where a picture is to be fetched from; nothing is fetched yet.</summary>
    /// <param name="url">The URL.</param>
    /// <param name="path">Where it stands in the request.</param>
    /// <exception cref="RefusedException">400: the server fetches nothing, or not from such a URL.</exception>
    public RemotePicture Read(string url, string path)
    {
        if (!options.Value.RemoteImages)
        {
            throw Refused(path, "is a picture elsewhere, and this server fetches none (its setting RemoteImages is off): give a base64 data: URI or image:ID of an uploaded picture.");
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var address) && reach.MayAsk(address) ? new RemotePicture(address, path) : throw Refused(
            path,
            $"is no URL that pictures are fetched from: give http:// or https:// with a host, on port 80 or 443, without a name or password, of at most {RemoteReach.MostLetters} letters.");
    }

    /// <summary>The picture's file.</summary>
    /// <exception cref="RefusedException">400: it cannot be had; 413: its file is too large; 503: the server is being stopped.</exception>
    public async Task<PictureFile> FetchAsync(RemotePicture picture, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(_limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token, drain.Interrupted);
        try
        {
            using var answer = await AskAsync(picture, stop.Token);
            return new PictureFile(await ReadAsync(answer.Content, options.Value.MaxImageBytes, stop.Token));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw drain.Interrupted.IsCancellationRequested ? Drain.Interruption() : Refused(
                picture.Path,
                $"could not be fetched: its host is none that pictures are fetched from, cannot be reached, or did not send it whole within {_limit.TotalSeconds:0} s.");
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    /// <summary>The answer with the picture, through redirects.</summary>
    private async Task<HttpResponseMessage> AskAsync(RemotePicture picture, CancellationToken cancellationToken)
    {
        var address = picture.Address;
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Accept.ParseAdd("image/*");
            request.Headers.UserAgent.ParseAdd("SparseClip.Vlm");
            var answer = await _http.SendAsync(request, cancellationToken);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return answer;
            }

            using (answer)
            {
                address = redirects < MostRedirects
                    ? Next(answer, address, picture.Path)
                    : throw Refused(picture.Path, $"could not be fetched: after {MostRedirects} redirects there is still no picture.");
            }
        }
    }

    private Uri Next(HttpResponseMessage answer, Uri address, string path)
    {
        if (answer.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect)
            || answer.Headers.Location is not { } location)
        {
            throw Refused(path, $"could not be fetched: its host answered {(int)answer.StatusCode} where 200 was hoped for.");
        }

        return Uri.TryCreate(address, location, out var next) && reach.MayAsk(next)
            ? next
            : throw Refused(path, "could not be fetched: its host redirects to a URL that pictures are not fetched from.");
    }

    private static async Task<byte[]> ReadAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > maxBytes)
        {
            throw UploadReader.TooLarge(maxBytes);
        }

        return await BodyBytes.ReadAsync(await content.ReadAsStreamAsync(cancellationToken), maxBytes, () => UploadReader.TooLarge(maxBytes), cancellationToken);
    }

    private static RefusedException Refused(string path, string words) => new(400, ErrorCodes.InvalidImageUrl, $"{path} {words}", path);
}

/// <summary>A picture elsewhere.</summary>
/// <param name="Address">Its URL.</param>
/// <param name="Path">Where that stands in the request.</param>
internal sealed record RemotePicture(Uri Address, string Path);
