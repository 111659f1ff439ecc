namespace SparseClip.Vlm.Llama.Generation;

/// <summary>Counts cores, because two threads on one core slow a decode down.</summary>
internal static class PhysicalCores
{
    private const string Topology = "/sys/devices/system/cpu";

    /// <summary>The physical cores this process may use; 1 or more. Where the system does not tell, the logical ones.</summary>
    public static int Available()
    {
        // ProcessorCount already honours affinity and container limits.
        var logical = Environment.ProcessorCount;
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Topology))
        {
            return logical;
        }

        try
        {
            var cores = Directory.EnumerateDirectories(Topology, "cpu*")
                .Select(cpu => Path.Combine(cpu, "topology", "thread_siblings_list"))
                .Where(File.Exists)
                .Select(File.ReadAllText)
                .Distinct()
                .Count();
            return cores > 0 ? Math.Min(cores, logical) : logical;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return logical;
        }
    }
}
