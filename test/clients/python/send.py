"""Sends documents with the helpers of the elasticsearch package: python3 send.py URL INDEX COUNT"""
import json
import sys

from elasticsearch import Elasticsearch, helpers

url, index, count = sys.argv[1], sys.argv[2], int(sys.argv[3])


def documents():
    for n in range(count):
        kind = "shown" if n % 5 else "hidden"
        yield {"_op_type": "create", "_index": index, "message": f"line {n} {kind}"}


taken = sum(
    ok
    for ok, _ in helpers.streaming_bulk(
        Elasticsearch(url), documents(), chunk_size=500, max_retries=5, raise_on_error=False
    )
)
print(json.dumps({"accepted": taken}))
