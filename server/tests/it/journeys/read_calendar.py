"""Reads a calendar with the package `icalendar` and prints its events as JSON: start, summary, uid."""

import json
import sys

from icalendar import Calendar

calendar = Calendar.from_ical(sys.stdin.buffer.read())
events = [
    {
        "start": event.decoded("dtstart").isoformat(),
        "summary": str(event["summary"]),
        "uid": str(event["uid"]),
    }
    for event in calendar.walk("VEVENT")
]
assert len({event["uid"] for event in events}) == len(events), "two events share an id"
assert not calendar.errors and not any(event.errors for event in calendar.walk("VEVENT")), "not read whole"
json.dump(events, sys.stdout)
