"""How a client is told which key seals what it uploads."""


def kms_arn(key_id: str, region: str = "local") -> str:
    """Return the id of a key as a client is told it, in the form that AWS gives keys.

    >>> kms_arn("8d2c0a34-6f0e-4c8e-9d53-0f4f2d1a7b11")
    'arn:occoder:kms:local:key/8d2c0a34-6f0e-4c8e-9d53-0f4f2d1a7b11'
    """
    return f"arn:occoder:kms:{region}:key/{key_id}"
