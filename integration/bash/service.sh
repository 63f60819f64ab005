# What all scripts here share: options, the token, and calls that are tried again.
#
# Needs Bash 4.4, curl and jq 1.6. Proxies come from the usual variables (HTTPS_PROXY,
# NO_PROXY), and CURL_CA_BUNDLE names authorities of your own to trust.
# shellcheck shell=bash

set -euo pipefail

TIMEOUT_S=120 # for connecting, and without a single byte

# Answers stand in a folder for you only, which is deleted in the end.
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Ends the script; the text is for the person who runs it.
hint=''
fail() {
    printf '%s\n' "$1" ${hint:+"$hint"} >&2
    exit 1
}

# Reads the options that all scripts have; what is left goes into the list "arguments".
# shellcheck disable=SC2034 # what it sets is used by the scripts
read_options() {
    api_url='' auth_url='' topic=osca poll_every=600 token='' arguments=()
    while (($#)); do
        case $1 in
            --api-url) api_url=${2-} ;;
            --auth-url) auth_url=${2-} ;; # where tokens come from another host
            --topic) topic=${2-} ;;       # osca or anzsco
            --poll-every) poll_every=${2-} ;; # seconds
            --*) fail "There is no option $1." ;;
            *) arguments+=("$1") && shift && continue ;;
        esac
        shift 2 || fail "$1 needs a value."
    done
    [[ $api_url ]] || fail 'Give the address of the API: --api-url https://...'
    api_url=${api_url%/}
    auth_url=${auth_url:-$api_url}
    auth_url=${auth_url%/}
}

# Prints a setting as curl reads it from its standard input. All goes that way, because
# everybody on this machine can read the arguments of a command, and links are secret too.
setting() {
    local value=${2//\\/\\\\}
    printf '%s = "%s"\n' "$1" "${value//\"/\\\"}"
}

# Sends a request, again where that helps: request FILE_FOR_THE_ANSWER SETTINGS.
# The number that the service answers with is then in "status".
request() {
    local pause told problem
    for pause in 2 4 8 16 32 0; do
        : > "$folder/headers"
        status=$(curl --config - --silent --show-error --globoff \
            --connect-timeout "$TIMEOUT_S" --speed-time "$TIMEOUT_S" \
            --dump-header "$folder/headers" --output "$1" --write-out '%{http_code}' \
            2> "$folder/problem" <<< "$2") || status=000
        case $status in
            2??) return ;;
            000) problem="No whole answer: $(< "$folder/problem")" ;;
            *) problem="The service answered $status: $(message "$1")" ;;
        esac
        if [[ ! $status =~ ^(000|429|500|502|503|504)$ || $pause == 0 ]]; then
            printf '%s\n' "$problem" > "$folder/problem"
            return 1
        fi
        told=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]*\).*/\1/p' "$folder/headers")
        printf '%s\nTrying again in %s s.\n' "$problem" "${told:-$pause}" >&2
        sleep "${told:-$pause}"
    done
}

# Prints what the service says in an answer that reports an error.
message() {
    jq -er '[.message // .Message, .error, .error_description, .errors[]?.detail]
        | map(strings) | select(length > 0) | join("\n  ")' "$1" 2> /dev/null ||
        grep -o '<Message>[^<]*' "$1" | sed 's/<Message>//' || # from the store of files
        head -c 200 "$1"
}

# Gets a token for the id and secret in the environment; it lasts an hour.
get_token() {
    [[ ${OCCODER_CLIENT_ID-} && ${OCCODER_CLIENT_SECRET-} ]] ||
        fail 'Set OCCODER_CLIENT_ID and OCCODER_CLIENT_SECRET first.'
    request "$folder/token" "$(
        setting url "$auth_url/oauth2/token"
        setting user "$OCCODER_CLIENT_ID:$OCCODER_CLIENT_SECRET"
        setting data grant_type=client_credentials
    )" || fail "$(< "$folder/problem")"
    token=$(jq -r .access_token "$folder/token")
}

# Calls the API: call PATH [BODY], the body as JSON. The answer is in $folder/answer.
call() {
    local had_token=$token
    [[ $# == 1 ]] || printf %s "$2" > "$folder/body"
    [[ $token ]] || get_token
    request "$folder/answer" "$(
        setting url "$api_url/v1/topics/$topic/$1"
        # The token stands alone in the header: no "Bearer" before it.
        setting header "Authorization: $token"
        setting header 'Content-Type: application/json'
        [[ $# == 1 ]] || setting data-binary "@$folder/body"
    )" && return
    # 403 also means that the hour of the token is over.
    [[ $had_token && $status == 403 ]] || fail "$(< "$folder/problem")"
    token=''
    call "$@"
}
