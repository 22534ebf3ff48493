"""Follow what changes: each page of changes with the cursor behind it. Keep both in one transaction of yours."""

import json
import time
from urllib.error import HTTPError
from urllib.request import Request, urlopen


def follow(address, token, cursor="0"):
    while True:
        head, page = {"Authorization": f"Bearer {token}", "Last-Event-ID": cursor}, []
        try:
            with urlopen(Request(f"{address}/v1/changes/stream", headers=head), timeout=60) as stream:
                for line in stream:
                    name, _, said = line.decode().rstrip("\n").partition(": ")
                    if name == "data":
                        page.append(json.loads(said))
                    elif name == "id":  # what no id confirms is sent again
                        cursor = said
                        yield cursor, page
                        page = []
        except HTTPError as refused:
            if refused.code < 429:  # who may not read it need not try again
                raise
        except OSError:  # it was away, or nothing came for a minute
            pass
        time.sleep(2)
