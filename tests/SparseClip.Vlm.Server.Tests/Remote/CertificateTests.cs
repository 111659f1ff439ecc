using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Remote;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Remote;

/// <summary>Servers elsewhere whose certificates cannot be trusted.</summary>
public sealed class CertificateTests
{
    [Fact]
    public async Task They_are_refused_and_what_their_certificates_name_is_not_fetched()
    {
        await using var inside = await Elsewhere.StartAsync(IPAddress.Parse("127.0.0.2"));
        using var certificate = Certificate(inside.Address + "/issuer.cer");
        await using var elsewhere = await Elsewhere.StartAsync(certificate: certificate);
        elsewhere.On("/a", TestPng.Noise(48, 40, 62));
        using var drain = new Drain();
        using var pictures = new RemotePictures(new LoopbackReach(), drain, TimeProvider.System, Options.Create(new ServerOptions { RemoteImages = true, RemoteImageSeconds = 60 }));
        var refused = await Assert.ThrowsAsync<RefusedException>(() => pictures.FetchAsync(pictures.Read(elsewhere.Address + "/a", "image"), HttpAnswers.Stop));
        Assert.Equal("invalid_image_url", refused.Refusal.Code);
        Assert.Empty(inside.Asked);
        Assert.Empty(elsewhere.Asked);
    }

    /// <summary>One of 127.0.0.1 whose issuer is nobody's and is said to be had from a URL.</summary>
    private static X509Certificate2 Certificate(string issuerUrl)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var issuerKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var issuerRequest = new CertificateRequest("CN=issuer.test", issuerKey, HashAlgorithmName.SHA256);
        issuerRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var issuer = issuerRequest.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(ocspUris: null, caIssuersUris: [issuerUrl]));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(issuer, now.AddHours(-1), now.AddHours(1), [1, 2, 3, 4]);
        return certificate.CopyWithPrivateKey(key);
    }
}
