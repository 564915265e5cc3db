using System.Management.Automation;

namespace ModelSigning.Tests;

/// <summary>Trust policies from PowerShell: verifying by one, checking one, writing one.</summary>
public sealed class TrustPolicyTests : IDisposable
{
    private readonly ModuleSession _session = new();
    private readonly SampleModel _model = new();

    public TrustPolicyTests() => _model.Sign(_session);

    private string Policy => _model.Folder["policy.json"];

    public void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_model_is_verified_by_its_rule_and_the_result_names_it()
    {
        WritePolicy("signing.pub");
        dynamic result = _session.Run("param($m, $p) Test-ModelSignature $m -TrustPolicy $p", _model.Path, Policy).Single;
        Assert.Equal(("Valid", "team"), ((string)result.Status, (string)result.TrustRule));
        result = _session.Run("param($m, $p) Get-ChildItem $m/.. | Where-Object Name -eq model | Test-ModelSignature -TrustPolicy $p -Detailed", _model.Path, Policy).Single;
        Assert.Equal("Valid", (string)result.Status);
    }

    [Fact]
    public void A_signer_whom_the_rule_does_not_accept_is_an_error_that_names_the_rule()
    {
        WritePolicy("other.pub");
        Outcome outcome = _session.Run("param($m, $p) Test-ModelSignature $m -TrustPolicy $p", _model.Path, Policy);
        Assert.Empty(outcome.Output);
        Assert.Equal("TrustPolicySignerNotAccepted", outcome.ErrorId);
        Assert.Equal(ErrorCategory.SecurityError, outcome.Error.CategoryInfo.Category);
        Assert.Equal("team", ((dynamic)outcome.Error.TargetObject).TrustRule);
    }

    [Fact]
    public void A_policy_that_cannot_be_used_ends_the_command_and_verifies_nothing()
    {
        File.WriteAllText(Policy, "{ \"version\": 1, \"rules\": [ { \"nam\": \"x\" } ] }");
        Outcome outcome = _session.Run("param($m, $p) $m, $m | Test-ModelSignature -TrustPolicy $p -Quiet", _model.Path, Policy);
        Assert.Equal("TrustPolicyInvalid", outcome.ErrorId);
        Assert.Empty(outcome.Output);
    }

