"""What keeps batches from going on, for the operator."""

from pathlib import Path

from occoder.errors.branches import NotFound, ServiceError


class UnusableStorageKeys(ServiceError):
    """The keys that seal what is stored can't be read or written."""

    slug = "unusable-storage-keys"

    def __init__(self, *, folder: Path, problem: str) -> None:
        self.folder = folder
        self.problem = problem
        super().__init__(
            f"The storage keys in {folder} can't be used: {problem}. "
            f"Check OCCODER_STORAGE_KEYS_FOLDER; without these keys what is stored "
            f"can't be opened."
        )


class DamagedObject(ServiceError):
    """A stored object was changed or cut short, or is sealed with another key."""

    slug = "damaged-object"

    def __init__(self, *, name: str) -> None:
        self.name = name
        super().__init__(
            f"The stored object {name} can't be opened: it was changed or cut short, or "
            f"its key was deleted. The client has to make a new operation."
        )


class ObjectsUnreachable(ServiceError):
    """A store of objects can't be used."""

    slug = "objects-unreachable"

    def __init__(self, *, store: str, problem: str) -> None:
        self.store = store
        self.problem = problem
        super().__init__(
            f"The object store {store} can't be used: {problem}. Check OCCODER_OBJECTS, "
            f"the space that is left, and the rights of this process there."
        )


class ScannerUnreachable(ServiceError):
    """The scanner for malware that the operator named does not answer."""

    slug = "scanner-unreachable"

    def __init__(self, *, address: str, problem: str) -> None:
        self.address = address
        self.problem = problem
        super().__init__(
            f"The scanner at {address} can't be used: {problem}. Nothing is coded until "
            f"it answers; check OCCODER_CLAMD."
        )


class ExecutorUnreachable(ServiceError):
    """The cluster that codes does not answer."""

    slug = "executor-unreachable"

    def __init__(self, *, address: str, problem: str) -> None:
        self.address = address
        self.problem = problem
        super().__init__(
            f"The cluster at {address} can't be used: {problem}. Check OCCODER_EXECUTOR, "
            f"and that its scheduler and workers run."
        )


class UnknownOperation(NotFound):
    """There is no operation of this id."""

    slug = "unknown-operation"

    def __init__(self, *, operation_id: str) -> None:
        self.operation_id = operation_id
        super().__init__(
            f"There is no operation {operation_id}. `occoder operations list` shows all "
            f"that are kept."
        )
