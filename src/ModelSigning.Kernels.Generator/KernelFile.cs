namespace ModelSigning.Kernels.Generator;

/// <summary>One file of generated source.</summary>
/// <param name="Name">Its name, which ends in <c>.g.cs</c>.</param>
/// <param name="Text">Its text.</param>
internal sealed record KernelFile(string Name, string Text);
