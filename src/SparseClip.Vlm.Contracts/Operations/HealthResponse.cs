namespace SparseClip.Vlm.Contracts.Operations;

/// <summary>Whether the server can answer.</summary>
/// <param name="Status">"ready" | "loading" | "failed" | "draining".</param>
/// <param name="Reason">Why it is not ready; null when it is.</param>
/// <param name="Model">The model's name once it is loaded.</param>
public sealed record HealthResponse(string Status, string? Reason, string? Model);
