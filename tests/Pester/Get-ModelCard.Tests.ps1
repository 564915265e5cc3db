BeforeAll {
    . "$PSScriptRoot/common.ps1"

    # A small model with a card, a configuration and one file of tensors.
    function New-CardModel([string] $Path, [string] $License = 'apache-2.0') {
        $null = New-Item $Path -ItemType Directory -Force
        Set-Content "$Path/README.md" "---`nlicense: $License`nbase_model: org/base`nbase_model_relation: finetune`ndatasets: [org/data]`nlanguage: [no]`n---`n# Tiny" -NoNewline
        Set-Content "$Path/config.json" '{"architectures":["LlamaForCausalLM"],"model_type":"llama","torch_dtype":"float16","max_position_embeddings":8192}' -NoNewline
        $header = [Text.Encoding]::UTF8.GetBytes('{"a":{"dtype":"BF16","shape":[4,8],"data_offsets":[0,64]}}')
        [IO.File]::WriteAllBytes("$Path/model.safetensors", [BitConverter]::GetBytes([uint64] $header.Length) + $header + [byte[]]::new(64))
        (Get-Item $Path).FullName
    }

    $key = New-SampleKey "$TestDrive/release.key"
    $model = New-CardModel "$TestDrive/model"
    $null = New-ModelSignature $model -PrivateKey $key.PrivateKeyPath
}

