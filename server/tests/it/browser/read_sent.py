"""Reads captured mails with Python's `email` and computes the digest that somebody approved.

Standard input: a JSON object with `folder` (of the mail sink), `kind`, `language` and `recipients` (as they were
typed). Standard output: `digest`, the SHA-256 over the canonical content as these mails carried it, and
`mails`, each with `to` and the `sha256` of its bytes. It fails where two recipients got different content.
"""

import email
import email.policy
import hashlib
import json
import sys
from pathlib import Path


def body(message, kind):
    part = next(p for p in message.walk() if p.get_content_type() == kind)
    return part.get_payload(decode=True).decode("utf-8").replace("\r\n", "\n")


def main():
    asked = json.load(sys.stdin)
    contents, mails = set(), []
    for file in sorted(Path(asked["folder"]).glob("*.eml")):
        raw = file.read_bytes()
        envelope = json.loads(file.with_suffix(".json").read_text())["to"]
        message = email.message_from_bytes(raw, policy=email.policy.default)
        if not set(envelope) & set(asked["recipients"]):
            continue
        assert len(envelope) == 1 and str(message["To"]) == envelope[0], (envelope, message["To"])
        assert not any(part.defects for part in message.walk()), file
        attached = [part.get_filename() for part in message.walk() if part.get_content_disposition() == "attachment"]
        assert attached == [], attached
        contents.add((str(message["Subject"]), body(message, "text/plain"), body(message, "text/html")))
        mails.append({"to": envelope[0], "sha256": hashlib.sha256(raw).hexdigest()})
    assert len(contents) == 1, f"{len(contents)} different contents in {len(mails)} mails"
    subject, text, html = contents.pop()
    reached = sorted((mail["to"] for mail in mails), key=asked["recipients"].index)
    canonical = {
        "attachments": [],
        "html": html,
        "kind": asked["kind"],
        "language": asked["language"],
        "merge": hashlib.sha256(b"").hexdigest(),
        "recipients": reached,
        "subject": subject,
        "text": text,
    }
    written = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(written.encode("utf-8")).hexdigest()
    json.dump({"digest": digest, "mails": mails}, sys.stdout)


if __name__ == "__main__":
    main()
