using ModelSigning.Core.Errors;
using ModelSigning.Core.Files;

namespace ModelSigning.Core.Tests.Files;

/// <summary>Replacing files on Windows, as rules that run anywhere.</summary>
public sealed class WindowsReplacementTests
{
    [Theory]
    [InlineData(32)]
    [InlineData(5)]
    public void A_file_that_a_scanner_holds_for_a_moment_is_replaced_at_a_later_attempt(int error)
    {
        Queue<int> answers = new([error, error, error, 0]);
        List<TimeSpan> pauses = [];
        Assert.Equal(0, WindowsReplacement.Try(answers.Dequeue, pauses.Add));
        Assert.Equal(3, pauses.Count);
        Assert.Equal(pauses.Order(), pauses);
    }

    [Fact]
    public void After_six_attempts_and_less_than_a_second_it_is_over()
    {
        int attempts = 0;
        TimeSpan waited = TimeSpan.Zero;
        Assert.Equal(32, WindowsReplacement.Try(() => { attempts++; return 32; }, pause => waited += pause));
        Assert.Equal(6, attempts);
        Assert.InRange(waited, TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData(112)] // the disk is full
    [InlineData(183)] // the name exists
    [InlineData(53)]
    public void What_waiting_does_not_help_is_not_tried_again(int error) =>
        Assert.Equal(error, WindowsReplacement.Try(() => error, _ => Assert.Fail("It waited.")));

    [Theory]
    [InlineData(FileAttributes.Normal, 32, "FileInUse")]
    [InlineData(FileAttributes.Normal, 1224, "FileInUse")]
    [InlineData(FileAttributes.ReadOnly, 0, "FileReadOnly")]
    [InlineData(FileAttributes.ReadOnly, 5, "FileReadOnly")]
    [InlineData(FileAttributes.Normal, 5, null)]
    [InlineData(FileAttributes.Hidden, 0, null)]
    public void The_refusal_says_what_is_wrong_with_the_file(FileAttributes attributes, int error, string? id)
    {
        ModelSigningException? refusal = WindowsReplacement.Refusal(@"C:\m\model.sig", attributes, error);
        Assert.Equal(id, refusal?.Definition.Id);
        Assert.Equal(id is null ? null : @"C:\m\model.sig", refusal?.Target);
    }

    [Fact]
    public void A_private_file_belongs_to_its_owner_alone_and_inherits_nothing() =>
        Assert.Equal("O:S-1-5-21-1-2-3-1001D:P(A;;FA;;;S-1-5-21-1-2-3-1001)", WindowsAccess.ForOwner("S-1-5-21-1-2-3-1001"));
}
