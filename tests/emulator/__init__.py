"""An HTTP emulator of the Ncloud API: faithful by default, and at fault in every way that can be asked for.

It shares no code with the client it tests: signing, parameters, JSON and XML are written a second time here, from
the vendor's documents, so that one mistake cannot hide in both. README.md beside this file lists modes and faults.
"""

from tests.emulator.account import ACCESS_KEY, KST, SECRET_KEY, Account, Backup, Database, Shown, daily_backups
from tests.emulator.accounts import Description, access_key_of, many, secret_key_of
from tests.emulator.asked import BACKUP_DETAILS, BACKUP_LIST, INSTANCE_DETAIL, INSTANCE_LIST, REGION_LIST
from tests.emulator.emulator import Emulator
from tests.emulator.exchange import Recorded
from tests.emulator.fault_kinds import fault
from tests.emulator.process import EmulatorProcess
from tests.emulator.seeding import seeded_account
from tests.emulator.vanish import Scope, bring_back, remember, vanish

__all__ = [
    "ACCESS_KEY",
    "BACKUP_DETAILS",
    "BACKUP_LIST",
    "INSTANCE_DETAIL",
    "INSTANCE_LIST",
    "KST",
    "REGION_LIST",
    "SECRET_KEY",
    "Account",
    "Backup",
    "Database",
    "Description",
    "Emulator",
    "EmulatorProcess",
    "Recorded",
    "Scope",
    "Shown",
    "access_key_of",
    "bring_back",
    "daily_backups",
    "fault",
    "many",
    "remember",
    "secret_key_of",
    "seeded_account",
    "vanish",
]
