using ModelSigning.Packaging;
using ModelSigning.Packaging.Help;
using ModelSigning.Packaging.Package;

// PowerShell's engine reads this when it is first touched, which is after this line: nothing is measured and nothing is written.
Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");

try
{
    switch (args)
    {
        case ["help", string comments, string helpFile, "write" or "compare"]:
            HelpFiles.Make(comments, helpFile, writePages: args[3] == "write");
            return 0;
        case ["folder", string output]:
            ModuleManifest module = ModuleManifest.Read(Checkout.Path("ModelSigning.psd1"));
            ModulePackage.Make(module.FolderIn(output), module);
            return 0;
        case ["pack", string output]:
            ModuleManifest packed = ModuleManifest.Read(Checkout.Path("ModelSigning.psd1"));
            GalleryPackage.Make(packed.FolderIn(output), packed, Path.Join(output, $"{packed.Name}.{packed.Version}.nupkg"));
            return 0;
        default:
            Console.Error.WriteLine("""
                usage: ModelSigning.Packaging help COMMENTS.xml HELP.xml (write|compare)
                       ModelSigning.Packaging folder OUTPUT    makes OUTPUT/ModelSigning/VERSION of the staged module
                       ModelSigning.Packaging pack OUTPUT      makes OUTPUT/ModelSigning.VERSION.nupkg of that folder
                """);
            return 64;
    }
}
catch (PackagingException refusal)
{
    Console.Error.WriteLine($"error: {refusal.Message}");
    return 1;
}
