# Prints a token. It goes into the header Authorization of every call, and lasts an hour.
#
#     ./get-token.ps1 -ApiUrl https://coder.example

[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Mandatory = $true)] [string] $ApiUrl,
    [string] $AuthUrl # where tokens come from another host
)
. "$PSScriptRoot/service.ps1"

try {
    Get-Token (New-CodingService $ApiUrl $AuthUrl '')
} catch {
    [Console]::Error.WriteLine($_.Exception.Message)
    exit 1
}
