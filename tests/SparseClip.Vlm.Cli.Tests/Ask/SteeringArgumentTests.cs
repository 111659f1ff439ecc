using SparseClip.Vlm.Cli.Ask;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Cli.Tests.Ask;

public class SteeringArgumentTests
{
    [Fact]
    public void A_feature_goes_by_its_name_or_by_its_number()
    {
        Assert.Equal(new SteeringRequest(null, "dog", SteeringOperation.Ablate, null), SteeringArgument.Parse("dog=ablate"));
        Assert.Equal(new SteeringRequest(8576, null, SteeringOperation.Scale, 2), SteeringArgument.Parse("8576=scale:2"));
        Assert.Equal(new SteeringRequest(null, "dog", SteeringOperation.Set, null), SteeringArgument.Parse("dog=set"));
        Assert.Equal(new SteeringRequest(null, "hot dog", SteeringOperation.Add, -0.5f), SteeringArgument.Parse("hot dog=Add:-0.5"));
    }

    [Fact]
    public void A_region_follows_the_operation() => Assert.Equal(
        new SteeringRequest(null, "cat", SteeringOperation.Set, 1, new PictureRegion(0, 0.25f, 0.5f, 1)),
        SteeringArgument.Parse("cat=set:1@0,0.25,0.5,1"));

    [Theory]
    [InlineData("dog")]
    [InlineData("=ablate")]
    [InlineData("dog=")]
    [InlineData("dog=0")]
    [InlineData("dog=remove")]
    [InlineData("dog=ablate:1")]
    [InlineData("dog=scale")]
    [InlineData("8576=set")]
    [InlineData("dog=set:much")]
    [InlineData("dog=set:-1")]
    [InlineData("dog=set:NaN")]
    [InlineData("dog=ablate@0,0,1")]
    [InlineData("dog=ablate@0,0,1,2")]
    [InlineData("dog=scale:0,5")]
    [InlineData("cat=set:1,5")]
    [InlineData("dog=set:1e999")]
    [InlineData("dog=set:")]
    [InlineData("dog=ablate@0,0,1,x")]
    public void Anything_else_is_refused_with_the_form(string text) =>
        Assert.Contains("FEATURE=OPERATION", Assert.Throws<SteeringException>(() => SteeringArgument.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("dog=scale:0,5", "write 0.5")]
    [InlineData("=ablate", "there is no feature before the '='")]
    [InlineData(" =ablate", "there is no feature before the '='")]
    [InlineData("dog=scale:-1", "0 or more")]
    [InlineData("dog=ablate@0.5,0,0.2,1", "x0 < x1")]
    [InlineData("dog=ablate@0,0,2,1", "x0 < x1")]
    public void The_cause_is_told(string text, string told) =>
        Assert.Contains(told, Assert.Throws<SteeringException>(() => SteeringArgument.Parse(text)).Message, StringComparison.Ordinal);
}
