BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $key = New-SampleKey "$TestDrive/release.key"
    $private = @{ PrivateKey = $key.PrivateKeyPath }
    $public = @{ PublicKey = $key.PublicKeyPath }

    # A repository of the Hugging Face cache with two snapshots, of which the older one is tagged v1.
    function New-HubRepository([string] $Path) {
        $blobs, $refs = "$Path/blobs", "$Path/refs"
        $null = New-Item $blobs, $refs -ItemType Directory -Force
        foreach ($revision in @{ Ref = 'v1'; Commit = 'a' * 40; Text = '{"old": 1}' }, @{ Ref = 'main'; Commit = 'b' * 40; Text = '{"new": 1}' }) {
            Set-Content "$refs/$($revision.Ref)" $revision.Commit -NoNewline
            $snapshot = "$Path/snapshots/$($revision.Commit)"
            $null = New-Item $snapshot -ItemType Directory -Force
            foreach ($file in @{ Name = 'config.json'; Text = $revision.Text }, @{ Name = 'model.bin'; Text = 'weights' }) {
                $blob = [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData([Text.Encoding]::UTF8.GetBytes($file.Text))).ToLowerInvariant()
                Set-Content "$blobs/$blob" $file.Text -NoNewline
                $null = New-Item "$snapshot/$($file.Name)" -ItemType SymbolicLink -Target "../../blobs/$blob" -ErrorAction Stop
            }
        }
    }
}

