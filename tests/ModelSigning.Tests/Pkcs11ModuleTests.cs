using System.Management.Automation;
using ModelSigning.Testing;

namespace ModelSigning.Tests;

/// <summary>Tokens at the prompt that do what no software token does.</summary>
public sealed class Pkcs11ModuleTests : IDisposable
{
    private readonly ModuleSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_PIN_goes_to_no_token_where_two_modules_have_one_each()
    {
        using FakePkcs11Module first = new("slot 1 Card"), second = new("slot 1 Other");
        Outcome outcome = _session.Run("param($m, $pin) Get-Pkcs11Key $m -Pin $pin", new[] { first.ModulePath, second.ModulePath }, Secrets.Of("1234"));
        Assert.Equal("Pkcs11TokenAmbiguous", outcome.ErrorId);
        Assert.DoesNotContain("login 1", first.Calls.Concat(second.Calls));

        _session.Run("param($m, $pin) Get-Pkcs11Key $m -Pin $pin -Token Other", new[] { first.ModulePath, second.ModulePath }, Secrets.Of("1234")).ThrowIfFailed();
        Assert.DoesNotContain("login 1", first.Calls);
        Assert.Single(second.Calls, call => call == "login 1");
    }

    [Fact]
    public void A_module_that_fails_does_not_hide_the_tokens_of_the_others()
    {
        using FakePkcs11Module broken = new("fail slots 0x30"), sound = new("slot 1 Card", "unreadable 2");
        Outcome outcome = _session.Run("param($m, $pin) Get-Pkcs11Key $m -Pin $pin", new[] { broken.ModulePath, sound.ModulePath }, Secrets.Of("1234"));
        Assert.Equal("Pkcs11TokenFailed", outcome.ErrorId);
        Assert.Single(sound.Calls, call => call == "login 1");
    }

    [Theory]
    [InlineData("param($m, $pin) Get-Pkcs11Key $m -Pin $pin")]
    [InlineData("param($m, $pin) Test-ModelSignature $PSHOME -PublicKey \"pkcs11:token=Card;object=key?module-path=$m\" -Pin $pin")]
    [InlineData("param($m, $pin) New-ModelSignature $PSHOME -Pkcs11Uri \"pkcs11:token=Card;object=key?module-path=$m\" -Pin $pin -SignaturePath ./never.sig")]
    public async Task Stopping_does_not_wait_for_a_token_that_hangs_and_frees_it_when_it_comes_back(string script)
    {
        using FakePkcs11Module module = new("slot 1 Card", "hang login");
        using PowerShell shell = _session.Prepare(script, module.ModulePath, Secrets.Of("1234"));
        IAsyncResult running = shell.BeginInvoke();
        await Until(module, calls => calls.Contains("hanging"));
        shell.Stop();
        Assert.Equal(PSInvocationState.Stopped, shell.InvocationStateInfo.State);
        int before = module.Calls.Count;
        Assert.Equal("hanging", module.Calls[^1]);

        module.Release();
        await Until(module, calls => calls.Count == before + 2);
        Assert.Equal(["close", "finalize"], module.Calls.Skip(before));
    }

    private static async Task Until(FakePkcs11Module module, Predicate<IReadOnlyList<string>> happened)
    {
        while (!happened(module.Calls))
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
