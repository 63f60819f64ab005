# Codes up to 300 records at once, and writes the answers as CSV (or JSON).
#
#     ./code-batch.ps1 -ApiUrl https://coder.example ../sample.jsonl coded.csv
#
# The input has one record a line. One that is refused fails them all, and the message says
# which; the first has the index 0. An output that ends in .json gets the answer as it came.

[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Mandatory = $true)] [string] $ApiUrl,
    [string] $AuthUrl, # where tokens come from another host
    [string] $Topic = 'osca', # or anzsco
    [Parameter(Mandatory = $true, Position = 0)] [string] $InputFile,
    [Parameter(Mandatory = $true, Position = 1)] [string] $OutputFile
)
. "$PSScriptRoot/service.ps1"
. "$PSScriptRoot/cells.ps1"

try {
    # The lines go as they stand: read and written again, texts like dates would change.
    $lines = Get-Content -Encoding UTF8 $InputFile | ForEach-Object { $_.Trim() }
    $records = @($lines | Where-Object { $_ }) -join ','
    $body = '{"records":[' + $records + '],"numberOfSuggestions":3}'
    $service = New-CodingService $ApiUrl $AuthUrl $Topic
    $answer = Invoke-CodingService $service 'Post' 'code' $body

    $output = Get-WholePath $OutputFile
    $writer = New-Writer "$output.part"
    try {
        if ($output -like '*.json') {
            $writer.Write($answer)
        } else {
            $writer.Write((ConvertTo-Row $answerColumns))
            foreach ($record in (ConvertFrom-Answer $answer)) {
                $writer.Write((ConvertTo-Row (Get-AnswerCells $record)))
            }
        }
    } finally {
        $writer.Dispose()
    }
    Move-Item -Force "$output.part" $output
} catch {
    [Console]::Error.WriteLine($_.Exception.Message)
    exit 1
}
