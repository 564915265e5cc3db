using System.Text;
using ModelSigning.Core.Content;

namespace ModelSigning.Core.Tests.Content;

public sealed class FileKindTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_header_of_tar_is_told_by_the_sum_of_its_bytes_with_or_without_signs(int seed)
    {
        Random random = new(seed);
        byte[] head = new byte[600];
        for (int round = 0; round < 500; round++)
        {
            random.NextBytes(head);
            long plain = 8 * ' ', signed = plain;
            for (int index = 0; index < 512; index++)
            {
                bool isSum = index is >= 148 and < 156;
                plain += isSum ? 0 : head[index];
                signed += isSum ? 0 : (sbyte)head[index];
            }

            Write(plain);
            Assert.True(FileKinds.IsTar(head));
            Assert.False(FileKinds.IsTar(head.AsSpan(0, 511)));
            "no sum\0 "u8.CopyTo(head.AsSpan(148));
            Assert.False(FileKinds.IsTar(head));
            if (signed >= 0)
            {
                Write(signed);
                Assert.True(FileKinds.IsTar(head));
            }
        }

        void Write(long sum) => Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(head, 148);
    }

    // GNU tar and Perl's, Perl's alone, Python's, and GNU tar's of 1997.
    [Theory]
    [InlineData("o 7", 1)]
    [InlineData("\to\t1", 1)]
    [InlineData(" 0o\n", 1)]
    [InlineData("0xh", 1)]
    [InlineData("oz", 1)]
    [InlineData("-o", -1)]
    [InlineData("_o", 1)]
    [InlineData("0_0o", 1)]
    [InlineData("0x_h", 1)]
    [InlineData("+b", 1)]
    public void A_sum_is_seen_in_whatever_form_some_program_reads_it(string form, int sign)
    {
        byte[] head = new byte[512];
        new Random(4).NextBytes(head);
        for (int index = 0; index < head.Length; index++)
        {
            // Bytes above 0x7F are negative ones to programs that take them with a sign.
            head[index] = (byte)(sign < 0 ? head[index] | 0x80 : head[index] & 0x3F);
        }

        int sum = (8 * ' ') + head.Where((_, index) => index is < 148 or >= 156).Sum(value => sign < 0 ? (sbyte)value : value);
        Assert.True(Math.Sign(sum) == sign);
        int positive = Math.Abs(sum);
        const string base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        string text = form.Replace("o", Convert.ToString(positive, 8), StringComparison.Ordinal).Replace("h", Convert.ToString(positive, 16), StringComparison.Ordinal)
            .Replace("b", $"{base64[positive >> 12]}{base64[(positive >> 6) & 63]}{base64[positive & 63]}", StringComparison.Ordinal);
        Encoding.ASCII.GetBytes(text.PadRight(8)[..8]).CopyTo(head, 148);
        Assert.True(FileKinds.IsTar(head));
        head[0] ^= 1;
        Assert.False(FileKinds.IsTar(head));
    }

    [Fact]
    public void Packed_bytes_are_not_taken_for_the_header_of_a_tar()
    {
        Random random = new(5);
        byte[] head = new byte[512];
        for (int round = 0; round < 100_000; round++)
        {
            random.NextBytes(head);
            Assert.False(FileKinds.IsTar(head));
        }
    }
}
