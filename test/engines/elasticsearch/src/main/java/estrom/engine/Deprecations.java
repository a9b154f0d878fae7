package estrom.engine;

import org.elasticsearch.common.logging.DeprecationCategory;
import org.elasticsearch.common.logging.DeprecationLogger;

/** The logger of deprecations as OpenSearch's {@code analysis-common} calls it. */
public final class Deprecations {

    private final DeprecationLogger logger;

    private Deprecations(DeprecationLogger logger) {
        this.logger = logger;
    }

    public static Deprecations getLogger(Class<?> of) {
        return new Deprecations(DeprecationLogger.getLogger(of));
    }

    public DeprecationLoggerBuilder deprecate(String key, String message, Object... parameters) {
        logger.critical(DeprecationCategory.ANALYSIS, key, message, parameters);
        return new DeprecationLoggerBuilder();
    }

    /** Its callers do nothing with it. */
    public static final class DeprecationLoggerBuilder {
    }
}
