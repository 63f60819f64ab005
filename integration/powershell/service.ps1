# What all scripts here share: the token, and calls that are tried again.
#
# For Windows PowerShell 5.1 and PowerShell 7. Proxies are those of Windows, or come from
# the usual variables (HTTPS_PROXY, NO_PROXY); authorities of your own belong into the
# certificate store. Keep these files in ASCII: 5.1 does not read scripts as UTF-8.

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue' # the progress bar makes transfers slow
$timeoutSec = 120
$uploadTimeoutSec = 6 * 3600

# 5.1 may begin with older versions of TLS, does not know the variables, and logs in to a
# proxy of the organisation only when told to.
if ($PSVersionTable.PSVersion.Major -lt 6) {
    [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
    if ($env:HTTPS_PROXY) {
        [string[]] $excepted = $env:NO_PROXY -split ',' | Where-Object { $_.Trim() } |
            ForEach-Object { [regex]::Escape($_.Trim().TrimStart('*', '.')) + '(:\d+)?$' }
        [Net.WebRequest]::DefaultWebProxy =
            New-Object Net.WebProxy -ArgumentList $env:HTTPS_PROXY, $true, $excepted
    }
    $logIn = [Net.CredentialCache]::DefaultCredentials
    [Net.WebRequest]::DefaultWebProxy.Credentials = $logIn
}

# Returns the coding service, as one client sees it.
function New-CodingService([string] $ApiUrl, [string] $AuthUrl, [string] $Topic) {
    if (-not $AuthUrl) { $AuthUrl = $ApiUrl }
    [pscustomobject] @{
        ApiUrl = $ApiUrl.TrimEnd('/')
        AuthUrl = $AuthUrl.TrimEnd('/')
        Topic = $Topic
        Token = ''
    }
}

# Returns a token for the id and secret in the environment; it lasts an hour.
function Get-Token($Service) {
    if (-not ($env:OCCODER_CLIENT_ID -and $env:OCCODER_CLIENT_SECRET)) {
        throw 'Set OCCODER_CLIENT_ID and OCCODER_CLIENT_SECRET first.'
    }
    $pair = "$($env:OCCODER_CLIENT_ID):$($env:OCCODER_CLIENT_SECRET)"
    $basic = [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($pair))
    $request = @{
        Method = 'Post'
        Uri = "$($Service.AuthUrl)/oauth2/token"
        Headers = @{ Authorization = "Basic $basic" }
        ContentType = 'application/x-www-form-urlencoded'
        Body = 'grant_type=client_credentials'
        TimeoutSec = $timeoutSec
    }
    $answer = Invoke-Patiently { Invoke-WebRequest @request -UseBasicParsing }
    (ConvertFrom-Json $answer.Content).access_token
}

# Calls the API and returns the text of its answer; the body is JSON, as text.
function Invoke-CodingService($Service, [string] $Method, [string] $Path, [string] $Body) {
    $hadToken = [bool] $Service.Token
    if (-not $hadToken) { $Service.Token = Get-Token $Service }
    $request = @{
        Method = $Method
        Uri = "$($Service.ApiUrl)/v1/topics/$($Service.Topic)/$Path"
        # The token stands alone in the header: no "Bearer" before it.
        Headers = @{ Authorization = $Service.Token }
        ContentType = 'application/json'
        TimeoutSec = $timeoutSec
        MaximumRedirection = 0
    }
    if ($Body) { $request.Body = [Text.Encoding]::UTF8.GetBytes($Body) }
    try {
        return (Invoke-Patiently { Invoke-WebRequest @request -UseBasicParsing }).Content
    } catch {
        # 403 also means that the hour of the token is over.
        if (-not $hadToken -or $_.Exception.Data['status'] -ne 403) { throw }
    }
    $Service.Token = ''
    Invoke-CodingService $Service $Method $Path $Body
}

# Sends a file to a link. The two headers beside its type show that it comes from who began.
function Send-File([string] $Uri, [string] $Path, [string] $Key) {
    $headers = @{
        'x-amz-server-side-encryption' = 'aws:kms'
        'x-amz-server-side-encryption-aws-kms-key-id' = $Key
    }
    $null = Invoke-Patiently {
        Invoke-WebRequest -Method Put -Uri $Uri -InFile $Path -Headers $headers `
            -ContentType 'application/json' -TimeoutSec $uploadTimeoutSec -UseBasicParsing
    }
}

# Saves what a link leads to; the link is the permission, so no token goes with it.
# -OutFile keeps every byte, which a ">" would not: that writes UTF-16 in 5.1.
function Save-Link([string] $Uri, [string] $Path) {
    Invoke-Patiently {
        Invoke-WebRequest -Uri $Uri -OutFile "$Path.part" -TimeoutSec $timeoutSec `
            -UseBasicParsing
    }
    Move-Item -Force "$Path.part" $Path
}

# Sends a request, again where that helps.
function Invoke-Patiently([scriptblock] $SendRequest) {
    foreach ($pause in 2, 4, 8, 16, 32, 0) {
        try {
            return & $SendRequest
        } catch {
            $failure = $_
        }
        $answer = $failure.Exception.Response
        if ($answer) {
            $status = [int] $answer.StatusCode
            $problem = "The service answered ${status}: $(Get-Message $failure)"
        } else {
            $status = 0
            $problem = "No whole answer: $($failure.Exception.Message)"
        }
        if ($pause -eq 0 -or $status -notin 0, 429, 500, 502, 503, 504) {
            $final = New-Object Exception $problem
            $final.Data['status'] = $status
            throw $final
        }
        $told = Get-RetryAfter $answer
        if ($told -match '^\d+$') { $pause = [int] $told }
        [Console]::Error.WriteLine("$problem`nTrying again in $pause s.")
        Start-Sleep -Seconds $pause
    }
}

# Returns how many seconds the service says to wait; 5.1 and 7 keep headers differently.
function Get-RetryAfter($Answer) {
    if (-not $Answer) { return '' }
    if ($Answer.Headers -is [Net.WebHeaderCollection]) {
        return $Answer.Headers['Retry-After']
    }
    [string] $Answer.Headers.RetryAfter
}

# Returns what the service says in an answer that reports an error. It is not read as JSON:
# some answers have both "message" and "Message", between which PowerShell can't tell.
function Get-Message($Failure) {
    $text = [string] $Failure.ErrorDetails.Message
    $texts = [regex]::Matches(
        $text, '"(?:[Mm]essage|error|error_description|detail)"\s*:\s*"((?:[^"\\]|\\.)*)"')
    if ($texts.Count -eq 0) { return $text.Substring(0, [Math]::Min(200, $text.Length)) }
    $parts = $texts | ForEach-Object { [regex]::Unescape($_.Groups[1].Value) }
    ($parts | Select-Object -Unique) -join "`n  "
}

# Returns the whole path of a file, which .NET needs.
function Get-WholePath([string] $Path) {
    $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
}
