"""Reads the accounts of one batch at once, each by itself: what one of them does costs no other."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from collections.abc import Mapping

import ncloud
from backup_watch.adapters.logs import log
from backup_watch.adapters.ncloud_source import NcloudSource
from backup_watch.checking.check import Recall, nothing_is_remembered, observe
from backup_watch.checking.parts import Part, part_of, unread_part
from backup_watch.checking.plan import Plan
from backup_watch.config.fleet_events import CheckBatch
from backup_watch.config.settings import Settings
from backup_watch.model.accounts import Account
from backup_watch.model.memory import Recalled
from backup_watch.model.policy import Policy
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import MemoryState
from backup_watch.i18n import Words
from backup_watch.runtime.fleet import clock_after
from backup_watch.runtime.invocation import Invocation
