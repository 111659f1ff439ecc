namespace SparseClip.Vlm.Core.Steering;

/// <summary>What operations are called, in requests and reports.</summary>
public static class SteeringOperations
{
    /// <summary>The names, for messages.</summary>
    public const string Names = "ablate, set, scale or add";

    /// <summary>"ablate", "set", "scale" or "add"; the number of one that does not exist.</summary>
    public static string Name(this SteeringOperation operation) => operation.ToString().ToLowerInvariant();

    /// <summary>The operation of a name in lower case.</summary>
    public static bool TryParse(string? name, out SteeringOperation operation)
    {
        SteeringOperation? known = name switch
        {
            "ablate" => SteeringOperation.Ablate,
            "set" => SteeringOperation.Set,
            "scale" => SteeringOperation.Scale,
            "add" => SteeringOperation.Add,
            _ => null,
        };
        operation = known ?? default;
        return known is not null;
    }
}
