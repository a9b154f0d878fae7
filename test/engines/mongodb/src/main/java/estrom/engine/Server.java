package estrom.engine;

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.nio.file.Path;
import org.h2.mvstore.MVStore;

/** MongoDB's protocol on loopback, over H2: {@code Server PORT DATA}; without DATA in memory. */
public final class Server {

    /** What was answered is on the disk: the library itself writes a second later. */
    private static final class Durable extends H2Backend {

        Durable(MVStore store) {
            super(store);
        }

        @Override
        public Document handleMessage(MongoMessage message) {
            Document answer = super.handleMessage(message);
            if (!isInMemory()) {
                getMvStore().commit();
                getMvStore().sync();
            }
            return answer;
        }
    }

    private Server() {
    }

    public static void main(String[] args) throws InterruptedException {
        ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
        String file = args[1].isEmpty() ? null : Path.of(args[1]).resolve("data.mv").toString();
        Durable backend = new Durable(new MVStore.Builder().fileName(file).open());
        MongoServer server = new MongoServer(backend);
        server.bind("127.0.0.1", Integer.parseInt(args[0]));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.shutdownNow();
            // A virtual machine ended by a signal says 128 and more.
            Runtime.getRuntime().halt(0);
        }));
        System.out.println("ready mongodb mongodb://127.0.0.1:" + server.getLocalAddress().getPort());
        System.out.flush();
        while (parent.isAlive()) {
            Thread.sleep(500);
        }
        System.exit(0);
    }
}
