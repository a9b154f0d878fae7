"""Reads an endless JSON tail with ijson: python3 tail.py URL EXPECTED

Prints "open" once the opening was parsed, "reached" at EXPECTED hits, and at the end of the JSON
text one line with the counts. A text that breaks off is an error.
"""
import json
import re
import sys
import urllib.request

import ijson

url, expected = sys.argv[1], int(sys.argv[2])
shown = re.compile(r"line (\d+) shown$")
hits, strange, seen = 0, 0, set()


class Available:
    """What has arrived, however little: HTTPResponse.read(n) would wait until there are n bytes."""

    def __init__(self, response):
        self.read = response.read1


def take(hit):
    global hits, strange
    match = shown.search(hit.get("_source", {}).get("message", ""))
    if match is None:
        strange += 1
        return
    hits += 1
    seen.add(int(match[1]))
    if hits == expected:
        print("reached", flush=True)


@ijson.coroutine
def each_hit():
    while True:
        take((yield))


with urllib.request.urlopen(url) as response:
    parser = ijson.items_coro(each_hit(), "hits.item")
    body = Available(response)
    print("open", flush=True)
    while chunk := body.read(65536):
        parser.send(chunk)
    parser.close()

print(json.dumps({"hits": hits, "distinct": len(seen), "strange": strange}))
