"""Golden screens: what each command shows on the demo's backlog, at three widths and in a pipe.

`python -m tests.screens` writes them anew. Look at what differs before you keep it.
"""
