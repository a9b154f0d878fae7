"""Subscribes as people do with autobahn: wamp.py URL SERIALIZER INDEX QUERY EXPECTED.

Prints `open` once it is subscribed, `reached` after EXPECTED hits, and when the router has said
goodbye one line of JSON: hits, distinct, strange, the router's reason, and what the call answered.
"""

import asyncio
import json
import re
import sys

from autobahn.asyncio.component import Component

url, serializer, index, query, expected = sys.argv[1:]
seen = set()
tally = {"hits": 0, "strange": 0}

component = Component(
    transports=[{"type": "websocket", "url": url, "serializers": [serializer], "max_retries": 0}],
    realm="estrom",
)


def on_event(record):
    found = re.search(r"line (\d+) shown$", record.get("_source", {}).get("message", ""))
    if found is None:
        tally["strange"] += 1
        return
    tally["hits"] += 1
    seen.add(int(found[1]))
    if tally["hits"] == int(expected):
        print("reached", flush=True)


@component.on_join
async def joined(session, details):
    answer = await session.call("estrom.register_query", index=index, query=query)
    tally["answer"] = answer
    await session.subscribe(on_event, answer["topic"])
    print("open", flush=True)


@component.on_leave
def left(session, details):
    tally["reason"] = details.reason


async def main():
    done = asyncio.ensure_future(component.start(asyncio.get_running_loop()))
    await asyncio.wait([done])
    print(json.dumps({**tally, "distinct": len(seen)}), flush=True)


asyncio.run(main())
