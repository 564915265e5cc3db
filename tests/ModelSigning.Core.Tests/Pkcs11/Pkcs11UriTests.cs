using System.Text;
using ModelSigning.Core.Errors;
using ModelSigning.Core.Keys.Pkcs11;

namespace ModelSigning.Core.Tests.Pkcs11;

public sealed class Pkcs11UriTests
{
    [Fact]
    public void Every_attribute_is_read()
    {
        Pkcs11Uri uri = Pkcs11Uri.Parse("pkcs11:token=My%20token;object=k%3B1;id=%00%ffA;slot-id=7;type=private?module-name=softhsm2&module-path=/usr/lib&pin-source=/etc/pin");
        Assert.Equal("My token", uri.Token);
        Assert.Equal("k;1", uri.ObjectLabel);
        Assert.Equal([0x00, 0xFF, 0x41], uri.Id!.Value.ToArray());
        Assert.Equal(7u, uri.SlotId);
        Assert.Equal("private", uri.Type);
        Assert.Equal("softhsm2", uri.ModuleName);
        Assert.Equal("/usr/lib", uri.ModulePath);
        Assert.Equal("/etc/pin", uri.PinSource);
    }

    [Theory]
    [InlineData("pkcs11:")]
    [InlineData("pkcs11:?")]
    [InlineData("PKCS11:token=a")]
    [InlineData("pkcs11:library-version=3")]
    [InlineData("pkcs11:library-version=3.10")]
    [InlineData("pkcs11:type=")]
    [InlineData("pkcs11:slot-id=4294967295")]
    [InlineData("pkcs11:?x-vendor=1&pin-value=1")]
    [InlineData("pkcs11:object=")]
    public void What_the_standard_allows_is_read(string uri) => Assert.NotNull(Pkcs11Uri.Parse(uri));

    [Theory]
    [InlineData("")]
    [InlineData("token=a")]
    [InlineData("https:token=a")]
    [InlineData("pkcs11:token")]
    [InlineData("pkcs11:=a")]
    [InlineData("pkcs11:token=a;")]
    [InlineData("pkcs11:token=a;;object=b")]
    [InlineData("pkcs11:token=a;token=a")]
    [InlineData("pkcs11:?pin-value=1&pin-value=2")]
    [InlineData("pkcs11:token=%4")]
    [InlineData("pkcs11:token=%")]
    [InlineData("pkcs11:token=%zz")]
    [InlineData("pkcs11:type=key")]
    [InlineData("pkcs11:type=PRIVATE")]
    [InlineData("pkcs11:library-version=3.")]
    [InlineData("pkcs11:library-version=3.1.2")]
    [InlineData("pkcs11:library-version=३")]
    [InlineData("pkcs11:slot-id=-1")]
    [InlineData("pkcs11:slot-id=4294967296")]
    [InlineData("pkcs11:slot-id=0x1")]
    [InlineData("pkcs11:slot-id=")]
    [InlineData("pkcs11:?pin-value=1&pin-source=/etc/pin")]
    [InlineData("pkcs11:x-vendor=1")]
    [InlineData("pkcs11:pin-value=1")]
    public void What_the_standard_forbids_is_refused(string uri) =>
        Assert.Equal(Pkcs11Errors.UriMalformed, Assert.Throws<ModelSigningException>(() => Pkcs11Uri.Parse(uri)).Definition);

    [Fact]
    public void A_plus_stands_for_itself() => Assert.Equal("a+b", Pkcs11Uri.Parse("pkcs11:token=a+b").Token);

    [Theory]
    [InlineData("pkcs11:token=Schl%C3%BCssel")]
    [InlineData("pkcs11:token=Schlüssel")]
    public void Labels_are_UTF8(string uri)
    {
        Assert.Equal("Schlüssel", Pkcs11Uri.Parse(uri).Token);
        Assert.True(Pkcs11Uri.Parse(uri).Allows("token", "Schlüssel".PadRight(32)));
        Assert.False(Pkcs11Uri.Parse(uri).Allows("token", Encoding.Latin1.GetString(Encoding.UTF8.GetBytes("Schlüssel"))));
    }

    [Fact]
    public void A_PIN_is_never_shown()
    {
        Pkcs11Uri uri = Pkcs11Uri.Parse("pkcs11:token=a;id=%01?pin-value=secret&module-path=/usr/lib/a%20b.so");
        Assert.Equal("pkcs11:token=a;id=%01?pin-value=***&module-path=/usr/lib/a%20b.so", uri.ToString());
        foreach (string bad in (string[])["pkcs11:?pin-value=secret&pin-source=/a", "pkcs11:?secret", "pkcs11:?pin-value=secret&pin-value=secret", "pkcs11:?pin-value=secret%"])
        {
            Assert.DoesNotContain("secret", Assert.Throws<ModelSigningException>(() => Pkcs11Uri.Parse(bad)).Message, StringComparison.Ordinal);
        }
    }
}
