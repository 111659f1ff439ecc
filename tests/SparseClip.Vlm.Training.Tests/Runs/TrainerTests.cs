using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Runs;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Runs;

[Collection(OneThread.Name)]
public sealed class TrainerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Losses_and_measures_are_averaged_by_name_and_the_last_steps_are_reported_too()
    {
        using var task = new LineTask();
        var each = new List<TrainingProgress>();
        using var same = new LineTask();
        var reports = new List<TrainingProgress>();

        manual_seed(1);
        Trainer(task, 5, new TrainingObserver { ReportEvery = 1, Report = each.Add }).Train(Token);
        manual_seed(1);
        var state = Trainer(same, 5, new TrainingObserver { ReportEvery = 3, Report = reports.Add }).Train(Token);

        Assert.Equal(5, state.Step);
        Assert.Equal([3, 5], reports.Select(report => report.Step));
        Assert.Equal(["distance", "size"], reports[0].Losses.Keys);
        Assert.Equal(["rows", "step", "seen"], reports[0].Measures.Keys);
        Assert.Equal(each.Take(3).Average(report => report.Losses["distance"]), reports[0].Losses["distance"], 1e-12);
        Assert.Equal(each.Skip(3).Average(report => report.Losses["size"]), reports[1].Losses["size"], 1e-12);
        Assert.Equal(each.Take(3).Average(report => report.GradientNorm), reports[0].GradientNorm, 1e-12);
        Assert.Equal(3.5, reports[1].Measures["step"]);
        Assert.Equal(20, reports[1].Measures["seen"]);
    }

    [Fact]
    public void What_is_minimised_becomes_smaller()
    {
        using var task = new LineTask { Weight = _ => 0, Dropout = 0 };
        var reports = new List<TrainingProgress>();
        Trainer(task, 200, new TrainingObserver { ReportEvery = 50, Report = reports.Add }).Train(Token);
        Assert.True(reports[^1].Losses["distance"] < 0.1 * reports[0].Losses["distance"], string.Join(" ", reports.Select(report => report.Losses["distance"])));
    }

    [Fact]
    public void A_step_goes_from_losses_over_gradients_to_the_update()
    {
        using var task = new LineTask();
        Trainer(task, 2, new TrainingObserver()).Train(Token);
        Assert.Equal(["learn", "losses", "before", "after", "losses", "before", "after"], task.Calls);
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_named_with_its_step_and_what_to_do()
    {
        using var task = new LineTask { Weight = step => step == 2 ? float.NaN : 0.1f };

        var error = Assert.Throws<TrainingException>(() => Trainer(task, 5, new TrainingObserver()).Train(Token));

        Assert.Equal("The loss 'size' is not finite at step 3. Lower the rates.", error.Message);
    }

    [Fact]
    public void A_run_ends_with_its_batches()
    {
        using var task = new LineTask { Batch = (step, _) => step < 3 ? LineTask.Points(step) : null };
        Assert.Equal(3, Trainer(task, 100, new TrainingObserver()).Train(Token).Step);
    }

    [Fact]
    public void A_stop_while_waiting_for_a_batch_ends_the_run_where_it_is()
    {
        using var stop = new CancellationTokenSource();
        using var task = new LineTask
        {
            Batch = (step, token) =>
            {
                if (step == 2)
                {
                    stop.Cancel();
                    token.ThrowIfCancellationRequested();
                }

                return LineTask.Points(step);
            },
        };

        Assert.Equal(2, Trainer(task, 100, new TrainingObserver()).Train(stop.Token).Step);
    }

    [Fact]
    public void What_is_measured_on_the_way_is_followed_by_training_again()
    {
        using var task = new LineTask();
        var measured = new List<long>();
        Trainer(task, 2, new TrainingObserver { MeasuresStart = true, MeasureSeconds = 0, Measure = state => measured.Add(state.Step) }).Train(Token);
        Assert.Equal([0, 1, 2], measured);
        Assert.Equal(["learn", "losses", "before", "after", "learn", "losses", "before", "after", "learn"], task.Calls);
    }

    [Theory]
    [InlineData(0.0, 0.0, 1)]
    [InlineData(1.0, 30.0, 0.5)]
    [InlineData(1.0, 0.0, 0)]
    public void A_time_is_used_up_by_training_alone(double minutes, double seconds, double used) =>
        Assert.Equal(used, new TrainingLength(minutes, null).Used(new TrainingState(7, seconds)));

    [Fact]
    public void Steps_count_instead_of_a_time() => Assert.Equal(0.25, new TrainingLength(1, 8).Used(new TrainingState(2, 1e9)));

    private static Trainer<Tensor> Trainer(LineTask task, long steps, TrainingObserver observer) =>
        new(task, new TrainingSchedule(new TrainingLength(0, steps), 2, 0.01, 1), observer);
}
