"""Coding a whole file with a service elsewhere: the same columns as coding it here.

The way of a file: its texts are prepared and each different one is written down once
(`reading`, `texts`); those go to the service, in calls or as an operation (`in_calls`,
`as_operation`); what comes back is put beside the rows (`answers`, `joining`). All that
is between lies in a folder beside the output (`side_folder`, `state`), so that a run that
was ended goes on where it was.
"""
