"""A mail server for tests: takes mail over SMTP and writes it to a folder.

    aiosmtpd_sink.py --folder DIR [--host 127.0.0.1] [--port 0] [--defer N] [--reject ADDRESS]...
                     [--until-stdin-closes]

The first line on standard output is `PORT <number>`, once connections are taken. Each mail becomes
`0001.eml` (the bytes as received, CRLF line ends) and then `0001.json`: the SMTP envelope (`from`,
`to`), what Python's `email` reads (`headers`, `subject`, `text`, `html`) and `sha256` of the bytes.
A `.json` that exists is complete. `--defer N` answers 451 to the first N mails; `--reject` answers
550 to a recipient. With `--until-stdin-closes` the server ends with the process that started it.
"""

import argparse
import asyncio
import email
import email.policy
import hashlib
import json
import os
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP


def text_of(message, kind):
    for part in message.walk():
        if part.get_content_type() == kind:
            charset = part.get_content_charset() or "utf-8"
            return part.get_payload(decode=True).decode(charset).replace("\r\n", "\n")
    return None


class Sink:
    def __init__(self, folder, defer, reject):
        self.folder = folder
        self.defer = defer
        self.reject = {address.lower() for address in reject}
        self.count = 0

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.lower() in self.reject:
            return "550 5.1.1 No such recipient here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient ok"

    async def handle_DATA(self, server, session, envelope):
        if self.defer > 0:
            self.defer -= 1
            return "451 4.7.1 Greylisted, try again later"
        self.count += 1
        content = envelope.original_content
        message = email.message_from_bytes(content, policy=email.policy.default)
        record = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": [[name, str(value)] for name, value in message.items()],
            "subject": str(message["Subject"]),
            "text": text_of(message, "text/plain"),
            "html": text_of(message, "text/html"),
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        self.write(f"{self.count:04}.eml", content)
        self.write(f"{self.count:04}.json", json.dumps(record, indent=1).encode())
        return f"250 2.0.0 Ok: queued as {self.count:04}"

    def write(self, name, content):
        partial = self.folder / f".{name}.part"
        partial.write_bytes(content)
        os.replace(partial, self.folder / name)


async def serve(options):
    options.folder.mkdir(parents=True, exist_ok=True)
    sink = Sink(options.folder, options.defer, options.reject)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(sink, hostname="sink.example", data_size_limit=64 * 1024 * 1024),
        options.host,
        options.port,
    )
    print("PORT", server.sockets[0].getsockname()[1], flush=True)
    if options.until_stdin_closes:
        await loop.run_in_executor(None, sys.stdin.read)
        os._exit(0)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--defer", type=int, default=0)
    parser.add_argument("--reject", action="append", default=[])
    parser.add_argument("--until-stdin-closes", action="store_true")
    try:
        asyncio.run(serve(parser.parse_args()))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
