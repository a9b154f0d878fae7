//! One percolator at one setting, on one thread and on all.
//! `peer FOLDER CLAUSE_MATCHERS[+optimized] SECONDS CHECKED`: see bench/peers/program.ts.

use mokaccino::prelude::*;
use serde_json::{Value, json};
use std::fs::{File, read_to_string};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let (folder, setting) = (&args[1], &args[2]);
    let seconds: f64 = args[3].parse().expect("seconds");
    let checked: usize = args[4].parse().expect("documents to check");

    let (matchers, optimized) = match setting.strip_suffix("+optimized") {
        Some(number) => (number, true),
        None => (setting.as_str(), false),
    };
    let matchers: NonZeroUsize = matchers.parse().expect("clause matchers");
    let lines = BufReader::new(File::open(format!("{folder}/queries.ndjson")).expect("queries"));
    let queries: Vec<Query> = lines
        .lines()
        .map(|line| read_query(&serde_json::from_str(&line.expect("a line")).expect("a query")))
        .collect();
    let count = queries.len();

    let began = Instant::now();
    let mut percolator = PercolatorUid::<usize>::builder().n_clause_matchers(matchers).build();
    for (number, query) in queries.into_iter().enumerate() {
        percolator.index_query_uid(query, number).expect("room");
    }
    if optimized {
        percolator = percolator.optimized();
    }
    let registered = began.elapsed().as_secs_f64();

    let text = read_to_string(format!("{folder}/documents.ndjson")).expect("documents");
    let sources: Vec<&str> = text.lines().collect();
    let mut out = BufWriter::new(File::create(format!("{folder}/matches.ndjson")).expect("a file"));
    for source in &sources[..checked] {
        let mut numbers: Vec<usize> = percolator.percolate(&read_document(source)).collect();
        numbers.sort_unstable();
        writeln!(out, "{}", json!(numbers)).expect("written");
    }
    out.flush().expect("written");
    println!(
        "{}",
        json!({"registrationsPerSecond": count as f64 / registered, "mebibytes": resident_mib()})
    );

    let cores = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    for threads in if cores > 1 { vec![1, cores] } else { vec![1] } {
        measure(&percolator, &sources, threads, seconds.min(1.0));
        let per_second = measure(&percolator, &sources, threads, seconds);
        println!(
            "{}",
            json!({"setting": "a document at a time", "threads": threads, "docsPerSecond": per_second})
        );
    }
}

fn measure(percolator: &PercolatorUid<usize>, sources: &[&str], threads: usize, seconds: f64) -> f64 {
    let next = AtomicUsize::new(0);
    let began = Instant::now();
    let end = began + Duration::from_secs_f64(seconds);
    let found: usize = thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    let mut found = 0;
                    while Instant::now() < end {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        let document = read_document(sources[n % sources.len()]);
                        found += percolator.percolate(&document).count();
                    }
                    found
                })
            })
            .collect();
        running.into_iter().map(|one| one.join().expect("no panic")).sum()
    });
    std::hint::black_box(found);
    next.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

/// It has no full text: every word is a value of its field.
fn read_document(source: &str) -> Document {
    let Value::Object(fields) = serde_json::from_str(source).expect("a document") else {
        panic!("not an object");
    };
    let mut document = Document::default();
    for (field, value) in &fields {
        if let Value::String(text) = value {
            for word in text.split(' ') {
                document = document.with_value(field.as_str(), word);
            }
        }
    }
    document
}

fn read_query(dsl: &Value) -> Query {
    if let Some(Value::Object(term)) = dsl.get("match") {
        let (field, word) = term.iter().next().expect("a field");
        return field.as_str().has_value(word.as_str().expect("a word"));
    }
    let clauses = dsl["bool"]["filter"].as_array().expect("only ANDs of words");
    clauses.iter().map(read_query).reduce(|all, one| all & one).expect("a clause")
}

fn resident_mib() -> u64 {
    let status = read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().nth(1));
    kib.and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}
