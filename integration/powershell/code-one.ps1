# Codes one record and prints the answer.
#
#     ./code-one.ps1 -ApiUrl https://coder.example 'software developer' 'writing code'

[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Mandatory = $true)] [string] $ApiUrl,
    [string] $AuthUrl, # where tokens come from another host
    [string] $Topic = 'osca', # or anzsco
    [Parameter(Mandatory = $true, Position = 0)] [string] $Title,
    [Parameter(Position = 1)] [string] $Tasks
)
. "$PSScriptRoot/service.ps1"

try {
    $record = [ordered] @{ occp_text = $Title }
    if ($Tasks) { $record.tasks_text = $Tasks }
    # Without -Depth, ConvertTo-Json cuts off what lies deeper than two levels.
    $body = [ordered] @{ record = $record; numberOfSuggestions = 3 } |
        ConvertTo-Json -Depth 5 -Compress
    $service = New-CodingService $ApiUrl $AuthUrl $Topic
    $answer = Invoke-CodingService $service 'Post' 'code' $body
    ConvertFrom-Json $answer | ConvertTo-Json -Depth 5
} catch {
    [Console]::Error.WriteLine($_.Exception.Message)
    exit 1
}
