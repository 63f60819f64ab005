#!/usr/bin/env bash
# Codes a file of any number of records: create, upload, wait, download.
#
#     ./code-file.sh --api-url https://coder.example ../sample.jsonl coded.jsonl
#
# Only partners may do this. Input and output have one record a line. What was begun stands
# in a file beside the output: run the same command again after a crash, and it goes on.
# It asks every ten minutes how far the work is, or every --poll-every SECONDS.

source "$(dirname "${BASH_SOURCE[0]}")/service.sh"
read_options "$@"
[[ ${#arguments[@]} == 2 ]] || fail 'Give the input and the output.'
input=${arguments[0]} output=${arguments[1]}
began=$output.operation

[[ -f $input && -d $(dirname "$output") ]] || fail "No $input, or no folder for $output."

# Creates an operation, and notes its id at once: nobody can look it up later.
if [[ ! -e $began ]]; then
    call batch-code '{}'
    # For you only: it also holds the link for the upload.
    (umask 077 && cp "$folder/answer" "$began")
fi
operation=$(jq -r .operationId "$began")
hint="Run this again to go on, or delete $began first to begin anew."

# Sends the file. The last two headers show that it comes from who began.
upload_url=$(jq -r '.requestUploadUrl // ""' "$began")
if [[ $upload_url ]]; then
    key=$(jq -r .bucketKmsKeyArn "$began")
    request "$folder/answer" "$(
        setting url "$upload_url"
        setting upload-file "$input"
        setting header 'Content-Type: application/json'
        setting header 'x-amz-server-side-encryption: aws:kms'
        setting header "x-amz-server-side-encryption-aws-kms-key-id: $key"
    )" || fail "$(< "$folder/problem")"
    jq -n --arg id "$operation" '{operationId: $id}' > "$began"
fi

# Waits.
while true; do
    call "batch-code/operations/$operation"
    state=$(jq -r .operationStatus "$folder/answer")
    echo "$(date +%H:%M:%S) $state"
    case $state in
        complete) break ;;
        failed | timed_out)
            why=$(jq -r '.error // "no file was uploaded in time"' "$folder/answer")
            fail "Operation $operation $state: $why"
            ;;
    esac
    sleep "$poll_every"
done

# Saves what a link leads to; the link is the permission, so no token goes with it.
download() {
    request "$2.part" "$(setting url "$1")" || fail "$(< "$folder/problem")"
    mv "$2.part" "$2"
}
metadata_url=$(jq -r '.metadataDownloadUrl // ""' "$folder/answer")
download "$(jq -r .responseDownloadUrl "$folder/answer")" "$output"
if [[ $metadata_url ]]; then # which model coded
    download "$metadata_url" "$output.metadata.json"
fi
rm "$began"
