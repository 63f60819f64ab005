"""Code a file of any number of records: create, upload, wait, download.

    python code_file.py --api-url https://coder.example ../sample.jsonl coded.jsonl

Only partners may do this. Input and output have one record a line. What was begun stands
in a file beside the output: run the same command again after a crash, and it goes on.
"""

import json
import time
from pathlib import Path

from service import Failed, Service, options, request, run


def begin(service, began):
    """Create an operation, and note its id at once: nobody can look it up later."""
    operation = json.loads(service.call("POST", "batch-code", "{}"))
    began.touch(mode=0o600)  # for you only: it also holds the link for the upload
    began.write_text(json.dumps(operation), encoding="utf-8")
    return operation


def upload(operation, records, began):
    """Send the file. These two headers show that it comes from who began."""
    headers = {
        "Content-Type": "application/json",
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": operation["bucketKmsKeyArn"],
    }
    request("PUT", operation.pop("requestUploadUrl"), headers, records)
    began.write_text(json.dumps(operation), encoding="utf-8")


def wait(service, operation_id, poll_every_s):
    """Return the answer that has the links, once the operation is complete."""
    while True:
        answer = service.call("GET", f"batch-code/operations/{operation_id}")
        status = json.loads(answer)
        print(time.strftime("%H:%M:%S"), status["operationStatus"], flush=True)
        if status["operationStatus"] == "complete":
            return status
        if status["operationStatus"] in ("failed", "timed_out"):
            why = status.get("error", "no file was uploaded in time")
            raise Failed(f"Operation {operation_id} {status['operationStatus']}: {why}")
        time.sleep(poll_every_s)


def download(url, path):
    """Save what a link leads to; the link is the permission, so no token goes with it."""
    part = path.with_name(path.name + ".part")
    request("GET", url, {}, save_as=part)
    part.replace(path)


def main():
    """Code one file."""
    parser = options(__doc__)
    parser.add_argument("input", type=Path, help="records, as JSON Lines")
    parser.add_argument("output", type=Path, help="where the answers go, as JSON Lines")
    parser.add_argument("--poll-every", type=float, default=600, metavar="SECONDS")
    arguments = parser.parse_args()
    service, output = Service(arguments), arguments.output
    began = output.with_name(output.name + ".operation")
    if not arguments.input.is_file() or not output.parent.is_dir():
        raise Failed(f"There is no {arguments.input}, or no folder for {output}.")

    try:
        if began.exists():
            operation = json.loads(began.read_text(encoding="utf-8"))
        else:
            operation = begin(service, began)
        if "requestUploadUrl" in operation:
            upload(operation, arguments.input, began)
        status = wait(service, operation["operationId"], arguments.poll_every)
        download(status["responseDownloadUrl"], output)
        if "metadataDownloadUrl" in status:  # which model coded
            metadata = output.with_name(output.name + ".metadata.json")
            download(status["metadataDownloadUrl"], metadata)
    except (Failed, OSError) as failure:
        hint = f"Run this again to go on, or delete {began} first to begin anew."
        raise Failed(f"{failure}\n{hint}" if began.exists() else f"{failure}") from None
    began.unlink()


run(main)
