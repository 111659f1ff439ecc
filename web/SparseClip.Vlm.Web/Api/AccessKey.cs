using System.Net.Http.Headers;

namespace SparseClip.Vlm.Web.Api;

/// <summary>The key that a person gave, for a server that asks for one.</summary>
public sealed class AccessKey
{
    /// <summary>The key; null for none.</summary>
    public string? Value { get; set; }
}

/// <summary>Sends the key with every request.</summary>
public sealed class KeyHeader(AccessKey key) : DelegatingHandler(new HttpClientHandler())
{
    /// <inheritdoc />
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = key.Value is { } value ? new AuthenticationHeaderValue("Bearer", value) : null;
        return base.SendAsync(request, cancellationToken);
    }
}
