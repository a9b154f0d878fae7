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
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.index.mapper.MapperExtrasModulePlugin;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.join.ParentJoinModulePlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.percolator.PercolatorModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * One node that serves HTTP on loopback, with its modules from the class path:
 * {@code Server DATA TEMPORARY PORT [NAME=VALUE]...}
 */
public final class Server extends Node {

    private static final List<Class<? extends Plugin>> PLUGINS = List.of(
        Netty4ModulePlugin.class,
        PercolatorModulePlugin.class,
        ParentJoinModulePlugin.class,
        MapperExtrasModulePlugin.class,
        ReindexModulePlugin.class,
        Unpublished.class
    );

    private Server(Settings settings) {
        super(
            InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "estrom"),
            PLUGINS.stream().map(Server::describe).toList(),
            true
        );
    }

    private static PluginInfo describe(Class<? extends Plugin> plugin) {
        String name = plugin.getName();
        return new PluginInfo(name, name, "1", Version.CURRENT, "17", name, null, List.of(), false);
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
            System.out.println("ready opensearch " + Version.CURRENT + " http://127.0.0.1:" + port);
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
