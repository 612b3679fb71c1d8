"""Twenty documents as sales people write them, of every kind that `headway lint` reads.

`python -m tests.documents` writes those anew that need a program of their own: first
`.venv/bin/uv pip install -r tests/documents/requirements.txt`, with what Office files are written
by. The others are texts, and are edited by hand.
"""

from pathlib import Path

PROPOSALS = Path(__file__).parent / "proposals"
REPORT = Path(__file__).parent / "report.txt"
