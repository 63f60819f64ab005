"""The settings of asynchronous batches."""

from dataclasses import dataclass

from occoder.settings.setting_types import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSettings:
    """What an operator may set of batches; a part of `Settings`.

    Parameters
    ----------
    all
        As `settings.md` lists them, each with the sentence that stands beside it here.
    """

    dispatcher: bool = setting(
        "flag",
        True,
        "Work on batches beside answering calls; false where `occoder dispatch` runs.",
    )
    executor: str = setting(
        "text",
        "",
        "Scheduler of a Dask cluster that codes batches, tls://host:port or "
        "tcp://host:port; by default processes of this machine.",
    )
    batch_workers: int = setting(
        "number", 0, "Processes of this machine that code batches; 0 for one a core."
    )
    batches_at_once: int = setting(
        "count", 4, "Operations that a dispatcher works on at the same time."
    )
    objects: str = setting(
        "text",
        "",
        "Where batches are stored: a folder, or s3://prefix for the buckets "
        "prefix-ingress, prefix-validated and prefix-egress; by default in the data "
        "folder.",
    )
    storage_keys_folder: str = setting(
        "text",
        "",
        "Folder of the keys that seal what is stored; by default beside the data folder, "
        "with -keys added to its name.",
    )
    public_url: str = setting(
        "text",
        "",
        "Beginning of upload and download links, https://host; by default as the client "
        "called.",
    )
    s3_endpoint: str = setting(
        "text", "", "Address of the S3 store; by default that of AWS for the region."
    )
    s3_region: str = setting("text", "", "Region of the S3 store.")
    s3_kms_key: str = setting(
        "text",
        "",
        "Key of the S3 store's key service for input and output; {client} in it stands "
        "for the client's id.",
    )
    clamd: str = setting(
        "text",
        "",
        "Scanner for malware, as the path of its socket or host:port; none when empty.",
    )
    async_max_chars: int | None = setting(
        "count", None, "Longest text in a batch, instead of the preset's."
    )
    async_null_record_id: bool = setting(
        "flag", False, "Answer null in a batch where a record has no recordId."
    )
    async_reason: bool = setting(
        "flag",
        False,
        "Say in a batch too why a record has no code; the ABS's own pandas script then "
        "makes a column more.",
    )
    upload_max_bytes: int = setting(
        "count", 5 * 1024**3, "Largest input file of a batch, in bytes."
    )
    upload_url_ttl_s: int = setting(
        "count", 3600, "Seconds in which an upload must begin; then its operation is over."
    )
    download_url_ttl_s: int = setting(
        "count", 3600, "Seconds that a download link is good for."
    )
    output_ttl_s: int = setting(
        "count", 86400, "Seconds after which the output of a batch is deleted."
    )
    input_ttl_s: int = setting(
        "count", 86400, "Seconds after which input is deleted, whatever became of it."
    )
    status_ttl_s: int = setting(
        "count", 86400, "Seconds that is kept what became of a batch, after its output."
    )
    sweep_every_s: int = setting(
        "count", 60, "Seconds between two looks for what is to be deleted."
    )
    lease_s: int = setting(
        "count",
        30,
        "Seconds after which another dispatcher takes over from one that died.",
    )
    disk_reserve_bytes: int = setting(
        "number",
        1024**3,
        "Space on the disk that no upload may use, in bytes.",
    )
