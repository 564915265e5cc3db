BeforeAll {
    . "$PSScriptRoot/common.ps1"
    $before = $env:SIGSTORE_ID_TOKEN

    function New-Claims([hashtable] $More = @{}) {
        $claims = @{
            iss = 'https://issuer.example'; sub = 'person'; email = 'person@example.org'; email_verified = $true; aud = 'sigstore'
            iat = [DateTimeOffset]::UtcNow.AddMinutes(-1).ToUnixTimeSeconds(); exp = [DateTimeOffset]::UtcNow.AddMinutes(9).ToUnixTimeSeconds()
        }
        foreach ($name in $More.Keys) { $claims[$name] = $More[$name] }
        $claims
    }
}

AfterAll { $env:SIGSTORE_ID_TOKEN = $before }

Describe 'Get-SigstoreToken' {
    It 'takes the token of the environment, and shows it nowhere' {
        $env:SIGSTORE_ID_TOKEN = New-SampleToken (New-Claims)
        $token = Get-SigstoreToken
        $token.Identity | Should -Be 'person@example.org'
        $token.Issuer | Should -Be 'https://issuer.example'
        $token.Audience | Should -Be 'sigstore'
        $token.Expires.Offset | Should -Be ([timespan]::Zero)
        $token.IdentityToken | Should -BeOfType System.Security.SecureString
        $token.IdentityToken | ConvertFrom-SecureString -AsPlainText | Should -Be $env:SIGSTORE_ID_TOKEN
        foreach ($shown in ($token | Out-String -Width 4000), ($token | Format-List * | Out-String -Width 4000), "$token") {
            $shown | Should -Not -BeLike "*$($env:SIGSTORE_ID_TOKEN)*"
        }
    }

    It 'refuses <Name> with <Id>' -ForEach @(
        @{ Name = 'what is no token'; Id = 'IdentityTokenMalformed'; Make = { 'no token' } }
        @{ Name = 'a token that has ended'; Id = 'IdentityTokenExpired'; Make = { New-SampleToken (New-Claims @{ exp = 1 }) } }
        @{ Name = 'a token for somebody else'; Id = 'IdentityTokenAudience'; Make = { New-SampleToken (New-Claims @{ aud = 'another' }) } }
        @{ Name = 'an address that nobody verified'; Id = 'IdentityTokenEmailUnverified'; Make = { New-SampleToken (New-Claims @{ email_verified = $false }) } }
    ) {
        $env:SIGSTORE_ID_TOKEN = & $Make
        $refusal = Get-Refusal { Get-SigstoreToken }
        $refusal.FullyQualifiedErrorId | Should -Be "$Id,ModelSigning.GetSigstoreTokenCommand"
        $refusal.CategoryInfo.Category | Should -Be 'AuthenticationError'
        $refusal.Exception.Message | Should -Not -BeLike "*$($env:SIGSTORE_ID_TOKEN.Split('.')[-1])*"
    }

    It 'refuses an issuer that is not an address' {
        $env:SIGSTORE_ID_TOKEN = ''
        (Get-Refusal { Get-SigstoreToken -Issuer 'no address' }).FullyQualifiedErrorId | Should -Be 'IssuerInvalid,ModelSigning.GetSigstoreTokenCommand'
    }

    It 'knows three ways to sign in' {
        { Get-SigstoreToken -SignInFlow Letter } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        (Get-Command Get-SigstoreToken).Parameters.SignInFlow.Attributes.ValidValues | Should -Be 'Browser', 'OutOfBand', 'Device'
    }

    It 'runs no program of the current folder: <Variable>' -Skip:$IsWindows -ForEach @(
        @{ Variable = 'BUILDKITE'; Program = 'buildkite-agent' }
        @{ Variable = 'CIRCLECI'; Program = 'circleci' }
    ) {
        $env:SIGSTORE_ID_TOKEN = ''
        $folder = (New-Item "$TestDrive/$Variable/bin" -ItemType Directory -Force).Parent.FullName
        foreach ($path in "$folder/$Program", "$folder/bin/$Program") {
            Set-Content $path "#!/bin/sh`necho ran >'$folder/ran'"
            [IO.File]::SetUnixFileMode($path, 'UserRead, UserWrite, UserExecute')
        }
        $directory, $search, $variables = [Environment]::CurrentDirectory, $env:PATH, (Get-Item Env:CI, Env:GITHUB_ACTIONS, Env:GITLAB_CI, Env:ACTIONS_ID_TOKEN_REQUEST_URL -ErrorAction Ignore)
        try {
            $variables | Remove-Item
            [Environment]::CurrentDirectory = $folder
            $env:PATH = ".::bin:./bin:$search"
            Set-Item "Env:$Variable" 'true'
            (Get-Refusal { Get-SigstoreToken }).FullyQualifiedErrorId | Should -Be 'AmbientTokenUnavailable,ModelSigning.GetSigstoreTokenCommand'
        }
        finally {
            [Environment]::CurrentDirectory = $directory
            $env:PATH = $search
            Remove-Item "Env:$Variable"
            $variables | ForEach-Object { Set-Item "Env:$($_.Name)" $_.Value }
        }
        "$folder/ran" | Should -Not -Exist
    }
}
