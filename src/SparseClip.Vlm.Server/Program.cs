using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Server;

await ServerHost.Create(args, (directory, _) => throw new BundleException($"{directory} cannot be loaded by this build.")).RunAsync();
