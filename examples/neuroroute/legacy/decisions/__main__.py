"""Answers each line of its input, a case, by a line with its decisions.

decisions/answer.ts does the same in TypeScript.
"""

from __future__ import annotations

import json
import sys

from .cases import decide

for line in sys.stdin.buffer:
    print(json.dumps(decide(json.loads(line))), flush=True)
