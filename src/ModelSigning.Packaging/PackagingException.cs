namespace ModelSigning.Packaging;

/// <summary>Something is missing or wrong in what is to be packaged; the message says what and what to do.</summary>
internal sealed class PackagingException(string message) : Exception(message);
