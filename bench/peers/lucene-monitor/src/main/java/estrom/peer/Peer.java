package estrom.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.monitor.MatchingQueries;
import org.apache.lucene.monitor.Monitor;
import org.apache.lucene.monitor.MonitorConfiguration;
import org.apache.lucene.monitor.MonitorQuery;
import org.apache.lucene.monitor.MultiMatchingQueries;
import org.apache.lucene.monitor.MultipassTermFilteredPresearcher;
import org.apache.lucene.monitor.Presearcher;
import org.apache.lucene.monitor.QueryMatch;
import org.apache.lucene.monitor.TermFilteredPresearcher;
import org.apache.lucene.monitor.TermWeightor;

/**
 * One registration of the queries and all batch sizes and threads with it.
 * {@code Peer FOLDER PRESEARCHER SECONDS CHECKED}: see bench/peers/program.ts.
 */
public final class Peer {
  private static final int GROUP = 5000;
  private static final int[] BATCHES = {1, 10, 100, 500};
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Monitor monitor;
  private final Documents documents;
  private final List<byte[]> sources;

  private Peer(Monitor monitor, Documents documents, List<byte[]> sources) {
    this.monitor = monitor;
    this.documents = documents;
    this.sources = sources;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    double seconds = Double.parseDouble(args[2]);
    int checked = Integer.parseInt(args[3]);
    Map<String, String> types = types(JSON.readTree(folder.resolve("mapping.json").toFile()));
    List<byte[]> sources = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("documents.ndjson"))) {
      sources.add(line.getBytes(StandardCharsets.UTF_8));
    }
    Map<String, Integer> frequencies = new HashMap<>();
    List<MonitorQuery> queries = readQueries(folder.resolve("queries.ndjson"), types, frequencies);
    MonitorConfiguration configuration = new MonitorConfiguration();
    configuration.setQueryUpdateBufferSize(GROUP);
    // Where no field has anything but letters between blanks both mean the same.
    boolean isPlain = types.isEmpty();
    Analyzer analyzer = isPlain ? new WhitespaceAnalyzer() : new StandardAnalyzer();
    try (Monitor monitor = new Monitor(analyzer, presearcher(args[1], frequencies), configuration)) {
      long began = System.nanoTime();
      for (int from = 0; from < queries.size(); from += GROUP) {
        monitor.register(queries.subList(from, Math.min(from + GROUP, queries.size())));
      }
      double registered = (System.nanoTime() - began) / 1e9;
      int count = queries.size();
      queries.clear();
      Peer peer = new Peer(monitor, new Documents(types, !isPlain), sources);
      peer.check(folder.resolve("matches.ndjson"), checked);
      System.gc();
      say(Map.of("registrationsPerSecond", count / registered, "mebibytes", residentMiB()));
      int cores = Runtime.getRuntime().availableProcessors();
      for (int batch : BATCHES) {
        peer.measure(batch, 1, Math.min(seconds, 1));
        say(figures(batch, 1, peer.measure(batch, 1, seconds)));
        if (cores > 1) say(figures(batch, cores, peer.measure(batch, cores, seconds)));
      }
    }
  }

  private static Map<String, Object> figures(int batch, int threads, double perSecond) {
    return Map.of("setting", batch + " a batch", "threads", threads, "docsPerSecond", perSecond);
  }

  /** Rare terms weigh more, where they are counted. */
  private static Presearcher presearcher(String name, Map<String, Integer> frequencies) {
    TermWeightor rare =
        term -> 1.0 / frequencies.getOrDefault(term.field() + ":" + term.text(), 1);
    return switch (name) {
      case "term-filtered" -> new TermFilteredPresearcher();
      case "term-filtered-rarest" ->
          new TermFilteredPresearcher(rare, Collections.emptyList(), Collections.emptySet());
      case "multipass-2" -> new MultipassTermFilteredPresearcher(2);
      case "multipass-4" -> new MultipassTermFilteredPresearcher(4);
      case "multipass-2-rarest" ->
          new MultipassTermFilteredPresearcher(
              2, 0, rare, Collections.emptyList(), Collections.emptySet());
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Map<String, String> types(JsonNode mapping) {
    Map<String, String> types = new HashMap<>();
    mapping
        .fields()
        .forEachRemaining(
            field -> {
              String type = field.getValue().get("type").asText();
              types.put(field.getKey(), field.getValue().has("fields") ? "text and keyword" : type);
            });
    return types;
  }

  private static List<MonitorQuery> readQueries(
      Path file, Map<String, String> types, Map<String, Integer> frequencies) throws IOException {
    Queries reader = new Queries(types);
    List<MonitorQuery> queries = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode dsl = JSON.readTree(line);
        for (JsonNode clause : dsl.path("bool").path("filter")) {
          if (!clause.has("match")) continue;
          Map.Entry<String, JsonNode> term = clause.get("match").fields().next();
          frequencies.merge(term.getKey() + ":" + term.getValue().asText(), 1, Integer::sum);
        }
        queries.add(new MonitorQuery(String.valueOf(queries.size()), reader.read(dsl)));
      }
    }
    return queries;
  }

  /** A line for each of the first documents: the numbers of the queries that match it. */
  private void check(Path file, int count) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (byte[] source : sources.subList(0, count)) {
        MatchingQueries<QueryMatch> found =
            monitor.match(documents.read(source), QueryMatch.SIMPLE_MATCHER);
        if (!found.getErrors().isEmpty()) throw new IOException(found.getErrors().toString());
        out.write(JSON.writeValueAsString(numbers(found.getMatches())));
        out.newLine();
      }
    }
  }

  private static int[] numbers(Iterable<QueryMatch> matches) {
    List<Integer> numbers = new ArrayList<>();
    for (QueryMatch match : matches) numbers.add(Integer.parseInt(match.getQueryId()));
    return numbers.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /** Documents a second. */
  private double measure(int batch, int threads, double seconds) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    AtomicInteger next = new AtomicInteger();
    AtomicLong done = new AtomicLong();
    long began = System.nanoTime();
    long end = began + (long) (seconds * 1e9);
    List<Future<?>> running = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      running.add(
          pool.submit(
              () -> {
                while (System.nanoTime() < end) {
                  Document[] some = new Document[batch];
                  for (int i = 0; i < batch; i++) {
                    some[i] = documents.read(sources.get(next.getAndIncrement() % sources.size()));
                  }
                  MultiMatchingQueries<QueryMatch> found =
                      monitor.match(some, QueryMatch.SIMPLE_MATCHER);
                  if (found.getBatchSize() != batch) throw new IllegalStateException();
                  done.addAndGet(batch);
                }
                return null;
              }));
    }
    for (Future<?> one : running) one.get();
    pool.shutdown();
    return done.get() / ((System.nanoTime() - began) / 1e9);
  }

  private static long residentMiB() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
    }
    return 0;
  }

  private static void say(Map<String, Object> line) throws IOException {
    System.out.println(JSON.writeValueAsString(new LinkedHashMap<>(line)));
  }
}
