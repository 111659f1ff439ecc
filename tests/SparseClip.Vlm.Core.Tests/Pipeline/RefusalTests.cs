using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Core.Tests.Pipeline;

/// <summary>Refusals say what was wrong and what to do.</summary>
public class RefusalTests
{
    [Fact]
    public void A_dialogue_that_is_too_long_says_by_how_much() =>
        Assert.Equal("The dialogue needs 300 positions but the context has 256; shorten it or start a new one.", new ContextLengthException(300, 256).Message);

    [Fact]
    public void A_model_that_is_busy_says_when_to_ask_again_in_whole_seconds() =>
        Assert.Equal("The model is busy and its queue is full; ask again in 2 s.", new ModelBusyException(TimeSpan.FromSeconds(1.2)).Message);

    [Fact]
    public void Steering_without_a_picture_says_that_there_is_none()
    {
        var refusal = SteeringException.NoPicture();
        Assert.Equal((SteeringError.NoPicture, "There is no picture to steer: send one, or ask without steering."), (refusal.Error, refusal.Message));
    }
}