Describe 'Get-ModelCard' {
    It 'makes a verified card of what Test-ModelSignature hashed' {
        $result = Test-ModelSignature $model -PublicKey $key.PublicKeyPath
        $card = $result | Get-ModelCard
        $card.Verified | Should -BeTrue
        $card.Signer | Should -Be $result.Signer
        $card.RootDigest | Should -Be $result.RootDigest
        $card.License | Should -Be 'apache-2.0'
        $card.BaseModels | Should -Be 'org/base'
        $card.Languages | Should -Be 'no'
        $card.Parameters | Should -Be 32
        $card.TensorTypes.Type | Should -Be 'BF16'
        $card.ContextLength | Should -Be 8192
        $card.Files | Should -Be 'README.md', 'config.json', 'model.safetensors'
    }

    It 'has the bytes that were verified, whatever happens to the files afterwards' {
        $copy = New-CardModel "$TestDrive/later"
        $null = New-ModelSignature $copy -PrivateKey $key.PrivateKeyPath
        $result = Test-ModelSignature $copy -PublicKey $key.PublicKeyPath
        $null = New-CardModel $copy -License 'forged'
        ($result | Get-ModelCard).License | Should -Be 'apache-2.0'
        Remove-Item $copy -Recurse
        ($result | Get-ModelCard).Verified | Should -BeTrue
    }

    It 'refuses a forged card' {
        $forged = New-CardModel "$TestDrive/forged"
        $null = New-ModelSignature $forged -PrivateKey $key.PrivateKeyPath
        $null = New-CardModel $forged -License 'forged'
        (Get-Refusal { Test-ModelSignature $forged -PublicKey $key.PublicKeyPath | Get-ModelCard }).FullyQualifiedErrorId | Should -BeLike 'ModelMismatch,*'
        $refusal = Get-Refusal { Test-ModelSignature $forged -PublicKey $key.PublicKeyPath -Detailed | Get-ModelCard }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'CardNotVerified,*'
        $refusal.TargetObject | Should -Be $forged
    }

    It 'refuses a model that another key signed' {
        $other = New-SampleKey "$TestDrive/other.key"
        $refusal = Get-Refusal { Test-ModelSignature $model -PublicKey $other.PublicKeyPath -Detailed | Get-ModelCard }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'CardNotVerified,*'
    }

    It 'leaves out what the signature does not cover' {
        $partly = New-CardModel "$TestDrive/partly"
        $null = New-ModelSignature $partly -PrivateKey $key.PrivateKeyPath -IgnorePath README.md
        $null = New-CardModel $partly -License 'forged'
        $card = Test-ModelSignature $partly -PublicKey $key.PublicKeyPath -WarningAction SilentlyContinue | Get-ModelCard
        $card.License | Should -BeNullOrEmpty
        $card.Files | Should -Not -Contain 'README.md'
    }

    It 'has only the card of a file that was verified alone' {
        $card = Test-ModelSignature "$model/README.md" -SignaturePath "$model/model.sig" -PublicKey $key.PublicKeyPath | Get-ModelCard
        $card.Files | Should -Be 'README.md'
        $card.Architecture | Should -BeNullOrEmpty
    }

    It 'takes no result of another session for verified' {
        $result = Test-ModelSignature $model -PublicKey $key.PublicKeyPath
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($result))
        Get-Refusal { $copy | Get-ModelCard } | Should -Not -BeNullOrEmpty
    }

    It 'says that nothing was verified: <_>' -ForEach 'by a path', 'by a pattern', 'by the pipeline', 'by a literal path' {
        $card = switch ($_) {
            'by a path' { Get-ModelCard $model }
            'by a pattern' { Get-ModelCard "$TestDrive/mod?l" }
            'by the pipeline' { Get-Item $model | Get-ModelCard }
            'by a literal path' { Get-ModelCard -LiteralPath $model }
        }
        $card.Verified | Should -BeFalse
        $card.Signer | Should -BeNullOrEmpty
        $card.License | Should -Be 'apache-2.0'
        $card.Parameters | Should -Be 32
    }

    It 'shows which file says what where they do not agree' {
        $conflict = (Get-ModelCard $model).Conflicts
        $conflict.Property | Should -Be 'DataType'
        $conflict.Statements.File | Should -Be 'config.json', 'model.safetensors'
        "$conflict" | Should -Be "DataType: config.json says 'F16'; model.safetensors says 'BF16'"
    }

    It 'says in 80 columns that files do not agree, and what each of them says' {
        $PSStyle.OutputRendering = 'PlainText'
        $torn = New-CardModel "$TestDrive/torn"
        Set-Content "$torn/adapter_config.json" '{ "base_model_name_or_path": "somebody-else/another-base-model-with-a-very-long-name-that-does-not-fit" }'
        Set-Content "$torn/README.md" "---`nbase_model: somebody/one-base-model-with-a-very-long-name-that-does-not-fit-either`n---"
        $card = Get-ModelCard $torn
        $card | Out-String -Width 80 | Should -Match "Conflicts\b(.|\n)*\s$(@($card.Conflicts).Count)\s+torn"
        Get-ModelCard (New-CardModel "$TestDrive/whole") | ForEach-Object Conflicts | Should -HaveCount 1
        $text = $card.Conflicts | Out-String -Width 80
        $text | Should -Not -Match ([char] 0x2026)
        ($text -replace '\s') | Should -BeLike "*somebody/one-base-model-*-either';adapter_config.jsonsays'somebody-else/another-base-model-*-not-fit'*"
    }

    It 'refuses a card that is ambiguous, and shows the rest of it with -Detailed' {
        $double = New-CardModel "$TestDrive/double" -License "a`nlicense: b"
        $refusal = Get-Refusal { Get-ModelCard $double }
        $refusal.FullyQualifiedErrorId | Should -BeLike 'FrontMatterKeyTwice,*'
        $refusal.TargetObject.Architecture | Should -Be 'LlamaForCausalLM'
        $card = Get-ModelCard $double -Detailed
        $card.License | Should -BeNullOrEmpty
        $card.UnreadFiles | Should -BeLike '*README.md*twice*'
        $null = New-ModelSignature $double -PrivateKey $key.PrivateKeyPath
        (Get-Refusal { Test-ModelSignature $double -PublicKey $key.PublicKeyPath | Get-ModelCard }).FullyQualifiedErrorId | Should -BeLike 'FrontMatterKeyTwice,*'
    }

    It 'shows hostile text harmlessly on lines of 80 columns' {
        $PSStyle.OutputRendering = 'PlainText'
        $hostile = New-CardModel "$TestDrive/hostile" -License '"\e[31m"'
        $text = Get-ModelCard $hostile | Format-List | Out-String -Width 80
        $text | Should -Match 'License +: \\u001b\[31m'
        $text | Should -Not -Match "`e"
        $text -split '\r?\n' | Where-Object Length -GT 80 | Should -BeNullOrEmpty
    }
}
