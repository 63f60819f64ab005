# Turns the output of a batch into CSV, line by line, so that its size does not matter.
#
#     ./jsonl-to-csv.ps1 coded.jsonl coded.csv

[CmdletBinding(PositionalBinding = $false)]
param(
    [Parameter(Mandatory = $true, Position = 0)] [string] $InputFile,
    [Parameter(Mandatory = $true, Position = 1)] [string] $OutputFile
)
. "$PSScriptRoot/service.ps1"
. "$PSScriptRoot/cells.ps1"

try {
    $output = Get-WholePath $OutputFile
    $reader = New-Object IO.StreamReader (Get-WholePath $InputFile)
    $writer = New-Writer "$output.part"
    try {
        $writer.Write((ConvertTo-Row $outputColumns))
        $number = 0
        while ($null -ne ($line = $reader.ReadLine())) {
            $number++
            if (-not $line.Trim()) { continue }
            try {
                $record = ConvertFrom-Answer $line
            } catch {
                throw "Line $number of $InputFile is not JSON."
            }
            $writer.Write((ConvertTo-Row (Get-OutputCells $record)))
        }
    } finally {
        $reader.Dispose()
        $writer.Dispose()
    }
    Move-Item -Force "$output.part" $output
} catch {
    [Console]::Error.WriteLine($_.Exception.Message)
    exit 1
}
