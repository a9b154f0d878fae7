package estrom.engine;

import java.util.Map;

import org.elasticsearch.index.mapper.DataStreamTimestampFieldMapper;
import org.elasticsearch.index.mapper.GeoShapeFieldMapper;
import org.elasticsearch.index.mapper.Mapper;
import org.elasticsearch.index.mapper.MetadataFieldMapper;
import org.elasticsearch.ingest.DropProcessor;
import org.elasticsearch.ingest.Processor;
import org.elasticsearch.plugins.IngestPlugin;
import org.elasticsearch.plugins.MapperPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * Names which modules give that Maven Central lacks (legacy-geo, ingest-common, and data-streams, whose
 * indices the server makes by itself). What they name is code of the server; only {@link SetProcessor} is
 * not. For analysis-common see {@link AnalysisModule}.
 */
public final class Unpublished extends Plugin implements IngestPlugin, MapperPlugin {

    @Override
    public Map<String, Mapper.TypeParser> getMappers() {
        return Map.of(GeoShapeFieldMapper.CONTENT_TYPE, GeoShapeFieldMapper.PARSER);
    }

    @Override
    public Map<String, MetadataFieldMapper.TypeParser> getMetadataMappers() {
        return Map.of(DataStreamTimestampFieldMapper.NAME, DataStreamTimestampFieldMapper.PARSER);
    }

    @Override
    public Map<String, Processor.Factory> getProcessors(Processor.Parameters parameters) {
        return Map.of(DropProcessor.TYPE, new DropProcessor.Factory(), SetProcessor.TYPE, new SetProcessor.Factory());
    }
}
