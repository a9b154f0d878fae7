package estrom.engine;

import java.util.Map;

import org.elasticsearch.ingest.AbstractProcessor;
import org.elasticsearch.ingest.ConfigurationUtils;
import org.elasticsearch.ingest.IngestDocument;
import org.elasticsearch.ingest.Processor;

/** {@code set} of ingest-common, without templates: gives a field a value. */
public final class SetProcessor extends AbstractProcessor {

    static final String TYPE = "set";

    private final String field;
    private final Object value;

    private SetProcessor(String tag, String description, String field, Object value) {
        super(tag, description);
        this.field = field;
        this.value = value;
    }

    @Override
    public IngestDocument execute(IngestDocument document) {
        document.setFieldValue(field, value);
        return document;
    }

    @Override
    public String getType() {
        return TYPE;
    }

    static final class Factory implements Processor.Factory {

        @Override
        public SetProcessor create(Map<String, Processor.Factory> all, String tag, String description, Map<String, Object> config) {
            String field = ConfigurationUtils.readStringProperty(TYPE, tag, config, "field");
            Object value = ConfigurationUtils.readObject(TYPE, tag, config, "value");
            return new SetProcessor(tag, description, field, value);
        }
    }
}
