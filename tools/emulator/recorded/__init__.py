"""Resource types without an adapter: recorded, with a plausible id, an ARN of the right shape, every output of its
type.

Nothing of these exists in moto. The inputs are kept, and what AWS would compute is made up: stable for one resource,
and different for two.
"""

from __future__ import annotations

from tools.emulator.recorded.ids import resource_id
from tools.emulator.recorded.outputs import complete
from tools.emulator.recorded.records import Records

__all__ = ["Records", "complete", "resource_id"]
