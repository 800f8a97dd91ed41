"""Keeps databases stopped that AWS starts again after seven days."""

from components.data.stop_auto_started.component import StopAutoStarted
from components.data.stop_auto_started.settings import StopAutoStartedArgs, StopAutoStartedSettings

__all__ = ["StopAutoStarted", "StopAutoStartedArgs", "StopAutoStartedSettings"]
