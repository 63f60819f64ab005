"""Where objects are: folders of this machine, or an S3 store."""
