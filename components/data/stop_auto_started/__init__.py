"""Keeps databases stopped that AWS starts again after seven days."""

from components.data.stop_auto_started.component import StopAutoStarted
from components.data.stop_auto_started.settings import StopAutoStartedArgs

__all__ = ["StopAutoStarted", "StopAutoStartedArgs"]