Describe 'A snapshot of the Hugging Face cache' {
    BeforeAll {
        $repository = Join-Path $TestDrive 'hub/models--org--name'
        $linked = $true
        try { New-HubRepository $repository } catch { $linked = $false }
    }

    BeforeEach {
        if (-not $linked) { Set-ItResult -Skipped -Because 'this account may not make symbolic links' }
    }

    It 'has a card' {
        (Get-ModelCard $repository -Source HuggingFace -Revision main).Files | Should -Contain 'config.json'
        (Get-ModelCard -LiteralPath $repository -Source HuggingFace -Revision main).Verified | Should -BeFalse
    }

    It 'falls under the rule for the snapshot also where the repository is given' {
        $null = New-SampleKey "$TestDrive/other.key"
        $signature = "$TestDrive/snapshot.sig"
        $null = New-ModelSignature $repository -Source HuggingFace -Revision main @private -SignaturePath $signature -Force
        Set-Content "$TestDrive/policy.json" @'
{ "version": 1, "rules": [
    { "name": "exact", "models": ["**/snapshots/b*"], "signers": [{ "type": "key", "publicKey": "other.pub" }] },
    { "name": "loose", "models": ["**"], "signers": [{ "type": "key", "publicKey": "release.pub" }] } ] }
'@
        foreach ($with in @{ LiteralPath = $repository }, @{ LiteralPath = $repository; Revision = 'b' * 40 }, @{ LiteralPath = "$repository/snapshots/$('b' * 40)" }) {
            $refusal = Get-Refusal { Test-ModelSignature @with -Source HuggingFace -SignaturePath $signature -TrustPolicy "$TestDrive/policy.json" }
            $refusal.FullyQualifiedErrorId | Should -BeLike 'TrustPolicySignerNotAccepted,*'
            $refusal.TargetObject.TrustRule | Should -Be 'exact'
        }
    }

    It 'is signed and verified where it lies, and as a plain copy' {
        $signed = New-ModelSignature $repository -Source HuggingFace -Revision main @private
        $signed.Source | Should -Be 'HuggingFace'
        $signed.Path | Should -Be (Join-Path $repository 'snapshots' ('b' * 40))
        $result = Test-ModelSignature $repository -Source HuggingFace -Revision main @public
        $result.Status | Should -Be 'Valid'
        $result.Source | Should -Be 'HuggingFace'
        Copy-Item $signed.Path "$TestDrive/copy" -Recurse
        foreach ($file in Get-ChildItem "$TestDrive/copy" | Where-Object LinkType) {
            $target = $file.ResolveLinkTarget($true).FullName
            if (-not (Test-Path $target)) { $target = Join-Path $repository 'blobs' (Split-Path $target -Leaf) }
            Remove-Item $file
            Copy-Item $target $file.FullName
        }
        (Test-ModelSignature "$TestDrive/copy" @public).Source | Should -Be 'Folder'
    }

    It 'names a changed blob by its path and its blob' {
        $snapshot = Join-Path $repository 'snapshots' ('a' * 40)
        $null = New-ModelSignature $snapshot -Source HuggingFace @private
        $blob = (Get-Item "$snapshot/config.json").Target | Split-Path -Leaf
        $before = Get-Content "$repository/blobs/$blob" -Raw
        Set-Content "$repository/blobs/$blob" 'changed' -NoNewline
        $refusal = Get-Refusal { Test-ModelSignature $snapshot -Source HuggingFace @public }
        Set-Content "$repository/blobs/$blob" $before -NoNewline
        $refusal.Exception.Message | Should -Match "'config\.json' in 'blobs/$blob'"
        $refusal.TargetObject.ChangedFiles[0].StoredAs | Should -Be "blobs/$blob"
    }

    It 'is refused without -Source, with a message that names it, and with -DenySymlink' {
        $snapshot = Join-Path $repository 'snapshots' ('b' * 40)
        $null = New-ModelSignature $snapshot -Source HuggingFace @private -Force
        (Get-Refusal { Test-ModelSignature $snapshot @public }).Exception.Message | Should -Match '-Source HuggingFace'
        (Get-Refusal { Get-ModelManifest $snapshot }).ErrorDetails.RecommendedAction | Should -Match '-Source HuggingFace'
        (Get-Refusal { Test-ModelSignature $snapshot -Source HuggingFace -DenySymlink @public }).FullyQualifiedErrorId | Should -BeLike 'SymlinkRefused,*'
    }

    It 'is listed, and compared with another revision or a plain folder' {
        (Get-ModelManifest $repository -Source HuggingFace -Revision v1).Name | Should -Be @('config.json', 'model.bin')
        @(Get-ModelManifest $repository -Source huggingface)[0].Source | Should -Be 'HuggingFace'
        $found = Compare-ModelManifest $repository $repository -Source HuggingFace -ReferenceRevision v1 -Revision main
        "$($found.Change) $($found.Name)" | Should -Be 'Changed config.json'
        $null = New-Item "$TestDrive/plain" -ItemType Directory -Force
        Set-Content "$TestDrive/plain/config.json" '{"new": 1}' -NoNewline
        (Compare-ModelManifest "$TestDrive/plain" $repository -Source HuggingFace).Name | Should -Be 'model.bin'
        (Get-Refusal { Compare-ModelManifest "$TestDrive/plain" "$TestDrive/plain" -Source HuggingFace }).FullyQualifiedErrorId | Should -BeLike 'StoreNotRecognised,*'
    }

    It 'is refused with the reason' {
        (Get-Refusal { Get-ModelManifest $repository -Source HuggingFace -Revision '../main' }).FullyQualifiedErrorId | Should -BeLike 'RevisionInvalid,*'
        (Get-Refusal { Get-ModelManifest $repository -Source HuggingFace -Revision v9 }).FullyQualifiedErrorId | Should -BeLike 'RevisionNotFound,*'
        (Get-Refusal { Get-ModelManifest $repository -Revision main }).FullyQualifiedErrorId | Should -BeLike 'RevisionInvalid,*'
        (Get-Refusal { New-ModelSignature $repository -Source HuggingFace -AllowSymlink @private }).FullyQualifiedErrorId | Should -BeLike 'SymlinksOfStore,*'
    }

    It 'has a source that Tab completes' {
        foreach ($cmdlet in 'New-ModelSignature', 'Test-ModelSignature', 'Get-ModelManifest', 'Compare-ModelManifest') {
            $line = "$cmdlet x -Source "
            [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, @{}).CompletionMatches.CompletionText | Should -Contain 'HuggingFace'
        }
    }
}

