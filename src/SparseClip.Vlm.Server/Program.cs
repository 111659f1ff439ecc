using SparseClip.Vlm.Server;

await ServerHost.Create(args).RunAsync();
