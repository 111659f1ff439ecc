using SparseClip.Vlm.EndToEnd.Tests;
using SparseClip.Vlm.Tests.Shared;

[assembly: AssemblyFixture(typeof(ServedModel))]
[assembly: Slow]

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>One server for all tests that leave it as it is.</summary>
public sealed class ServedModel : IAsyncLifetime
{
    private readonly DirectoryInfo _images = Directory.CreateTempSubdirectory("sparseclip-images-");
    private ServerProcess? _server;

    /// <summary>Where it listens.</summary>
    public Uri Address => _server!.Address;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync(_images);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _images.Delete(recursive: true);
    }
}
