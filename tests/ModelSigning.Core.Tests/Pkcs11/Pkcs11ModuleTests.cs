using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys.Pkcs11;
using ModelSigning.Testing;

namespace ModelSigning.Core.Tests.Pkcs11;

/// <summary>What software tokens never do: unrecognised cards, functions that fail, prompts that are stopped.</summary>
public sealed class Pkcs11ModuleTests
{
    private static readonly string[] Opened = ["initialize", "open", "login 1"], Closed = ["close", "finalize"];

    [Fact]
    public void A_card_that_the_module_does_not_recognise_stops_nothing()
    {
        using FakePkcs11Module module = new("unreadable 7", "slot 1 Card", "unreadable 8");
        List<string> reports = [];
        Assert.Equal("Card", Assert.Single(Pkcs11Inventory.Tokens(module.ModulePath, null, reports.Add)).Label);
        Assert.Contains("slot 7 (CKR_TOKEN_NOT_RECOGNIZED) and in slot 8", Assert.Single(reports), StringComparison.Ordinal);
        Assert.Equal(Pkcs11Errors.KeyNotFound, Refused(module, "token=Card").Definition);
    }

    [Fact]
    public void A_token_that_is_not_found_may_be_the_one_that_cannot_be_read()
    {
        using FakePkcs11Module module = new("unreadable 7", "slot 1 Card");
        ModelSigningException refusal = Refused(module, "token=Other");
        Assert.Equal(Pkcs11Errors.TokenNotFound, refusal.Definition);
        Assert.Contains("slot 7", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_that_is_stopped_ends_the_module()
    {
        using FakePkcs11Module module = new("slot 1 Card");
        Assert.Throws<TimeZoneNotFoundException>(() => Open(module, "token=Card", new Pkcs11PinSources(null, _ => throw new TimeZoneNotFoundException())));
        Assert.Equal(["initialize", "finalize"], module.Calls);
    }

    [Theory]
    [InlineData("fail login 0x30", "Pkcs11TokenFailed")]
    [InlineData("fail login 0xa0", "Pkcs11PinWrong")]
    [InlineData("fail find 0x32", "Pkcs11TokenRemoved")]
    [InlineData("", "Pkcs11KeyNotFound")]
    public void Whatever_fails_the_session_is_closed_and_the_module_ended(string rule, string id)
    {
        using FakePkcs11Module module = new("slot 1 Card", rule);
        Assert.Equal(id, Refused(module, "token=Card").Definition.Id);
        Assert.Equal([.. Opened, .. Closed], module.Calls);
    }

    [Fact]
    public void A_module_that_cannot_close_or_end_does_not_hide_the_error_before()
    {
        using FakePkcs11Module module = new("slot 1 Card", "fail login 0xa0", "fail close 0x30", "fail finalize 0x30");
        Assert.Equal(Pkcs11Errors.PinWrong, Refused(module, "token=Card").Definition);
        Assert.Equal([.. Opened, .. Closed], module.Calls);
    }

    [Fact]
    public void A_PIN_goes_to_no_token_that_was_put_in_after_the_list()
    {
        using FakePkcs11Module module = new("slot 1 Card");
        Pkcs11TokenDescription another = Assert.Single(Pkcs11Inventory.Tokens(module.ModulePath, null, _ => { })) with { Label = "Earlier card" };
        Assert.Equal(Pkcs11Errors.TokenNotFound, Assert.Throws<ModelSigningException>(() => Pkcs11Inventory.Keys(another, Secret(), _ => { })).Definition);
        Assert.DoesNotContain("login 1", module.Calls);
    }

    [Fact]
    public void Only_folders_that_an_administrator_alone_can_write_are_searched_on_Windows()
    {
        Assert.All(Pkcs11ModuleSearch.WindowsFolders(@"C:\Program Files", @"C:\Windows\system32"), folder => Assert.True(
            folder.StartsWith(@"C:\Program Files", StringComparison.Ordinal) || folder == @"C:\Windows\system32", folder));
        Assert.Equal([@"C:\Windows\system32"], Pkcs11ModuleSearch.WindowsFolders("", @"C:\Windows\system32"));
    }

    private static ModelSigningException Refused(FakePkcs11Module module, string token) =>
        Assert.Throws<ModelSigningException>(() => Open(module, token, new Pkcs11PinSources(Secret(), null)));

    private static Pkcs11SigningKey Open(FakePkcs11Module module, string token, Pkcs11PinSources pins) =>
        Pkcs11SigningKey.Open(Pkcs11Uri.Parse($"pkcs11:{token};object=key?module-path={module.ModulePath}"), [], pins);

    private static System.Security.SecureString Secret()
    {
        System.Security.SecureString secret = new();
        secret.AppendChar('1');
        return secret;
    }
}
