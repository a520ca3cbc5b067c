"""The packages of this checkout come before those of any that is installed.

Whatever else the extension imports, it imports this first.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))
