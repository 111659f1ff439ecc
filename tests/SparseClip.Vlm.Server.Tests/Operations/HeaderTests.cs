using SparseClip.Vlm.Server.Pages;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Operations;

/// <summary>What browsers are told that they may do with an answer.</summary>
public sealed class HeaderTests(RunningServer server)
{
    [Theory]
    [InlineData("/", "script-src 'self' 'wasm-unsafe-eval'")]
    [InlineData("/health/live", "script-src 'self' 'wasm-unsafe-eval'")]
    [InlineData("/v1/models", "default-src 'none'")]
    [InlineData("/v1/nope", "default-src 'none'")]
    [InlineData("/api/images/x", "default-src 'none'")]
    [InlineData("/openapi/v1.json", "default-src 'none'")]
    [InlineData("/scalar", "script-src 'self' 'unsafe-inline'")]
    public async Task Every_answer_and_every_refusal_has_its_rules(string path, string rule)
    {
        using var response = await server.GetAsync(path);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains(rule, policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Opener-Policy")));
        Assert.Equal("same-origin", Assert.Single(response.Headers.GetValues("Cross-Origin-Resource-Policy")));
        Assert.Contains("camera=()", Assert.Single(response.Headers.GetValues("Permissions-Policy")), StringComparison.Ordinal);
    }

    [Fact]
    public void Scripts_within_a_page_are_allowed_by_their_hash_and_others_by_where_they_are() => Assert.Equal(
        ["'sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ='"], // of "hello"
        InlineScripts.Sources("""<script src="a.js"></script><script type="importmap">hello</script>"""));
}
