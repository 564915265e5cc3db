# Signs a model on a device and verifies it there and on the processor: gpu-model.ps1 DEVICE FOLDER GIBIBYTES. A step of gpu.sh and gpu.ps1. The exit code is 0 if
# both say that it is valid, and the device says that it is not after one bit of it is changed.
param([Parameter(Mandatory)][string] $Device, [Parameter(Mandatory)][string] $Folder, [Parameter(Mandatory)][double] $Gibibytes)
$ErrorActionPreference = 'Stop'
$model = New-Item -ItemType Directory "$Folder/model"
$chunk = [byte[]]::new(64MB)
[Random]::new(1).NextBytes($chunk)
$file = [IO.File]::Create("$model/weights.bin")
foreach ($number in 1..[Math]::Max(1, [int]($Gibibytes * 16))) {
    $chunk[0] = $number -band 255
    $file.Write($chunk)
}
$file.Dispose()
$null = New-ModelSigningKey "$Folder/release.key" -NoPassword
$public = @{ PublicKey = "$Folder/release.pub"; Quiet = $true }

$clock = [Diagnostics.Stopwatch]::StartNew()
$null = New-ModelSignature $model -PrivateKey "$Folder/release.key" -HashAlgorithm blake3 -Device $Device
$signing = $clock.Elapsed.TotalSeconds
$clock.Restart()
$onDevice = Test-ModelSignature $model @public -Device $Device
$verifying = $clock.Elapsed.TotalSeconds
$clock.Restart()
$onProcessor = Test-ModelSignature $model @public
$processor = $clock.Elapsed.TotalSeconds
$file = [IO.File]::Open("$model/weights.bin", 'Open', 'ReadWrite')
$file.Position = $file.Length / 2
$byte = $file.ReadByte()
$file.Position--
$file.WriteByte($byte -bxor 1)
$file.Dispose()
# The verdict, because an error of the device would also be false.
$changed = Test-ModelSignature $model -PublicKey "$Folder/release.pub" -Device $Device -Detailed
"After a change: $($changed.ErrorId) $($changed.ChangedFiles.Name)"
'RESULT signed in {0:0.0} s, verified on the device in {1:0.0} s, by the processor in {2:0.0} s' -f $signing, $verifying, $processor
exit [int](-not ($onDevice -and $onProcessor -and $changed.Status -eq 'HashMismatch' -and @($changed.ChangedFiles).Count -eq 1))
