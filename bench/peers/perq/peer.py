"""One index of the queries in memory, asked by one process and by as many as there are cores.

peer.py FOLDER STORE SECONDS CHECKED: see bench/peers/program.ts
"""

import json
import multiprocessing
import os
import sys
import time

from perq import Document, MemoryStore, Query, QueryMatcher, index

WARM_UP_SECONDS = 1


def query_of(number, dsl):
    """Its terms have no fields: the field is part of the term."""
    clauses = dsl["bool"]["filter"] if "bool" in dsl else [dsl]
    terms = [next(iter(clause["match"].items())) for clause in clauses]
    return Query(number, [(f"{field}:{word}",) for field, word in terms])


def document_of(source):
    fields = json.loads(source)
    return Document(f"{field}:{word}" for field, text in fields.items() for word in text.split(" "))


def measure(matcher, sources, first, seconds):
    """Documents a second."""
    done = 0
    began = time.perf_counter()
    while (now := time.perf_counter()) - began < seconds:
        for _ in range(20):
            list(matcher.matches(document_of(sources[(first + done) % len(sources)])))
            done += 1
    return done / (now - began)


def measure_all(matcher, sources, processes, seconds):
    """In processes that are forked when the index is there: threads would wait for one another."""
    context = multiprocessing.get_context("fork")
    rates = context.Queue()

    def run(n):
        measure(matcher, sources, n * 997, WARM_UP_SECONDS)
        rates.put(measure(matcher, sources, n * 997, seconds))

    running = [context.Process(target=run, args=(n,)) for n in range(processes)]
    for process in running:
        process.start()
    total = sum(rates.get() for _ in running)
    for process in running:
        process.join()
    return total


def resident_mib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS:"))


def say(**line):
    print(json.dumps(line), flush=True)


def main():
    folder, _, seconds, checked = sys.argv[1:]
    with open(f"{folder}/queries.ndjson") as lines:
        queries = [query_of(number, json.loads(line)) for number, line in enumerate(lines)]
    with open(f"{folder}/documents.ndjson") as lines:
        sources = lines.read().splitlines()
    with MemoryStore() as store:
        began = time.perf_counter()
        index(queries, store)
        registered = len(queries) / (time.perf_counter() - began)
        queries.clear()
        matcher = QueryMatcher(store)
        with open(f"{folder}/matches.ndjson", "w") as out:
            for source in sources[: int(checked)]:
                out.write(json.dumps(sorted(matcher.matches(document_of(source)))) + "\n")
        say(registrationsPerSecond=registered, mebibytes=resident_mib())
        measure(matcher, sources, 0, WARM_UP_SECONDS)
        one = measure(matcher, sources, 0, float(seconds))
        say(setting="one process", threads=1, docsPerSecond=one)
        cores = len(os.sched_getaffinity(0))
        if cores > 1:
            many = measure_all(matcher, sources, cores, float(seconds))
            say(setting="a process a core", threads=cores, docsPerSecond=many)


main()
