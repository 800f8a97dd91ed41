"""EC2: managed prefix lists and their entries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tools.emulator.emulated import Call, Create, Delete, Emulated, Read
from tools.emulator.services._ec2 import first, moved
from tools.emulator.services._tags import ec2_tags


def _entries(call: Call, prefix_list: str) -> list[dict[str, str]]:
    found = call.aws().get_managed_prefix_list_entries(PrefixListId=prefix_list)["Entries"]
    return [{"cidr": entry["Cidr"], "description": entry.get("Description", "")} for entry in found]


def _list(call: Call, item: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "entries": _entries(call, call.id),
        "maxEntries": int(item.get("MaxEntries") or 0),
        "version": int(item.get("Version") or 0),
    }


def _settle(call: Call) -> None:
    """Entries, name and size of an existing list. An entry with another description is another entry to AWS."""
    if not call.old or not call.changed("entries", "name", "maxEntries"):
        return
    params: dict[str, Any] = {"PrefixListName": call.inputs["name"]}
    if call.get("entries") is not None:
        before = {(entry["cidr"], entry["description"]) for entry in _entries(call, call.id)}
        wanted = {(entry["cidr"], entry.get("description") or "") for entry in call.inputs["entries"]}
        gone, added = moved(sorted(before), sorted(wanted))
        params |= {"RemoveEntries": [{"Cidr": cidr} for cidr, _ in gone]} if gone else {}
        params |= {"AddEntries": [{"Cidr": c, "Description": d} for c, d in added]} if added else {}
    _modify(call, call.id, **params)


def _modify(call: Call, prefix_list: str, **changes: Any) -> None:
    client = call.aws()
    item = client.describe_managed_prefix_lists(PrefixListIds=[prefix_list])["PrefixLists"][0]
    named = {"PrefixListName": item["PrefixListName"], **changes}
    client.modify_managed_prefix_list(PrefixListId=prefix_list, CurrentVersion=int(item["Version"]), **named)


def normal_entries(entries: Any) -> Any:
    """The one form of `entries`: ranges with their descriptions, in order."""
    if not isinstance(entries, list):
        return entries
    return sorted([str(entry.get("cidr")), str(entry.get("description") or "")] for entry in entries)


PREFIX_LIST = Emulated(
    "aws:ec2/managedPrefixList:ManagedPrefixList",
    service="ec2",
    exact=True,
    create=Create(
        "create_managed_prefix_list", id="PrefixList.PrefixListId", send={"name": "PrefixListName"}
    ),
    read=Read(
        "describe_managed_prefix_lists",
        by="PrefixListIds[]",
        item="PrefixLists[?State!='delete-complete'] | [0]",
        take={"arn": "PrefixListArn", "name": "PrefixListName"},
        more=_list,
    ),
    settle=_settle,
    delete=Delete("delete_managed_prefix_list", by="PrefixListId"),
    tags=ec2_tags("prefix-list"),
    replace_on=("addressFamily",),
    unordered=("entries",),
    normal={"entries": normal_entries},
)


def _add(call: Call) -> str:
    prefix_list, cidr = str(call.inputs["prefixListId"]), str(call.inputs["cidr"])
    _modify(call, prefix_list, AddEntries=[{"Cidr": cidr, "Description": call.get("description", "")}])
    return f"{prefix_list},{cidr}"


def _read_entry(call: Call) -> dict[str, Any] | None:
    prefix_list, _, cidr = call.id.partition(",")
    items = call.aws().describe_managed_prefix_lists(PrefixListIds=[prefix_list])["PrefixLists"]
    if not any(item["State"] != "delete-complete" for item in items):
        return None
    there = first(entry for entry in _entries(call, prefix_list) if entry["cidr"] == cidr)
    return there and {"prefixListId": prefix_list, **there}


def _remove(call: Call) -> None:
    prefix_list, _, cidr = call.id.partition(",")
    if _read_entry(call):
        _modify(call, prefix_list, RemoveEntries=[{"Cidr": cidr}])


PREFIX_LIST_ENTRY = Emulated(
    "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry",
    service="ec2",
    exact=True,
    create=_add,
    read=_read_entry,
    delete=_remove,
    replace_on=("prefixListId", "cidr", "description"),
)

TYPES = (PREFIX_LIST, PREFIX_LIST_ENTRY)
