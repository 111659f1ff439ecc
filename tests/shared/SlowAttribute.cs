using Xunit.v3;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>Tests of many seconds: real trainings, the browser. `eng/test --fast` leaves them out.</summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method)]
public sealed class SlowAttribute : Attribute, ITraitAttribute
{
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Speed", "Slow")];
}
