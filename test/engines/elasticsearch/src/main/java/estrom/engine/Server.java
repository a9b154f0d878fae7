package estrom.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.apache.logging.log4j.LogManager;
import org.elasticsearch.Version;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.index.mapper.MapperExtrasPlugin;
import org.elasticsearch.join.ParentJoinPlugin;
import org.elasticsearch.node.InternalSettingsPreparer;
import org.elasticsearch.node.Node;
import org.elasticsearch.percolator.PercolatorPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.reindex.ReindexPlugin;
import org.elasticsearch.transport.Netty4Plugin;

/**
 * One node that serves HTTP on loopback, with its modules from the class path:
 * {@code Server DATA TEMPORARY PORT [NAME=VALUE]...}
 */
public final class Server extends Node {

    private static final List<Class<? extends Plugin>> PLUGINS = List.of(
        Netty4Plugin.class,
        PercolatorPlugin.class,
        ParentJoinPlugin.class,
        MapperExtrasPlugin.class,
        ReindexPlugin.class,
        AnalysisModule.plugin(),
        Unpublished.class
    );

    private Server(Settings settings) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "estrom"), PLUGINS, true);
    }

    public static void main(String[] args) {
        Path data = Path.of(args[0]);
        boolean temporary = Boolean.parseBoolean(args[1]);
        Settings.Builder settings = Settings.builder()
            .put("cluster.name", "estrom")
            .put("node.name", "estrom")
            .put("path.home", args[0])
            .put("path.data", data.resolve("data").toString())
            .put("path.logs", data.resolve("logs").toString())
            .put("network.host", "127.0.0.1")
            // A range of one: with 0 the system chooses.
            .put("http.port", args[2])
            .put("transport.port", "0")
            .put("discovery.type", "single-node")
            // A disk that is nearly full must not make indices read-only under a test.
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (int i = 3; i < args.length; i++) {
            int at = args[i].indexOf('=');
            settings.put(args[i].substring(0, Math.max(at, 0)), args[i].substring(at + 1));
        }
        try {
            Server server = new Server(settings.build());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> server.shutDown(temporary ? data : null)));
            server.start();
            server.client().admin().cluster().prepareHealth().setWaitForYellowStatus().get();
            int port = server.injector().getInstance(HttpServerTransport.class).info().getAddress().publishAddress().getPort();
            System.out.println("ready elasticsearch " + Version.CURRENT + " http://127.0.0.1:" + port);
            System.out.flush();
            new CountDownLatch(1).await();
        } catch (Exception e) {
            e.printStackTrace();
            // Without the hook: it would end as if all were well.
            Runtime.getRuntime().halt(1);
        }
    }

    private void shutDown(Path remove) {
        try {
            close();
            awaitClose(20, TimeUnit.SECONDS);
            if (remove != null) {
                removeTree(remove);
            }
        } catch (IOException | UncheckedIOException | InterruptedException e) {
            System.err.println("while stopping: " + e);
        }
        LogManager.shutdown();
        // A virtual machine ended by a signal says 128 and more.
        Runtime.getRuntime().halt(0);
    }

    private static void removeTree(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
