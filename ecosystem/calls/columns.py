"""Which column of an export says what?

Every dispatch system names its columns its own way. A *role* is what a column says (when the call came in, which unit went). Roles are recognized
by the exact header, case and punctuation aside, from a list of headers that real exports use; nothing is guessed from similar words. A city names
the others under `[calls.columns]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, get_args

from ecosystem.errors import InputError

Role = Literal[
    "incident", "received", "dispatched", "arrived", "cleared", "type_initial", "type_final", "priority", "source", "disposition",
    "unit", "agency", "police_sent", "beat", "area", "latitude", "longitude", "address",
]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)
TIMES: tuple[Role, ...] = ("received", "dispatched", "arrived", "cleared")
"""The order in which a call is worked: it comes in, somebody is sent, arrives, is free again."""

HEADERS: Mapping[Role, tuple[str, ...]] = MappingProxyType(
    {
        "incident": (
            "incident_no", "incident_num", "incident_number", "incident_id", "master_incident_number", "cad_event_number", "cad_number", "cad_id",
            "event_number", "event_id", "call_number", "call_id", "nopd_item", "cfs_number", "dispatch_id",
        ),
        "received": (
            "received", "received_datetime", "call_received", "call_received_time", "time_received", "timecreate", "time_create", "create_time",
            "original_time_queued", "response_date", "date_time", "datetime", "call_datetime", "call_date_time", "call_date", "event_time",
            "alarm_date", "incident_datetime", "entry_datetime", "reported_date",
        ),
        "dispatched": ("dispatched", "time_dispatch", "timedispatch", "dispatch_datetime", "dispatch_time", "dispatch_date_time"),
        "arrived": ("arrived", "time_arrive", "timearrive", "timearrival", "arrived_time", "onscene_datetime", "on_scene_time", "first_on_scene_time",
                    "arrival_time", "arrive_datetime"),
        "cleared": ("cleared", "time_closed", "timeclosed", "close_datetime", "clear_time", "cleared_time", "call_closed", "closed_time"),
        "type_initial": ("initial_problem", "initial_call_type", "initialtypetext", "initial_type", "type_initial", "call_type_original",
                         "call_type_original_desc"),
        "type_final": (
            "problem_final", "final_call_type", "typetext", "call_type", "calltype", "call_type_final", "call_type_final_desc", "type_final", "type",
            "problem", "nature", "nature_code", "call_description", "event_type", "final_type", "incident_type",
        ),
        "priority": ("final_priority", "priority", "call_priority", "priority_final", "initial_priority", "initialpriority"),
        "source": ("source", "call_source", "selfinitiated", "self_initiated", "onview_flag", "on_view", "officer_initiated", "call_type_received"),
        "disposition": ("call_disposition", "disposition", "dispositiontext", "disposition_code", "event_clearance_description"),
        "unit": ("unit", "unit_id", "unit_number", "officer_id", "unit_call_sign", "first_dispatch_unit"),
        "agency": ("agency_type", "agency", "responding_agency", "department"),
        "police_sent": ("mpd_response", "police_response", "police_sent"),
        "beat": ("beat", "beat_code", "police_beat", "reporting_area", "police_district", "district", "sector"),
        "area": ("neighborhood", "neighborhood_gis", "analysis_neighborhood", "area", "area_id", "neighborhood_name"),
        "latitude": ("lat", "latitude", "y_lat", "point_y"),
        "longitude": ("lon", "lng", "long", "longitude", "x_lon", "point_x"),
        "address": ("block_address", "address", "blocked_address", "hundred_block", "incident_address", "location"),
    }
)  # fmt: skip


def _plain(header: str) -> str:
    return "_".join(re.findall(r"[a-z0-9]+", header.casefold()))


def find_columns(headers: Iterable[str], stated: Mapping[str, str] = MappingProxyType({}), *, file: str = "") -> Mapping[Role, str]:
    """Return the column of each role that is there. A column that the city `stated` wins over one that is recognized.

    Raises InputError where a stated role is none or a stated column is missing, where two columns that are recognized for one role are spelled
    alike, or where an export has neither a type nor a time of the call, naming the columns that are there.

    >>> dict(find_columns(["Incident_Number", "TimeCreate", "TypeText", "Colour"]))
    {'incident': 'Incident_Number', 'received': 'TimeCreate', 'type_final': 'TypeText'}
    """
    there = list(headers)
    problems: list[str] = []
    found: dict[Role, str] = {}
    by_name: dict[str, list[str]] = {}
    for header in there:
        by_name.setdefault(_plain(header), []).append(header)
    for role, column in stated.items():
        if role not in ROLES:
            problems.append(f"[calls.columns] {role!r} is no role; there are {', '.join(ROLES)}")
        elif column not in there and by_name.get(_plain(column)) is None:
            problems.append(f"[calls.columns] {role} = {column!r} names no column of {file or 'the export'}; it has {', '.join(there)}")
        else:
            found[role] = column if column in there else by_name[_plain(column)][0]
    for role in ROLES:
        name = next((name for name in HEADERS[role] if name in by_name), None)
        if role in found or name is None:
            continue
        if len(by_name[name]) > 1:
            problems.append(f"{file or 'the export'} has {len(by_name[name])} columns named {by_name[name][0]!r}; say which under [calls.columns]")
        else:
            found[role] = by_name[name][0]
    essential: dict[str, tuple[Role, ...]] = {"type": ("type_final", "type_initial"), "time": ("received",)}
    missing = [what for what, roles in essential.items() if not any(role in found for role in roles)]
    if missing and not problems:
        wanted = {"type": 'type_final = "..."', "time": 'received = "..."'}
        problems.append(
            f"{file or 'the export'}: no column is recognized as the {' or the '.join(missing)} of the call. It has {', '.join(there) or 'none'}. "
            f"Write under [calls.columns]: {' and '.join(wanted[what] for what in missing)}. "
            "If it is no export but a list of codes or beats, name it in city.toml, [calls] codes or beats"
        )
    if problems:
        raise InputError("; ".join(problems) + ".")
    return MappingProxyType({role: found[role] for role in ROLES if role in found})
