using SparseClip.Vlm.Cli;

return await CommandRunner.RunAsync(CommandTree.Create(), args, Console.Out, Console.Error).ConfigureAwait(false);