Describe 'A model in an OCI layout' {
    BeforeAll {
        $layout = "$TestDrive/layout"
        $null = New-Item "$layout/blobs/sha256" -ItemType Directory -Force
        function Add-Bytes([string] $Type, [byte[]] $Bytes, [hashtable] $Annotations = @{}) {
            $hex = [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($Bytes)).ToLowerInvariant()
            [IO.File]::WriteAllBytes("$layout/blobs/sha256/$hex", $Bytes)
            @{ mediaType = $Type; digest = "sha256:$hex"; size = $Bytes.Length; annotations = $Annotations }
        }
        $stream = [IO.MemoryStream]::new()
        $tar = [System.Formats.Tar.TarWriter]::new($stream, [System.Formats.Tar.TarEntryFormat]::Pax, $true)
        $entry = [System.Formats.Tar.PaxTarEntry]::new([System.Formats.Tar.TarEntryType]::RegularFile, 'src/a.py')
        $entry.DataStream = [IO.MemoryStream]::new([Text.Encoding]::UTF8.GetBytes('pass'))
        $tar.WriteEntry($entry)
        $tar.Dispose()
        $manifest = @{
            schemaVersion = 2
            artifactType  = 'application/vnd.cncf.model.manifest.v1+json'
            config        = Add-Bytes 'application/vnd.cncf.model.config.v1+json' ([Text.Encoding]::UTF8.GetBytes('{}'))
            layers        = @(
                Add-Bytes 'application/vnd.cncf.model.weight.v1.raw' ([Text.Encoding]::UTF8.GetBytes('weights')) @{ 'org.cncf.model.filepath' = 'model.bin' }
                Add-Bytes 'application/vnd.cncf.model.code.v1.tar' $stream.ToArray() @{ 'org.cncf.model.filepath' = 'src' }
            )
        } | ConvertTo-Json -Depth 5
        $descriptor = Add-Bytes 'application/vnd.oci.image.manifest.v1+json' ([Text.Encoding]::UTF8.GetBytes($manifest)) @{ 'org.opencontainers.image.ref.name' = 'v1' }
        @{ schemaVersion = 2; manifests = @($descriptor) } | ConvertTo-Json -Depth 5 | Set-Content "$layout/index.json"
        Set-Content "$layout/oci-layout" '{"imageLayoutVersion":"1.0.0"}'
    }

    It 'is listed, also into a manifest file, and the signature of that file is the one of the layout' {
        (Get-ModelManifest $layout -Source Oci -Revision v1).Name | Should -Be @('model.bin', 'src/a.py')
        Get-ModelManifest $layout -Source Oci -OutFile "$TestDrive/layout.jsonl"
        $null = New-ModelSignature "$TestDrive/layout.jsonl" -Manifest -SignaturePath "$TestDrive/layout.sig" @private
        (Test-ModelSignature $layout -Source Oci -Revision v1 -SignaturePath "$TestDrive/layout.sig" @public).Source | Should -Be 'Oci'
        Compare-ModelManifest "$TestDrive/layout.jsonl" $layout -Source Oci | Should -BeNullOrEmpty
    }

    It 'is refused with the reason' {
        (Get-Refusal { Get-ModelManifest $layout -Source Oci -Revision v2 }).FullyQualifiedErrorId | Should -BeLike 'RevisionNotFound,*'
        (Get-Refusal { Test-ModelSignature $layout -Source Oci -Revision v2 @public }).FullyQualifiedErrorId | Should -BeLike 'RevisionNotFound,*'
        (Get-Refusal { New-ModelSignature $layout -Source Ollama -Revision tiny @private }).FullyQualifiedErrorId | Should -BeLike 'StoreNotRecognised,*'
    }

    It 'is recognised where -Source is forgotten' {
        $warning = New-ModelSignature $layout -SignaturePath "$TestDrive/folder.sig" @private 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }
        "$warning" | Should -BeLike '*is an OCI image layout*Use -Source Oci*'
        (Get-Refusal { Test-ModelSignature $layout -SignaturePath "$TestDrive/layout.sig" @public }).Exception.Message | Should -BeLike '*is an OCI image layout: use -Source Oci*'
    }
}

