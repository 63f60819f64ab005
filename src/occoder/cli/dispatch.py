"""The command that works on batches, where `occoder serve` does not."""

from occoder.cli.service_options import DatabaseUrl, Log, settings_from


def dispatch(database_url: DatabaseUrl = None, log_format: Log = None) -> None:
    """Work on asynchronous batches until told to stop.

    For machines of their own: `occoder serve` does the same beside answering calls,
    unless OCCODER_DISPATCHER is false. Any number of dispatchers share one database and
    one object store. SIGTERM or Ctrl-C stops it: what is under way is given back, and
    another dispatcher, or the next start, goes on with it.
    """
    from occoder.batch.dispatch.main import dispatch as run
    from occoder.telemetry.logs import configure, take_over_hooks

    settings = settings_from(proxies=None, database_url=database_url, log_format=log_format)
    configure(settings.log_format)
    take_over_hooks()
    run(settings)
