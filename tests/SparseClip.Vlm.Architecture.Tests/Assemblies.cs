using Mono.Cecil;

namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>The compiled rooms, read without loading them.</summary>
internal static class Assemblies
{
    public const string Prefix = "SparseClip.Vlm.";

    /// <param name="room">Core, Modeling and so on.</param>
    public static AssemblyDefinition Read(string room)
    {
        var file = room == "Cli" ? "sparseclip.dll" : $"{Prefix}{room}.dll";
        return AssemblyDefinition.ReadAssembly(Path.Combine(AppContext.BaseDirectory, file));
    }
}
