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
            Write(plain + 1);
            Assert.False(FileKinds.IsTar(head));
            if (signed >= 0)
            {
                Write(signed);
                Assert.True(FileKinds.IsTar(head));
            }
        }

        void Write(long sum) => Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(head, 148);
    }
}
