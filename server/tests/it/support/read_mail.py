"""Reads mails with Python's `email` and compares them with what they should say.

Standard input: one JSON object per line, `mail` (base64) and the expected `subject`, `name`,
`address`, `to`, `text`, `html` (or null), `message_id`, `date` (seconds since 1970). Standard
output: {"read": N, "differences": [...]}, at most 20 of them.
"""

import base64
import email
import email.policy
import email.utils
import json
import sys
from email.header import decode_header, make_header


def lines(text):
    return None if text is None else text.replace("\r\n", "\n")


def decoded(value):
    return str(make_header(decode_header(value)))


def unfolded(value):
    return value.replace("\r\n", "").replace("\n", "")


def body(message, kind):
    for part in message.walk():
        if part.get_content_type() == kind:
            return lines(part.get_payload(decode=True).decode("utf-8"))
    return None


def read(mail):
    old = email.message_from_bytes(mail)
    new = email.message_from_bytes(mail, policy=email.policy.default)
    name, address = email.utils.parseaddr(unfolded(old["From"]))
    defects = [str(d) for part in new.walk() for d in part.defects]
    defects += [str(d) for value in new.values() for d in value.defects]
    return {
        "subject": decoded(unfolded(old["Subject"])),
        "subject by policy": str(new["Subject"]),
        "name": decoded(name),
        "address": address,
        "to": old["To"],
        "text": body(old, "text/plain"),
        "html": body(old, "text/html"),
        "message_id": old["Message-ID"],
        "date": int(new["Date"].datetime.timestamp()),
        "auto": old["Auto-Submitted"],
        "headers": sorted(old.keys()),
        "defects": defects,
    }


def main():
    count, differences = 0, []
    for line in sys.stdin:
        case = json.loads(line)
        count += 1
        expected = {
            "subject": case["subject"],
            "subject by policy": case["subject"],
            "name": case["name"],
            "address": case["address"],
            "to": case["to"],
            "text": lines(case["text"]),
            "html": lines(case["html"]),
            "message_id": f"<{case['message_id']}>",
            "date": case["date"],
            "auto": "auto-generated",
            "defects": [],
        }
        found = read(base64.b64decode(case["mail"]))
        names = {"Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "Reply-To"}
        extra = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
        headers = set(found.pop("headers"))
        if not (names <= headers <= names | extra):
            differences.append({"case": count, "headers": sorted(headers)})
        for key, value in expected.items():
            if found[key] != value and len(differences) < 20:
                differences.append({"case": count, "what": key, "expected": value, "found": found[key]})
    json.dump({"read": count, "differences": differences}, sys.stdout)


if __name__ == "__main__":
    main()