Describe 'A layout that <Tool> writes' -ForEach @(
    @{ Tool = 'Docker'; Config = 'application/vnd.docker.ai.model.config.v0.1+json'; Layer = 'application/vnd.docker.ai.gguf.v3'; License = 'application/vnd.docker.ai.license'; Type = 'application/vnd.docker.ai.model'; Name = 'org.cncf.model.filepath' }
    @{ Tool = 'ModelPack'; Config = 'application/vnd.cncf.model.config.v1+json'; Layer = 'application/vnd.cncf.model.weight.v1.raw'; License = 'application/vnd.cncf.model.doc.v1.raw'; Type = 'application/vnd.cncf.model.manifest.v1+json'; Name = 'org.cncf.model.filepath' }
    @{ Tool = 'ORAS'; Config = 'application/vnd.oci.empty.v1+json'; Layer = 'application/octet-stream'; License = 'application/octet-stream'; Type = 'application/vnd.unknown.artifact.v1'; Name = 'org.opencontainers.image.title' }
) {
    BeforeAll {
        # One layout with two versions of a model, v1 and v2, and the extracted files of the second.
        $layout, $plain = "$TestDrive/$Tool", "$TestDrive/$Tool-plain"
        $null = New-Item "$layout/blobs/sha256", $plain -ItemType Directory -Force
        function Add-Text([string] $Type, [string] $Text, [hashtable] $Annotations = @{}) {
            $bytes = [Text.Encoding]::UTF8.GetBytes($Text)
            $hex = [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData($bytes)).ToLowerInvariant()
            [IO.File]::WriteAllBytes("$layout/blobs/sha256/$hex", $bytes)
            @{ mediaType = $Type; digest = "sha256:$hex"; size = $bytes.Length; annotations = $Annotations }
        }
        $manifests = foreach ($tag in 'v1', 'v2') {
            $document = @{
                schemaVersion = 2
                mediaType     = 'application/vnd.oci.image.manifest.v1+json'
                artifactType  = $Type
                config        = Add-Text $Config '{}'
                layers        = @((Add-Text $Layer "weights of $tag" @{ $Name = 'model.gguf' }), (Add-Text $License 'MIT' @{ $Name = 'LICENSE' }))
            } | ConvertTo-Json -Depth 5
            Add-Text 'application/vnd.oci.image.manifest.v1+json' $document @{ 'org.opencontainers.image.ref.name' = $tag }
        }
        @{ schemaVersion = 2; manifests = @($manifests) } | ConvertTo-Json -Depth 5 | Set-Content "$layout/index.json"
        Set-Content "$layout/oci-layout" '{"imageLayoutVersion":"1.0.0"}'
        Set-Content "$plain/model.gguf" 'weights of v2' -NoNewline
        Set-Content "$plain/LICENSE" 'MIT' -NoNewline
    }

    It 'is listed, compared, signed and verified, also as the folder that it unpacks to' {
        (Get-ModelManifest $layout -Source Oci -Revision v1).Name | Should -Be @('LICENSE', 'model.gguf')
        $found = Compare-ModelManifest $layout $layout -Source Oci -ReferenceRevision v1 -Revision v2
        "$($found.Change) $($found.Name)" | Should -Be 'Changed model.gguf'
        Compare-ModelManifest $plain $layout -Source Oci -Revision v2 | Should -BeNullOrEmpty
        $signature = "$TestDrive/$Tool.sig"
        (New-ModelSignature $layout -Source Oci -Revision v2 -SignaturePath $signature @private).Source | Should -Be 'Oci'
        (Test-ModelSignature $layout -Source Oci -Revision v2 -SignaturePath $signature @public).Status | Should -Be 'Valid'
        (Test-ModelSignature $plain -SignaturePath $signature @public).Status | Should -Be 'Valid'
        (Get-Refusal { Test-ModelSignature $layout -Source Oci -Revision v1 -SignaturePath $signature @public }).TargetObject.ChangedFiles.Name | Should -Be 'model.gguf'
    }
}

Describe 'A model in the store of ollama' {
    BeforeAll {
        $store = "$TestDrive/ollama"
        $null = New-Item "$store/blobs", "$store/manifests/registry.ollama.ai/library/tiny" -ItemType Directory -Force
        function Add-Blob([string] $Type, [string] $Text) {
            $hex = [Convert]::ToHexString([System.Security.Cryptography.SHA256]::HashData([Text.Encoding]::UTF8.GetBytes($Text))).ToLowerInvariant()
            Set-Content "$store/blobs/sha256-$hex" $Text -NoNewline
            @{ mediaType = $Type; digest = "sha256:$hex"; size = $Text.Length }
        }
        foreach ($tag in @{ Name = 'latest'; Model = 'gguf' }, @{ Name = 'other'; Model = 'other gguf' }) {
            @{
                schemaVersion = 2
                config        = Add-Blob 'application/vnd.docker.container.image.v1+json' '{}'
                layers        = @(Add-Blob 'application/vnd.ollama.image.model' $tag.Model)
            } | ConvertTo-Json -Depth 5 | Set-Content "$store/manifests/registry.ollama.ai/library/tiny/$($tag.Name)"
        }
    }

    It 'needs the path of its signature, and verifies with it' {
        (Get-Refusal { New-ModelSignature $store -Source Ollama -Revision tiny @private }).FullyQualifiedErrorId | Should -BeLike 'StoreSignaturePath,*'
        (Get-Refusal { Test-ModelSignature $store -Source Ollama -Revision tiny @public }).FullyQualifiedErrorId | Should -BeLike 'StoreSignaturePath,*'
        $null = New-ModelSignature $store -Source Ollama -Revision tiny -SignaturePath "$TestDrive/tiny.sig" @private
        (Test-ModelSignature $store -Source Ollama -Revision tiny:latest -SignaturePath "$TestDrive/tiny.sig" @public).Source | Should -Be 'Ollama'
        (Get-ModelManifest $store -Source Ollama -Revision tiny).Name | Should -Be @('config', 'model')
    }

    It 'is recognised where -Source is forgotten' {
        $warning = New-ModelSignature $store -SignaturePath "$TestDrive/folder.sig" @private 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] }
        "$warning" | Should -BeLike '*is a store of ollama*Use -Source Ollama*'
    }

    It 'is compared with another one of the store' {
        Compare-ModelManifest $store $store -Source Ollama -ReferenceRevision tiny -Revision tiny:latest | Should -BeNullOrEmpty
        $found = Compare-ModelManifest $store $store -Source Ollama -ReferenceRevision tiny -Revision tiny:other
        "$($found.Change) $($found.Name)" | Should -Be 'Changed model'
    }
}