    [Fact]
    public void A_fault_in_the_JSON_is_placed_where_an_editor_shows_it()
    {
        File.WriteAllText(Policy, "{\n  \"version\": 1\n  \"rules\": []\n}");
        Assert.Contains("line 3, byte 3:", _session.Run("param($p) Test-ModelTrustPolicy $p", Policy).Error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_that_was_written_comes_out_as_Get_Item_shows_it()
    {
        Outcome outcome = _session.Run("param($m, $k, $p) New-ModelTrustPolicy $p $m -PublicKey $k -Confirm:$false", _model.Path, _model.PublicKey, Policy);
        Assert.EndsWith("FileSystem::" + Policy, (string)outcome.ThrowIfFailed().Single.PSPath, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_is_checked_before_a_job_relies_on_it()
    {
        WritePolicy("signing.pub");
        Assert.Equal(true, _session.Run("param($p) Test-ModelTrustPolicy $p", Policy).Value);
        WritePolicy("signing.pub", models: "*");
        Outcome warned = _session.Run("param($p) Test-ModelTrustPolicy $p", Policy);
        Assert.Equal(true, warned.Value);
        Assert.Contains("every model", Assert.Single(warned.Warnings), StringComparison.Ordinal);
        WritePolicy("missing.pub");
        Outcome refused = _session.Run("param($p) Test-ModelTrustPolicy $p", Policy);
        Assert.Equal("KeyNotFound", refused.ErrorId);
        Assert.Equal(false, Assert.Single(refused.Output).BaseObject);
    }

    [Fact]
    public void The_rules_are_shown_and_the_one_that_would_decide()
    {
        WritePolicy("signing.pub");
        dynamic rule = _session.Run("param($p) Test-ModelTrustPolicy $p -Detailed", Policy).Single;
        Assert.Equal(("team", 1, "model"), ((string)rule.Name, (int)rule.Order, (string)rule.Models[0]));
        Assert.Single(_session.Run("param($p) Test-ModelTrustPolicy $p -ModelPath /any/where/model", Policy).ThrowIfFailed().Output);
        Assert.Empty(_session.Run("param($p) Test-ModelTrustPolicy $p -Detailed -ModelPath /any/where/else", Policy).ThrowIfFailed().Output);
    }

    [Fact]
    public void A_policy_is_written_from_a_model_that_verifies_and_accepts_it_from_then_on()
    {
        const string write = "param($m, $k, $p) Get-ModelSignature $m | New-ModelTrustPolicy $p -PublicKey $k -PinModel -Confirm:$false; Test-ModelSignature $m -TrustPolicy $p";
        Outcome outcome = _session.Run(write, _model.Path, _model.PublicKey, Policy).ThrowIfFailed();
        Assert.Equal(2, outcome.Output.Count);
        string text = File.ReadAllText(Policy);
        Assert.Contains("Trusted on first use, 2", text, StringComparison.Ordinal);
        Assert.Contains("pin1:", text, StringComparison.Ordinal);

        _session.Run("param($m, $k) New-ModelSignature $m -PrivateKey $k -Force -IgnorePath weights.bin", _model.Path, _model.PrivateKey).ThrowIfFailed();
        Assert.Equal("TrustPolicyModelNotPinned", _session.Run("param($m, $p) Test-ModelSignature $m -TrustPolicy $p", _model.Path, Policy).ErrorId);
    }

    [Fact]
    public void Nothing_is_trusted_that_does_not_hold_today()
    {
        const string write = "param($m, $k, $p) New-ModelTrustPolicy $p $m -PublicKey $k -Confirm:$false";
        Assert.Equal("KeyMismatch", _session.Run(write, _model.Path, _model.OtherPublicKey, Policy).ErrorId);
        _model.Write("weights.bin", "other content");
        Assert.Equal("ModelMismatch", _session.Run(write, _model.Path, _model.PublicKey, Policy).ErrorId);
        Assert.False(File.Exists(Policy));
    }

    [Fact]
    public void A_policy_is_the_file_of_exactly_that_name()
    {
        WritePolicy("other.pub");
        string named = _model.Folder["polic[y].json"];
        Assert.Equal("TrustPolicyNotFound", _session.Run("param($m, $p) Test-ModelSignature $m -TrustPolicy $p", _model.Path, named).ErrorId);
        File.Move(Policy, named);
        WritePolicy("signing.pub");
        Assert.Equal("TrustPolicySignerNotAccepted", _session.Run("param($m, $p) Test-ModelSignature $m -TrustPolicy $p", _model.Path, named).ErrorId);
    }

    [Fact]
    public void Trust_on_first_use_is_asked_for_and_no_means_no()
    {
        ScriptedHost host = new(choice: 1);
        using ModuleSession session = new(host);
        session.Run("param($m, $k, $p) New-ModelTrustPolicy $p $m -PublicKey $k", _model.Path, _model.PublicKey, Policy).ThrowIfFailed();
        Assert.Equal(1, host.Choices);
        Assert.False(File.Exists(Policy));
        Assert.Equal(1, host.DefaultChoice);
    }

    [Fact]
    public void A_policy_that_is_there_is_replaced_with_Force_only()
    {
        WritePolicy("other.pub");
        const string write = "param($m, $k, $p) New-ModelTrustPolicy $p $m -PublicKey $k -Confirm:$false";
        Assert.Equal("TrustPolicyExists", _session.Run(write, _model.Path, _model.PublicKey, Policy).ErrorId);
        _session.Run(write + " -Force", _model.Path, _model.PublicKey, Policy).ThrowIfFailed();
    }

    private void WritePolicy(string key, string models = "model") => File.WriteAllText(Policy,
        $$"""{ "version": 1, "rules": [ { "name": "team", "models": "{{models}}", "signers": [ { "type": "key", "publicKey": "{{key}}" } ] } ] }""");
}
