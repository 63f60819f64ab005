# Codes a file of any number of records: create, upload, wait, download.
#
#     ./code-file.ps1 -ApiUrl https://coder.example ../sample.jsonl coded.jsonl
#
# Only partners may do this. Input and output have one record a line. What was begun stands
# in a file beside the output: run the same command again after a crash, and it goes on.
# Windows PowerShell 5.1 holds the upload in memory: for over a gigabyte use PowerShell 7.

[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Mandatory = $true)] [string] $ApiUrl,
    [string] $AuthUrl, # where tokens come from another host
    [string] $Topic = 'osca', # or anzsco
    [Parameter(Mandatory = $true, Position = 0)] [string] $InputFile,
    [Parameter(Mandatory = $true, Position = 1)] [string] $OutputFile,
    [int] $PollEverySec = 600
)
. "$PSScriptRoot/service.ps1"

# Returns the answer that has the links, once the operation is complete.
function Wait-Operation($Service, [string] $Id) {
    while ($true) {
        $answer = Invoke-CodingService $Service 'Get' "batch-code/operations/$Id"
        $operation = ConvertFrom-Json $answer
        $state = $operation.operationStatus
        Write-Host "$(Get-Date -Format HH:mm:ss) $state"
        if ($state -eq 'complete') { return $operation }
        if ($state -eq 'failed') { throw "Operation $Id failed: $($operation.error)" }
        if ($state -eq 'timed_out') {
            throw "Operation $Id timed_out: no file was uploaded in time"
        }
        Start-Sleep -Seconds $PollEverySec
    }
}

try {
    $source = (Resolve-Path $InputFile).ProviderPath
    $output = Get-WholePath $OutputFile
    $began = "$output.operation"
    $service = New-CodingService $ApiUrl $AuthUrl $Topic

    # Creates an operation, and notes its id at once: nobody can look it up later. Keep the
    # folder to yourself: for now the note also holds the link for the upload.
    if (-not (Test-Path $began)) {
        $null = Resolve-Path (Split-Path $output)
        $answer = Invoke-CodingService $service 'Post' 'batch-code' '{}'
        Set-Content -Path $began -Value $answer -Encoding Ascii
    }
    $operation = ConvertFrom-Json (Get-Content -Raw $began)
    if ($operation.requestUploadUrl) {
        Send-File $operation.requestUploadUrl $source $operation.bucketKmsKeyArn
        $note = @{ operationId = $operation.operationId } | ConvertTo-Json -Depth 5
        Set-Content -Path $began -Value $note -Encoding Ascii
    }
    $done = Wait-Operation $service $operation.operationId
    Save-Link $done.responseDownloadUrl $output
    if ($done.metadataDownloadUrl) { # which model coded
        Save-Link $done.metadataDownloadUrl "$output.metadata.json"
    }
    Remove-Item $began
} catch {
    [Console]::Error.WriteLine($_.Exception.Message)
    if ($began -and (Test-Path $began)) {
        [Console]::Error.WriteLine(
            "Run this again to go on, or delete $began first to begin anew.")
    }
    exit 1
}
