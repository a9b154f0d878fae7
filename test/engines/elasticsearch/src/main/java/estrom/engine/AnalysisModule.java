package estrom.engine;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;

import org.elasticsearch.plugins.Plugin;

/**
 * The module {@code analysis-common}. Elasticsearch's own is not published; OpenSearch's is, which is that
 * of Elasticsearch 7.10 with other names. They are given back here, as its classes are loaded: what it says
 * of analyzers and filters is its own, what these do is Lucene's code in the server's version of it.
 */
final class AnalysisModule extends ClassLoader {

    private static final String[][] NAMES = {
        { "org/opensearch/common/xcontent/NamedXContentRegistry", "org/elasticsearch/xcontent/NamedXContentRegistry" },
        { "org/opensearch/common/ParseField", "org/elasticsearch/xcontent/ParseField" },
        { "org/opensearch/common/logging/DeprecationLogger", "estrom/engine/Deprecations" },
        { "org/opensearch/", "org/elasticsearch/" },
        { "openSearchVersion", "elasticsearchVersion" },
        { "OPENSEARCH", "ELASTICSEARCH" } };

    private static final int UTF8 = 1;
    private static final int LONG = 5;
    private static final int DOUBLE = 6;

    private AnalysisModule() {
        super(AnalysisModule.class.getClassLoader());
    }

    static Class<? extends Plugin> plugin() {
        try {
            String name = "org.elasticsearch.analysis.common.CommonAnalysisPlugin";
            return new AnalysisModule().loadClass(name).asSubclass(Plugin.class);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/').replaceFirst("^org/elasticsearch/", "org/opensearch/") + ".class";
        try (InputStream stream = getParent().getResourceAsStream(file)) {
            if (stream == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] renamed = rename(new DataInputStream(stream));
            return defineClass(name, renamed, 0, renamed.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    /** All names stand in the table of constants, which everything else refers to by number. */
    private static byte[] rename(DataInputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(in.readLong());
        int count = in.readUnsignedShort();
        out.writeShort(count);
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            out.writeByte(tag);
            if (tag == UTF8) {
                out.writeUTF(renamed(in.readUTF()));
                continue;
            }
            out.write(in.readNBytes(sizeOf(tag)));
            if (tag == LONG || tag == DOUBLE) {
                // It takes up two places.
                i++;
            }
        }
        in.transferTo(out);
        return bytes.toByteArray();
    }

    private static String renamed(String text) {
        String name = text;
        for (String[] pair : NAMES) {
            name = name.replace(pair[0], pair[1]);
        }
        return name;
    }

    private static int sizeOf(int tag) {
        switch (tag) {
            case LONG:
            case DOUBLE:
                return 8;
            case 7: // class
            case 8: // string
            case 16: // type of a method
            case 19: // module
            case 20: // package
                return 2;
            case 15: // handle of a method
                return 3;
            default:
                return 4;
        }
    }
}
