# From answers to the cells of a CSV file; all four languages here write the same bytes.
#
# Every cell is quoted, rows end in CR LF, and the text is UTF-8 without a mark. Texts that
# people wrote get an apostrophe in front where a spreadsheet would run them as a formula.

$codeFields = 'codeCategory', 'codeLabel', 'codeConfidence'

# Of answers to a call, and of the output of a batch.
$answerColumns = @(
    'recordId', 'codeStatus', 'input.occp_text', 'input.tasks_text'
    foreach ($code in 'result_1', 'result_2', 'result_3') {
        foreach ($field in $codeFields) { "$code.$field" }
    }
)
$outputColumns = @(
    'recordId', 'codeStatus', 'error', 'input.occp_text', 'input.tasks_text'
    foreach ($code in 'result', 'suggestions_1', 'suggestions_2', 'suggestions_3') {
        foreach ($field in $codeFields) { "$code.$field" }
    }
)

# The last four are = + - @ in their full-width forms.
$beginsAFormula = '^[=+\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]'

# Makes texts of numbers, so that they keep the digits that they have.
$numbers = '("(?:recordId|codeConfidence)"\s*:\s*)(-?[0-9][0-9.eE+-]*)'

# Where a text begins that ConvertFrom-Json would make a date of. A mark keeps it from that.
$dates = '(?<!\\)"(?=\d{4}-\d\d-\d\dT|\\?/Date\()'
$mark = [char] 0xE000

# Returns what a text of JSON holds; ids and confidences are texts.
function ConvertFrom-Answer([string] $Text) {
    ConvertFrom-Json (($Text -creplace $numbers, '$1"$2"') -creplace $dates, "`"$mark")
}

# Returns the cells of an answer to a call.
function Get-AnswerCells($Record) {
    foreach ($name in 'recordId', 'codeStatus') { Get-Cell $Record $name }
    Get-Texts $Record
    Get-Codes $Record.result 3
}

# Returns the cells of a line of the output of a batch.
function Get-OutputCells($Record) {
    foreach ($name in 'recordId', 'codeStatus', 'error') { Get-Cell $Record $name }
    Get-Texts $Record
    Get-Codes $Record.result 1
    Get-Codes $Record.suggestions 3
}

# Returns a row of the CSV.
function ConvertTo-Row([string[]] $Cells) {
    '"' + (($Cells -replace '"', '""') -join '","') + "`"`r`n"
}

# Returns what writes a file as UTF-8.
function New-Writer([string] $Path) {
    $utf8 = New-Object Text.UTF8Encoding $false # without a mark
    New-Object IO.StreamWriter -ArgumentList $Path, $false, $utf8
}

# Returns the text that stands under a name; what is no text, or not there, is ''.
function Get-Cell($Value, [string] $Name) {
    $found = $null
    if ($Value -is [Management.Automation.PSCustomObject]) { $found = $Value.$Name }
    if ($found -is [string]) { $found.TrimStart($mark) } else { '' }
}

# Returns the two texts; the input of a line that is no record has none.
function Get-Texts($Record) {
    foreach ($name in 'occp_text', 'tasks_text') {
        $text = Get-Cell $Record.input $name
        if ($text -match $beginsAFormula) { "'$text" } else { $text }
    }
}

# Returns the cells of n codes; those that are not there stay empty.
function Get-Codes($Codes, [int] $N) {
    for ($i = 0; $i -lt $N; $i++) {
        foreach ($field in $codeFields) { Get-Cell (@($Codes)[$i]) $field }
    }
}
